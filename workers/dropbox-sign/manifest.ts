/** Dropbox Sign: how it is connected, and what it says of a contract. */
import { basic, defineVendor, field, path, secret } from "@junction/kit";
import type { sendContract } from "@junction/tools";
import * as z from "zod/mini";

export const dropboxSign = defineVendor({
  id: "dropbox-sign",
  name: "Dropbox Sign",
  category: "esign",
  powers: "Estimates and contracts signed online",
  docs: "https://developers.hellosign.com/api/reference",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "In Dropbox Sign under Settings, API, API keys: the primary key, since that is the one its events are signed with",
    }),
    mode: z.optional(
      field({
        label: "Mode",
        help: "live, or test where contracts are for trying out: marked as such, free, and not binding; left out, live",
        placeholder: "live",
        pattern: /^(live|test)$/,
      }),
    ),
  },
  auth: basic("api_key", { literal: "" }),
  hosts: ["api.hellosign.com"],
  limit: { requests: 100, perSeconds: 60 },
  errors: {
    body: z.pipe(
      z.object({ error: z.object({ error_name: z.string(), error_msg: z.optional(z.string()), error_path: z.optional(z.string()) }) }),
      z.transform(({ error: { error_name, error_msg, error_path } }) => ({ code: error_name, message: error_msg, field: error_path })),
    ),
    codes: {
      unauthorized: "CredentialError",
      exceeded_rate: "RateLimited",
      conflict: "VendorUnavailable", // a 409: the same is under way already, or the file is still being made
      payment_required: "Declined", // the plan does not allow it, or its requests are used up
    },
  },
  // Free, and it needs no right but the key's own.
  async test({ http }) {
    const { account } = (await http.get(path`/v3/account`)).json(z.object({ account: Account }));
    return { id: account.account_id, name: account.email_address };
  },
});

const Account = z.object({ account_id: z.string(), email_address: z.string() });

const Text = z.nullish(z.string());
const Signature = z.object({
  signature_id: z.string(),
  signer_email_address: Text,
  signer_name: Text,
  order: z.nullish(z.number()),
  status_code: Text,
  decline_reason: Text,
  signed_at: z.nullish(z.number()),
  last_viewed_at: z.nullish(z.number()),
  last_reminded_at: z.nullish(z.number()),
});
export type Signature = z.output<typeof Signature>;
export const Request = z.object({
  signature_request_id: z.string().check(z.minLength(1)),
  title: Text,
  created_at: z.nullish(z.number()),
  is_complete: z.nullish(z.boolean()),
  is_declined: z.nullish(z.boolean()),
  metadata: z.nullish(z.record(z.string(), z.unknown())),
  signatures: z._default(z.array(Signature), []),
});
export type Request = z.output<typeof Request>;
export const Told = z.object({ signature_request: Request });

export const declined = ({ is_declined, signatures }: Request): boolean =>
  is_declined === true || signatures.some(({ status_code }) => status_code === "declined");

/** How far a contract is, in the tools' words. */
export function progress(request: Request): z.output<typeof sendContract.output>["status"] {
  if (declined(request)) return "declined";
  if (request.is_complete) return "signed";
  const seen = request.signatures.some(({ last_viewed_at, status_code }) => last_viewed_at != null || status_code === "signed");
  return seen ? "viewed" : "sent";
}

/** Those whose turn it is to sign. */
export function turn({ signatures }: Request): readonly Signature[] {
  const waiting = signatures.filter(({ status_code }) => status_code === "awaiting_signature");
  const first = Math.min(...waiting.map(({ order }) => order ?? 0));
  return waiting.filter(({ order }) => (order ?? 0) === first);
}
