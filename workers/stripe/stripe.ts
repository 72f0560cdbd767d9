import { bearer, defineVendor, field, path, refuse, secret } from "@junction/kit";
import { chargeCard, createPaymentLink, refundPayment } from "@junction/tools";
import * as z from "zod";
import { webhook } from "./webhook.ts";

const ErrorText = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  decline_code: z.string().nullish(),
  message: z.string().nullish(),
  param: z.string().nullish(),
});

const stripe = defineVendor({
  id: "stripe",
  name: "Stripe",
  category: "payments",
  powers: "Card charges, payment links and refunds",
  docs: "https://docs.stripe.com/api",
  credentials: {
    api_key: secret({
      label: "Secret or restricted key",
      help: "Begins with sk_ or rk_; Dashboard, Developers, API keys. A restricted key is safer",
      placeholder: "rk_live_…",
      pattern: /^(sk|rk)_\w+$/,
    }),
    stripe_account: field({
      label: "Connected account",
      help: "Begins with acct_; only where the key is of a platform that acts for this account",
      placeholder: "acct_…",
      pattern: /^acct_\w+$/,
    }).optional(),
  },
  auth: bearer("api_key"),
  hosts: ["api.stripe.com"],
  limit: { requests: 100, perSeconds: 1 },
  errors: {
    body: z.object({ error: ErrorText }).transform(({ error: { type, code, decline_code, message, param } }) => ({
      code: decline_code ?? code ?? type ?? undefined,
      message: message ?? undefined,
      field: param ?? undefined,
      missing: message?.match(/(?<=')(rak_)?[a-z_]+_(read|write)(?=')/g) ?? undefined, // a restricted key is told which would do
    })),
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
const options = (account: { readonly stripe_account: string | undefined }, idempotencyKey?: string) => ({
  headers: { "Stripe-Version": VERSION, "Stripe-Account": account.stripe_account, "Idempotency-Key": idempotencyKey },
});

const Id = z.object({ id: z.string() });
const Payment = z.object({ id: z.string(), status: z.string(), amount: z.int(), currency: z.string() });

const charge = stripe.implement(chargeCard, {
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const newest = async () => {
      const query = { type: "card", limit: 1 }; // lists are newest first
      const reply = await http.get(path`/v1/customers/${input.customer_id}/payment_methods`, { ...options(account), query });
      const [card] = reply.json(z.object({ data: z.array(Id) })).data;
      return card?.id ?? refuse({ kind: "InvalidRequest", issues: ["the customer has no saved card: send a payment link"] });
    };
    const form = {
      amount: input.amount_cents,
      currency: input.currency,
      customer: input.customer_id,
      payment_method: input.payment_method_id ?? (await newest()),
      "payment_method_types[0]": "card", // left out, this version takes any method and wants a page to return to
      off_session: true,
      confirm: true,
      error_on_requires_action: true,
      description: input.description,
      receipt_email: input.receipt_email,
    };
    const reply = await http.post(path`/v1/payment_intents`, { ...options(account, idempotencyKey), form });
    const { id, status, amount, currency } = reply.json(Payment);
    if (status !== "succeeded" && status !== "processing")
      refuse({ kind: "Declined", code: status === "requires_action" ? "authentication_required" : "card_declined" });
    return { payment_id: id, status, amount_cents: amount, currency };
  },
});

const link = stripe.implement(createPaymentLink, {
  idempotent: true,
  // Two requests, so two keys: Stripe remembers an answer by key alone. This version takes no price within the link.
  async run({ http, account, input, idempotencyKey }) {
    const price = await http.post(path`/v1/prices`, {
      ...options(account, `${idempotencyKey}-price`),
      form: { currency: input.currency, unit_amount: input.amount_cents, "product_data[name]": input.description },
    });
    const made = await http.post(path`/v1/payment_links`, {
      ...options(account, `${idempotencyKey}-link`),
      form: { "line_items[0][price]": price.json(Id).id, "line_items[0][quantity]": input.quantity },
    });
    const { id, url } = made.json(Id.extend({ url: z.url() }));
    return { link_id: id, url };
  },
});

const refund = stripe.implement(refundPayment, {
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const reply = await http.post(path`/v1/refunds`, {
      ...options(account, idempotencyKey),
      form: { payment_intent: input.payment_id, amount: input.amount_cents, reason: input.reason },
    });
    const { id, status, amount, currency } = reply.json(Payment.extend({ status: z.string().nullable() }));
    if (status === "failed" || status === "canceled") refuse({ kind: "Declined", code: `refund_${status}` });
    return { refund_id: id, status: status === "succeeded" ? status : "pending", amount_cents: amount, currency };
  },
});

export default stripe.provides({ actions: [charge, link, refund], webhook });
