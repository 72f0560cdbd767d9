/** The shape of the generated catalog: what everyone but a vendor's own Worker knows of a vendor. */
import * as z from "zod/mini";
import { EventType } from "./events.ts";
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
  help: z.optional(z.string()),
  placeholder: z.optional(z.string()),
  pattern: z.optional(z.string()),
  secret: z.boolean(),
  optional: z.boolean(),
  /** The value has several lines: pasted, or read from a file of these kinds (an `accept` list such as `.json,.pem`). */
  file: z.optional(z.string()),
});
export type CredentialField = z.output<typeof CredentialField>;

export const JsonSchema = z.record(z.string(), z.unknown());

export const CatalogTool = z.object({
  id: ToolId,
  title: z.string(),
  description: z.string(),
  effect: Effect,
  /** The contractor approves each call an agent makes of it, unless they have switched that off. */
  approval: z.boolean(),
  /** Any vendor's answer is as good as another's. */
  interchangeable: z.optional(z.literal(true)),
  /** What it names is of one vendor's own: one that does not know it passes the call on to the next. */
  passesOn: z.optional(z.literal(true)),
  /** A caller other than a run gets a piece of work to ask after, not the output. */
  background: z.optional(z.literal(true)),
  /** Junction's own machinery calls it, and nobody else: it is listed to no agent. */
  internal: z.optional(z.literal(true)),
  input: JsonSchema,
  output: JsonSchema,
});
export type CatalogTool = z.output<typeof CatalogTool>;

/** What a background tool gives its caller at once, in the place of its output. */
export const StartedWork = z.object({
  work_id: z.string().check(z.describe("for crm/get_work, which tells how it goes and what came of it")),
  status: z.enum(["working", "waiting", "completed", "failed", "unknown", "cancelled"]),
  result: z.optional(z.record(z.string(), z.unknown()).check(z.describe("what came of it, once it is completed"))),
});
/** The keyword of an input's field whose value is the id of the vendor that is wanted. */
export const NAMES_VENDOR = "x-junction-vendor";

/** A vendor's implementation of a tool. */
export const CatalogAction = z.object({
  tool: ToolId,
  /** A repeat with the same key is safe at the vendor. */
  idempotent: z.boolean(),
  /** The vendor can be asked afterwards whether the effect happened. */
  probe: z.boolean(),
  /** The vendor's events prove the effect, since they bear the key. */
  echoed: z.optional(z.literal(true)),
  /** It serves the tool where the contractor has not said who does. */
  first: z.optional(z.literal(true)),
  scopes: z.array(z.string()),
});

/** The vendor's page at which a person grants access. */
const CatalogOAuth = z.object({
  authorizationUrl: z.string(),
  /** What the vendor calls `client_id`, where it has a name of its own. */
  clientIdParameter: z.optional(z.string()),
  /** False where it stumbles over a proof key. */
  pkce: z.optional(z.literal(false)),
  params: z.record(z.string(), z.string()),
});

/** One way to connect. A vendor has at most one for each type of credential. */
export const CatalogWay = z.object({
  credentialType: CredentialType,
  /** What the person chooses by, where there is a choice. */
  label: z.string(),
  fields: z.array(CredentialField),
  /** Present where a person grants access at the vendor's own page. */
  oauth: z.optional(CatalogOAuth),
});
export type CatalogWay = z.output<typeof CatalogWay>;

/** How a vendor's events reach us. */
export const CatalogWebhook = z.object({
  /** Those it may give. */
  events: z.array(EventType),
  /**
   * What proves that a delivery is the vendor's. `own`: a secret of the webhook's own, which the vendor shows, or which we make
   * (`generate`) for the person to hand over; `credential`: what the vendor was connected with; `app`: our own app's secret, and the vendor
   * delivers the events of all contractors to one address of ours.
   */
  secret: z.discriminatedUnion("from", [
    z.object({ from: z.literal("own"), label: z.string(), help: z.string(), pattern: z.optional(z.string()), generate: z.boolean() }),
    z.object({ from: z.literal("credential") }),
    /** `token`: not by its client secret but by a word that the operator makes, and enters at the vendor too. */
    z.object({ from: z.literal("app"), token: z.optional(z.literal(true)) }),
  ]),
  /** Where at the vendor the address is entered. */
  setup: z.string(),
  /** It first asks the address for an answer, by a GET. */
  challenge: z.boolean(),
  /** Its signature proves too little: each event is looked up at the vendor before it is believed. */
  confirm: z.boolean(),
  /** How old a delivery may be, and how far ahead of us, where the vendor signs the time. */
  window: z.optional(z.object({ maxAgeSeconds: z.number(), maxAheadSeconds: z.number() })),
  /** Some deliveries ask what to do now. `fallback` is said to one whose address bears `ask`, if nothing better can be. */
  questions: z.optional(z.object({ fallback: z.object({ status: z.int(), type: z.string(), body: z.string() }) })),
  /** What a delivery that was taken is answered with: 200 and no body, where absent. */
  acknowledgement: z.optional(z.object({ status: z.int(), type: z.string(), body: z.string() })),
});
export type CatalogWebhook = z.output<typeof CatalogWebhook>;

export const CatalogVendor = z.object({
  id: VendorId,
  name: z.string(),
  category: z.enum(CATEGORIES),
  powers: z.string(),
  docs: z.string(),
  /** The first way to connect: of `credentialType`, with `fields`, or by `oauth`. */
  credentialType: CredentialType,
  fields: z.array(CredentialField),
  /** Further ways to connect; empty for most vendors. */
  ways: z._default(z.array(CatalogWay), []),
  /** Scope → what it lets us do, in the consent page's words. */
  scopes: z.record(z.string(), z.string()),
  hosts: z.array(z.string()).check(z.minLength(1)),
  /** What of it nobody has confirmed with an account of the vendor's, where it publishes too little. */
  unconfirmed: z.optional(z.string()),
  /** The vendor's published limit for one account. */
  limit: z.optional(z.object({ requests: z.int().check(z.positive()), perSeconds: z.number().check(z.positive()) })),
  /** Present where a person grants access at the vendor's own page. */
  oauth: z.optional(CatalogOAuth),
  actions: z.array(CatalogAction),
  webhook: z.optional(CatalogWebhook),
});
export type CatalogVendor = z.output<typeof CatalogVendor>;

/** A vendor on the roadmap: shown with its badge, and there is nothing to connect yet. `tools`: what it is going to serve. */
export const CatalogPlanned = z.extend(z.pick(CatalogVendor, { id: true, name: true, category: true, powers: true, docs: true }), {
  tools: z.array(ToolId),
});
export type CatalogPlanned = z.output<typeof CatalogPlanned>;

export const Catalog = z.object({
  vendors: z.array(CatalogVendor),
  planned: z.array(CatalogPlanned),
  tools: z.array(CatalogTool),
  /** Tools that Junction itself serves, under the vendor id `junction`: there is nothing to connect. */
  builtIn: z.array(CatalogAction),
});
export type Catalog = z.output<typeof Catalog>;
