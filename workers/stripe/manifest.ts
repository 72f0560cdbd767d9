/** Stripe: how it is connected, how it says no, and what every request of ours carries. */
import { bearer, defineVendor, field, path, secret } from "@junction/kit";
import * as z from "zod/mini";

/** What a bank says, in the words every payment vendor of ours says it in. A lost or stolen card is nobody's business but the bank's. */
const SHORT: Readonly<Record<string, string>> = {
  generic_decline: "card_declined",
  do_not_honor: "card_declined",
  fraudulent: "card_declined",
  lost_card: "card_declined",
  stolen_card: "card_declined",
  pickup_card: "card_declined",
};

const ErrorText = z.object({
  type: z.nullish(z.string()),
  code: z.nullish(z.string()),
  decline_code: z.nullish(z.string()),
  message: z.nullish(z.string()),
  param: z.nullish(z.string()),
});

export const stripe = defineVendor({
  id: "stripe",
  name: "Stripe",
  category: "payments",
  powers: "Card charges, payment links, refunds and recurring billing",
  docs: "https://docs.stripe.com/api",
  credentials: {
    api_key: secret({
      label: "Secret or restricted key",
      help: "Begins with sk_ or rk_; Dashboard, Developers, API keys. A restricted key is safer",
      placeholder: "rk_live_…",
      pattern: /^(sk|rk)_\w+$/,
    }),
    stripe_account: z.optional(
      field({
        label: "Connected account",
        help: "Begins with acct_; only where the key is of a platform that acts for this account",
        placeholder: "acct_…",
        pattern: /^acct_\w+$/,
      }),
    ),
  },
  auth: bearer("api_key"),
  hosts: ["api.stripe.com"],
  limit: { requests: 100, perSeconds: 1 },
  errors: {
    body: z.pipe(
      z.object({ error: ErrorText }),
      z.transform(({ error: { type, code, decline_code, message, param } }) => ({
        code: SHORT[decline_code ?? ""] ?? decline_code ?? code ?? type ?? undefined,
        message: message ?? undefined,
        field: param ?? undefined,
        missing: message?.match(/(?<=')(rak_)?[a-z_]+_(read|write)(?=')/g) ?? undefined, // a restricted key is told which would do
      })),
    ),
    codes: {
      idempotency_key_in_use: "VendorUnavailable", // a 409: the first attempt is still under way, so what it does is not known yet
      idempotency_error: "Conflict", // a 400: the key was used with other parameters
      resource_missing: "NotFound",
      charge_already_refunded: "Declined",
      charge_disputed: "Declined",
      payment_intent_unexpected_state: "Conflict",
    },
  },
  async test({ http, account }) {
    const { livemode } = (await http.get(path`/v1/balance`, options(account))).json(z.object({ livemode: z.boolean() }));
    const mode = livemode ? "live" : "test";
    return { id: account.stripe_account ?? mode, name: `Stripe, ${mode} mode` };
  },
});

/** Pinned: newer versions change the shape of what is sent and of what comes back. */
const VERSION = "2023-08-16";
export const options = (account: Account, idempotencyKey?: string) => ({
  headers: { "Stripe-Version": VERSION, "Stripe-Account": account.stripe_account, "Idempotency-Key": idempotencyKey },
});
export interface Account {
  readonly stripe_account: string | undefined;
}

export const Id = z.object({ id: z.string() });
