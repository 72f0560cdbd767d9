/** One-time payments: a saved card charged, a link to pay at, money given back. */
import { path, refuse } from "@junction/kit";
import { chargeCard, createPaymentLink, refundPayment } from "@junction/tools";
import * as z from "zod/mini";
import { newestCard } from "./customers.ts";
import { Id, options, stripe } from "./manifest.ts";

const Payment = z.object({ id: z.string(), status: z.string(), amount: z.int(), currency: z.string() });

export const charge = stripe.implement(chargeCard, {
  first: true,
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const form = {
      amount: input.amount_cents,
      currency: input.currency,
      customer: input.customer_id,
      payment_method: input.payment_method_id ?? (await newestCard(http, account, input.customer_id)),
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

export const link = stripe.implement(createPaymentLink, {
  first: true,
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
    const { id, url } = made.json(z.extend(Id, { url: z.url() }));
    return { link_id: id, url };
  },
});

export const refund = stripe.implement(refundPayment, {
  first: true,
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const reply = await http.post(path`/v1/refunds`, {
      ...options(account, idempotencyKey),
      form: { payment_intent: input.payment_id, amount: input.amount_cents, reason: input.reason },
    });
    const { id, status, amount, currency } = reply.json(z.extend(Payment, { status: z.nullable(z.string()) }));
    if (status === "failed" || status === "canceled") refuse({ kind: "Declined", code: `refund_${status}` });
    return { refund_id: id, status: status === "succeeded" ? status : "pending", amount_cents: amount, currency };
  },
});
