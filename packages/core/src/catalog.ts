/** The shape of the generated catalog: what everyone but a vendor's own Worker knows of a vendor. */
import * as z from "zod";
import { ToolId, VendorId } from "./ids.ts";

export const CATEGORIES = [
  "communication",
  "ai",
  "payments",
  "esign",
  "social",
  "advertising",
  "mapping",
  "rewards",
  "calendar",
  "crm",
  "website",
] as const;

/** `write` may be undone by a person; `destroy` and `spend` may not. Annotations and approval defaults derive from it. */
export const Effect = z.enum(["read", "write", "destroy", "spend"]);
export type Effect = z.output<typeof Effect>;

/** The four kinds of secret material the vault holds. */
export const CredentialType = z.enum(["api_key", "oauth_token", "webhook_secret", "service_account"]);
export type CredentialType = z.output<typeof CredentialType>;

/** One input of the connect form. `pattern` is the source of a regular expression the whole value must match. */
export const CredentialField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  placeholder: z.string().optional(),
  pattern: z.string().optional(),
  secret: z.boolean(),
  optional: z.boolean(),
});
export type CredentialField = z.output<typeof CredentialField>;

export const JsonSchema = z.record(z.string(), z.unknown());

export const CatalogTool = z.object({
  id: ToolId,
  title: z.string(),
  description: z.string(),
  effect: Effect,
  input: JsonSchema,
  output: JsonSchema,
});
export type CatalogTool = z.output<typeof CatalogTool>;

/** A vendor's implementation of a tool. */
export const CatalogAction = z.object({
  tool: ToolId,
  /** A repeat with the same key is safe at the vendor. */
  idempotent: z.boolean(),
  /** The vendor can be asked afterwards whether the effect happened. */
  probe: z.boolean(),
  scopes: z.array(z.string()),
});

export const CatalogVendor = z.object({
  id: VendorId,
  name: z.string(),
  category: z.enum(CATEGORIES),
  powers: z.string(),
  docs: z.string(),
  credentialType: CredentialType,
  fields: z.array(CredentialField),
  /** Scope → what it lets us do, in the consent page's words. */
  scopes: z.record(z.string(), z.string()),
  hosts: z.array(z.string()).min(1),
  /** The vendor's published limit for one account. */
  limit: z.object({ requests: z.number().int().positive(), perSeconds: z.number().positive() }).optional(),
  /** Present where a person grants access at the vendor's own page. */
  oauth: z.object({ authorizationUrl: z.string(), params: z.record(z.string(), z.string()) }).optional(),
  actions: z.array(CatalogAction),
});
export type CatalogVendor = z.output<typeof CatalogVendor>;

export const Catalog = z.object({ vendors: z.array(CatalogVendor), tools: z.array(CatalogTool) });
export type Catalog = z.output<typeof Catalog>;
