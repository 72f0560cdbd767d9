/** Square: how it is connected, how it says no, and where an account's money is taken. */
import { bearer, defineVendor, field, found, path, refuse, secret } from "@junction/kit";
import * as z from "zod/mini";

const LIVE = "connect.squareup.com";
const SANDBOX = "connect.squareupsandbox.com";
/** Pinned: what is sent and what comes back are of this version. */
const VERSION = "2025-08-20";

export interface Account {
  readonly environment?: string | undefined;
  readonly location?: string | undefined;
}
/** Where the account is, and the version every request is of. */
export const site = ({ environment }: Account) =>
  ({ host: environment === "sandbox" ? SANDBOX : LIVE, headers: { "Square-Version": VERSION } }) as const;
/** Where what is sold is sold: the test call found it. */
export const placeOf = ({ location }: Account): string => location ?? refuse({ kind: "CredentialError" });

const ErrorText = z.object({
  category: z.nullish(z.string()),
  code: z.string(),
  detail: z.nullish(z.string()),
  field: z.nullish(z.string()),
});
/** What a bank says, in the words every payment vendor of ours says it in; whatever else it says is a card that was declined. */
const SHORT: Readonly<Record<string, string>> = {
  INSUFFICIENT_FUNDS: "insufficient_funds",
  CARD_EXPIRED: "expired_card",
  BAD_EXPIRATION: "expired_card",
  EXPIRATION_FAILURE: "expired_card",
  CVV_FAILURE: "incorrect_cvc",
  VERIFY_CVV_FAILURE: "incorrect_cvc",
  CARD_DECLINED_VERIFICATION_REQUIRED: "authentication_required",
};

export const square = defineVendor({
  id: "square",
  name: "Square",
  category: "payments",
  powers: "Card payments in person and online, recurring billing and refunds",
  docs: "https://developer.squareup.com/reference/square",
  credentials: {
    access_token: secret({ label: "Access token", help: "In the Square Developer Console: your application, Credentials" }),
    environment: z.optional(
      field({
        label: "Environment",
        help: "production, or sandbox where the token is of Square's own sandbox; left out, production",
        placeholder: "production",
        pattern: /^(production|sandbox)$/,
      }),
    ),
    location: found(),
  },
  auth: bearer("access_token"),
  hosts: [LIVE, SANDBOX],
  errors: {
    // https://developer.squareup.com/docs/build-basics/general-considerations/handling-errors
    body: z.pipe(
      z.object({ errors: z.array(ErrorText).check(z.minLength(1)) }),
      z.transform(({ errors: [first] }) => ({
        code: first?.category === "PAYMENT_METHOD_ERROR" ? (SHORT[first.code] ?? "card_declined") : first?.code,
        message: first && [first.code, first.detail].filter(Boolean).join(": "),
        field: first?.field ?? undefined,
      })),
    ),
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
      CUSTOMER_NOT_FOUND: "NotFound",
      PAYMENT_NOT_REFUNDABLE: "Declined",
      PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE: "Declined",
      REFUND_DECLINED: "Declined",
      ...Object.fromEntries(["card_declined", ...Object.values(SHORT)].map((code) => [code, "Declined" as const])),
    },
  },
  // As Square itself advises for a personal token. A business always has a location; what it takes is charged there.
  async test({ http, account }) {
    const reply = await http.get(path`/v2/locations`, site(account));
    const { locations } = reply.json(z.object({ locations: z._default(z.array(Location), []) }));
    const own = locations.find(({ status }) => status === "ACTIVE") ?? locations[0];
    if (!own) return refuse({ kind: "InvalidRequest", issues: ["the Square account has no location"] });
    return { id: own.merchant_id, name: own.business_name ?? own.name ?? own.merchant_id, found: { location: own.id } };
  },
});

const Location = z.object({
  id: z.string(),
  merchant_id: z.string(),
  status: z.optional(z.string()),
  name: z.nullish(z.string()),
  business_name: z.nullish(z.string()),
});

/** Amounts are of the currency's smallest unit; codes are in capitals. */
export const Money = z.object({ amount: z.int(), currency: z.string() });
export const money = ({ amount_cents, currency }: { readonly amount_cents: number; readonly currency: string }) => ({
  amount: amount_cents,
  currency: currency.toUpperCase(),
});
export const cents = ({ amount, currency }: z.output<typeof Money>) => ({ amount_cents: amount, currency: currency.toLowerCase() });

/** Square takes at most 45 characters, and not for two kinds of request the same ones. */
export const keyOf = (idempotencyKey: string, what = ""): string => what + idempotencyKey.slice(what.length - 45);
