/** What the entrypoints let in: every ask is parsed here first. No message repeats a value, since it may be a secret. */
import { ContractorId, CredentialType, JUNCTION, VendorId } from "@junction/core";
import * as z from "zod";

/** Holds a character no `ContractorId` may, so no contractor can be named so. */
export const PLATFORM = "~platform";

const ConnectionId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "1 to 64 letters, digits, _ or -");
const FieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, "a field name such as account_sid");
const Fields = z
  .record(FieldName, z.string().max(32_768, "at most 32768 characters"))
  .refine((fields) => Object.keys(fields).length > 0 && Object.keys(fields).length <= 32, "1 to 32 fields");
const Generation = z.number().int().positive();
const CallId = z.string().min(1).max(128);
const LeaseId = z.string().min(1).max(64);
const ExpiresAt = z.number().int().positive().optional();
const Limit = z.number().int().min(1).max(1000);

export const Ref = z.object({ contractor: ContractorId, connection: ConnectionId });
export const StoreAsk = Ref.extend({
  vendor: VendorId,
  type: CredentialType,
  fields: Fields,
  secrets: z.array(FieldName).max(32),
  expiresAt: ExpiresAt,
});
export type StoreAsk = z.output<typeof StoreAsk>;
export const VendorStoreAsk = StoreAsk.omit({ vendor: true, type: true });
export const OpenAsk = Ref.extend({
  generation: Generation,
  purpose: z.enum(["call", "probe", "test", "revoke", "refresh", "webhook"]),
  call: CallId,
});
export const LeaseAsk = Ref.extend({ generation: Generation, call: CallId, stable: z.boolean().default(false) });
export const RenewAsk = Ref.extend({ lease: LeaseId, fields: Fields, expiresAt: ExpiresAt });
export const ReleaseAsk = Ref.extend({ lease: LeaseId, ending: z.enum(["unspent", "rejected", "unknown"]) });
export const ProbedAsk = Ref.extend({ lease: LeaseId, works: z.boolean().nullable() });
export const ContractorAsk = z.object({ contractor: ContractorId });
export const OpensAsk = z.object({ contractor: ContractorId, limit: Limit });
export const PlatformAsk = z.object({ vendor: VendorId });
export const StorePlatformAsk = PlatformAsk.extend({
  fields: Fields.refine((fields) => Boolean(fields.client_id), { path: ["client_id"], error: "is required" }),
});
export const RewrapAsk = z.object({ limit: Limit });
export const RotateAsk = Ref.extend({
  vendor: VendorId,
  secret: z.string().min(1, "is empty").max(4096, "at most 4096 characters"),
  overlapMs: z
    .number()
    .int()
    .min(0)
    .max(30 * 24 * 60 * 60_000),
}).refine(({ vendor, secret }) => vendor !== JUNCTION || /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(secret), {
  path: ["secret"],
  error: "our own is whsec_ and at least 24 bytes in base64",
});

const ItemId = z.string().min(1).max(256);
const Payload = z.string().max(4_000_000, "at most 4000000 characters");
export const SealAsk = z.object({ contractor: ContractorId, items: z.array(z.object({ id: ItemId, text: Payload })).max(1000) });
export const UnsealAsk = z.object({
  contractor: ContractorId,
  items: z.array(z.object({ id: ItemId, sealed: z.string().max(8_000_000) })).max(1000),
});
export const SignAsk = Ref.extend({
  messages: z.array(z.object({ id: ItemId, timestamp: z.number().int().positive(), body: Payload })).max(100),
});
/** No Worker of a vendor is bound as ourselves: our own signing secrets are stored under that name. */
const Props = z.object({ vendor: VendorId.check(z.refine((vendor) => vendor !== JUNCTION, "is our own name")) });

/** The ask as its schema has it, or a `TypeError` that names each bad field. */
export function parsed<S extends z.ZodType>(schema: S, ask: unknown): z.output<S> {
  const result = schema.safeParse(ask);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join(".") || "ask"}: ${issue.message}`);
  throw new TypeError(`The vault was asked wrongly: ${issues.join("; ")}`);
}

/** The vendor a binding is fixed to by its `props`, which no caller can set. */
export function vendorOf(ctx: { readonly props: unknown }): string {
  return parsed(Props, ctx.props).vendor;
}
