/** What Square tells of payments, refunds and terminals. https://developer.squareup.com/docs/webhooks/overview */
import { hmac, joined, jsonOf, same, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const Money = z.object({ amount: z.int(), currency: z.string() });
const Payment = z.object({
  id: z.string(),
  status: z.optional(z.string()),
  amount_money: z.optional(Money),
  total_money: z.optional(Money),
  customer_id: z.nullish(z.string()),
  buyer_email_address: z.nullish(z.string()),
  reference_id: z.nullish(z.string()),
  card_details: z.nullish(z.object({ errors: z.nullish(z.array(z.object({ code: z.string() }))) })),
});
const Refund = z.object({
  id: z.string(),
  status: z.nullish(z.string()),
  payment_id: z.nullish(z.string()),
  amount_money: Money,
  reason: z.nullish(z.string()),
});
const Checkout = z.object({
  id: z.string(),
  status: z.optional(z.string()),
  amount_money: Money,
  cancel_reason: z.optional(z.string()),
  reference_id: z.nullish(z.string()),
});

const Notice = z.object({
  merchant_id: z.string(),
  type: z.string(),
  event_id: z.string().check(z.minLength(1)),
  created_at: z.string(),
  data: z.optional(z.object({ object: z.optional(z.unknown()) })),
});
type Told = Pick<VendorEvent, "id" | "account" | "occurredAt">;

const money = ({ amount, currency }: z.output<typeof Money>) => ({ amount_minor: amount, currency: currency.toLowerCase() });

function payment(told: Told, object: unknown): VendorEvent | null {
  const { payment } = z.object({ payment: Payment }).parse(object);
  if (payment.status !== "COMPLETED" && payment.status !== "FAILED") return null; // on its way, or called off before it was taken
  const customer_id = payment.customer_id ?? undefined;
  const email = payment.buyer_email_address ?? undefined;
  const data = {
    payment_id: payment.id,
    ...money(Money.parse(payment.total_money ?? payment.amount_money)),
    customer_id,
    reference: payment.reference_id ?? undefined,
  };
  const about = { ...told, entity: `payment:${payment.id}`, person: (customer_id ?? email) ? { id: customer_id, email } : undefined };
  if (payment.status === "COMPLETED") return { ...about, type: "payment.succeeded", data };
  return { ...about, type: "payment.failed", data: { ...data, reason: payment.card_details?.errors?.[0]?.code } };
}

function refund(told: Told, object: unknown): VendorEvent | null {
  const { refund } = z.object({ refund: Refund }).parse(object);
  if (refund.status !== "COMPLETED") return null;
  const payment_id = refund.payment_id ?? refund.id; // one that is linked to no payment
  const data = { payment_id, ...money(refund.amount_money), reason: refund.reason ?? undefined };
  return { ...told, type: "payment.refunded", entity: `payment:${payment_id}`, data };
}

/** A checkout that went through is told as its payment; one that was called off at the terminal has none. */
function checkout(told: Told, object: unknown): VendorEvent | null {
  const { checkout } = z.object({ checkout: Checkout }).parse(object);
  if (checkout.status !== "CANCELED") return null;
  const data = {
    payment_id: checkout.id,
    ...money(checkout.amount_money),
    reason: checkout.cancel_reason,
    reference: checkout.reference_id ?? undefined,
  };
  return { ...told, type: "payment.failed", entity: `payment:${checkout.id}`, data };
}

const READERS: Readonly<Record<string, (told: Told, object: unknown) => VendorEvent | null>> = {
  "payment.created": payment,
  "payment.updated": payment,
  "refund.created": refund,
  "refund.updated": refund,
  "terminal.checkout.updated": checkout,
  "oauth.authorization.revoked": (told) => ({ ...told, type: "access.revoked", entity: `account:${told.account}`, data: {} }),
};

export const webhook: Webhook = {
  events: ["payment.succeeded", "payment.failed", "payment.refunded", "access.revoked"],
  secret: {
    from: "own",
    label: "Signature key",
    help: "In the Square Developer Console under Webhooks, Subscriptions: open the subscription, Signature key, Show",
  },
  setup:
    "In the Square Developer Console open your application, Webhooks, Subscriptions, Add subscription. Enter the address as it stands here, since Square signs it letter by letter, and choose payment.updated, refund.updated, terminal.checkout.updated and oauth.authorization.revoked.",
  // Square signs no time: a repeat is known by its event_id alone.
  verify: async ({ url, headers, body }, secret) =>
    same(headers["x-square-hmacsha256-signature"], await hmac("SHA-256", secret, joined(url, body), "base64")),
  receive(delivery) {
    const { merchant_id, type, event_id, created_at, data } = jsonOf(delivery, Notice);
    const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
    const event = read?.({ id: event_id, account: merchant_id, occurredAt: Date.parse(created_at) }, data?.object) ?? null;
    return event ? [event] : [];
  },
};
