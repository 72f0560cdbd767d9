/** One-time payments: a card on file charged, a link to pay at, money given back. */
import { path, refuse } from "@junction/kit";
import { chargeCard, createPaymentLink, refundPayment } from "@junction/tools";
import * as z from "zod/mini";
import { newestCard } from "./customers.ts";
import { cents, keyOf, Money, money, placeOf, site, square } from "./manifest.ts";

const Payment = z.object({
  id: z.string(),
  status: z.string(),
  amount_money: Money,
  total_money: z.optional(Money),
  refunded_money: z.optional(Money),
  refund_ids: z._default(z.array(z.string()), []),
});
const Refund = z.object({ id: z.string(), status: z.nullish(z.string()), amount_money: Money });

export const charge = square.implement(chargeCard, {
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const json = {
      source_id: input.payment_method_id ?? (await newestCard(http, account, input.customer_id)),
      idempotency_key: keyOf(idempotencyKey),
      amount_money: money(input),
      customer_id: input.customer_id, // without it Square takes no card on file
      location_id: account.location,
      autocomplete: true,
      note: input.description,
      buyer_email_address: input.receipt_email,
    };
    const { payment } = (await http.post(path`/v2/payments`, { ...site(account), json })).json(z.object({ payment: Payment }));
    if (payment.status === "FAILED" || payment.status === "CANCELED") refuse({ kind: "Declined", code: "card_declined" });
    const status = payment.status === "COMPLETED" ? "succeeded" : "processing";
    return { payment_id: payment.id, status, ...cents(payment.total_money ?? payment.amount_money) };
  },
});

export const link = square.implement(createPaymentLink, {
  idempotent: true,
  async run({ http, account, input, idempotencyKey }) {
    const item = { name: input.description, quantity: String(input.quantity), base_price_money: money(input) };
    const json = { idempotency_key: keyOf(idempotencyKey), order: { location_id: placeOf(account), line_items: [item] } };
    const reply = await http.post(path`/v2/online-checkout/payment-links`, { ...site(account), json });
    const { id, url } = reply.json(z.object({ payment_link: z.object({ id: z.string(), url: z.url() }) })).payment_link;
    return { link_id: id, url };
  },
});

export const refund = square.implement(refundPayment, {
  idempotent: true,
  // Square wants the amount and its currency said, whatever part it is, so the payment is read first.
  async run({ http, account, input, idempotencyKey }) {
    const options = site(account);
    const read = await http.get(path`/v2/payments/${input.payment_id}`, options);
    const { payment } = read.json(z.object({ payment: Payment }));
    const paid = payment.total_money ?? payment.amount_money;
    const left = paid.amount - (payment.refunded_money?.amount ?? 0);
    const last = payment.refund_ids.at(-1);
    // All of it was given back. By this very effect, perhaps: said once more, Square knows it by its key, and refuses any other.
    const again = async (id: string) =>
      (await http.get(path`/v2/refunds/${id}`, options)).json(z.object({ refund: Refund })).refund.amount_money.amount;
    const amount = input.amount_cents ?? (left > 0 || last === undefined ? left : await again(last));
    const json = {
      idempotency_key: keyOf(idempotencyKey),
      payment_id: input.payment_id,
      amount_money: { amount, currency: paid.currency },
      reason: input.reason,
    };
    const { refund } = (await http.post(path`/v2/refunds`, { ...options, json })).json(z.object({ refund: Refund }));
    if (refund.status === "REJECTED" || refund.status === "FAILED")
      refuse({ kind: "Declined", code: `refund_${refund.status.toLowerCase()}` });
    return { refund_id: refund.id, status: refund.status === "COMPLETED" ? "succeeded" : "pending", ...cents(refund.amount_money) };
  },
});
