import { bearer, defineVendor, field, path, refuse, secret } from "@junction/kit";
import * as z from "zod";
import { webhook } from "./webhook.ts";

const LIVE = "connect.squareup.com";
const SANDBOX = "connect.squareupsandbox.com";
/** Pinned: what is sent and what comes back are of this version. */
const VERSION = "2025-08-20";

const square = defineVendor({
  id: "square",
  name: "Square",
  category: "payments",
  powers: "Card payments in person and online, and their refunds",
  docs: "https://developer.squareup.com/reference/square",
  credentials: {
    access_token: secret({ label: "Access token", help: "In the Square Developer Console: your application, Credentials" }),
    environment: field({
      label: "Environment",
      help: "production, or sandbox where the token is of Square's own sandbox; left out, production",
      placeholder: "production",
      pattern: /^(production|sandbox)$/,
    }).optional(),
  },
  auth: bearer("access_token"),
  hosts: [LIVE, SANDBOX],
  errors: {
    // https://developer.squareup.com/docs/build-basics/general-considerations/handling-errors
    body: z
      .object({
        errors: z.array(z.object({ code: z.string(), detail: z.string().nullish(), field: z.string().nullish() })).min(1),
      })
      .transform(({ errors: [first] }) => ({ code: first?.code, message: first?.detail ?? undefined, field: first?.field ?? undefined })),
    codes: {
      UNAUTHORIZED: "CredentialError",
      ACCESS_TOKEN_EXPIRED: "CredentialError",
      ACCESS_TOKEN_REVOKED: "CredentialError",
      CLIENT_DISABLED: "CredentialError",
      APPLICATION_DISABLED: "CredentialError",
      INSUFFICIENT_SCOPES: "PermissionError",
      FORBIDDEN: "PermissionError",
      RATE_LIMITED: "RateLimited",
      TEMPORARY_ERROR: "VendorUnavailable",
      GATEWAY_TIMEOUT: "VendorUnavailable",
      SERVICE_UNAVAILABLE: "VendorUnavailable",
      IDEMPOTENCY_KEY_REUSED: "Conflict", // a 400
    },
  },
  // As Square itself advises for a personal token. A business always has a location; what it takes is charged there.
  async test({ http, account }) {
    const host = account.environment === "sandbox" ? SANDBOX : LIVE;
    const reply = await http.get(path`/v2/locations`, { host, headers: { "Square-Version": VERSION } });
    const { locations } = reply.json(z.object({ locations: z.array(Location).default([]) }));
    const own = locations.find(({ status }) => status === "ACTIVE") ?? locations[0];
    if (!own) return refuse({ kind: "InvalidRequest", issues: ["the Square account has no location"] });
    return { id: own.merchant_id, name: own.business_name ?? own.name ?? own.merchant_id };
  },
});

const Location = z.object({
  merchant_id: z.string(),
  status: z.string().optional(),
  name: z.string().nullish(),
  business_name: z.string().nullish(),
});

export default square.provides({ actions: [], webhook });
