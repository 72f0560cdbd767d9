/** What Stripe tells of payments. https://docs.stripe.com/webhooks */
import { type Delivery, hmac, joined, jsonOf, pairs, same, seconds, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const signed = ({ headers }: Delivery) => {
  const parts = pairs(headers["stripe-signature"]);
  return { at: parts["t"]?.at(-1), signatures: parts["v1"] ?? [] }; // several while a secret is rolled; v0 proves nothing
};

const Text = z.nullish(z.string());
const Contact = z.nullish(z.object({ name: Text, email: Text, phone: Text }));
/** An id, or the object itself where the account has it expanded. */
const Ref = z.nullish(
  z.union([
    z.string(),
    z.pipe(
      z.object({ id: z.string() }),
      z.transform(({ id }) => id),
    ),
  ]),
);
const Event = z.object({ id: z.string(), type: z.string(), created: z.int(), account: Text });
const Intent = z.object({
  id: z.string(),
  amount: z.int(),
  amount_received: z.nullish(z.int()),
  currency: z.string(),
  customer: Ref,
  description: Text,
  receipt_email: Text,
  shipping: Contact,
  metadata: z.nullish(z.record(z.string(), z.string())),
  last_payment_error: z.nullish(
    z.object({ code: Text, decline_code: Text, payment_method: z.nullish(z.object({ billing_details: Contact })) }),
  ),
  charges: z.nullish(z.object({ data: z.array(z.object({ billing_details: Contact })) })), // gone since version 2022-11-15
});
const Charge = z.object({
  id: z.string(),
  amount_refunded: z.int(),
  currency: z.string(),
  payment_intent: Ref,
  customer: Ref,
  description: Text,
  receipt_email: Text,
  billing_details: Contact,
  metadata: z.nullish(z.record(z.string(), z.string())),
});
const Changed = <S extends z.ZodMiniType>(object: S) =>
  z.object({ data: z.object({ object, previous_attributes: z.nullish(z.object({ amount_refunded: z.optional(z.int()) })) }) });

type Someone = z.output<typeof Contact>;
function person(id: string | null | undefined, email: string | null | undefined, ...contacts: readonly Someone[]) {
  const first = (field: "name" | "email" | "phone") => contacts.map((contact) => contact?.[field]).find(Boolean) ?? undefined;
  const found = { id: id ?? undefined, name: first("name"), phone: first("phone"), email: email ?? first("email") };
  return Object.values(found).some(Boolean) ? found : undefined;
}
const reference = ({ metadata, description }: Pick<z.output<typeof Charge>, "metadata" | "description">) =>
  (metadata?.["reference"] ?? description ?? undefined)?.slice(0, 500);

/** What an event is whatever it tells. */
type About = Pick<VendorEvent, "id" | "occurredAt" | "account">;

function intent(about: About, delivery: Delivery, paid: boolean): VendorEvent {
  const { object: found } = jsonOf(delivery, Changed(Intent)).data;
  const { id, amount, amount_received, currency, customer, receipt_email, shipping, last_payment_error: failure } = found;
  const details = [...(found.charges?.data.map(({ billing_details }) => billing_details) ?? []), failure?.payment_method?.billing_details];
  const told = { ...about, entity: `payment:${id}`, person: person(customer, receipt_email, ...details, shipping) };
  const data = { payment_id: id, currency, customer_id: customer ?? undefined, reference: reference(found) };
  if (paid) return { ...told, type: "payment.succeeded", data: { ...data, amount_minor: amount_received || amount } };
  const reason = failure?.decline_code ?? failure?.code ?? undefined;
  return { ...told, type: "payment.failed", data: { ...data, amount_minor: amount, reason } };
}

function refund(about: About, delivery: Delivery): VendorEvent {
  const { object: charge, previous_attributes: before } = jsonOf(delivery, Changed(Charge)).data;
  const payment_id = charge.payment_intent ?? charge.id;
  return {
    ...{ ...about, type: "payment.refunded", entity: `payment:${payment_id}` },
    person: person(charge.customer, charge.receipt_email, charge.billing_details),
    data: {
      payment_id,
      amount_minor: charge.amount_refunded - (before?.amount_refunded ?? 0), // the charge has the sum of all its refunds
      currency: charge.currency,
      customer_id: charge.customer ?? undefined,
      reference: reference(charge),
    },
  };
}

/** A checkout's own events are left out: its payment has its own, and would be told twice. */
const KINDS: Readonly<Record<string, (about: About, delivery: Delivery) => VendorEvent>> = {
  "payment_intent.succeeded": (about, delivery) => intent(about, delivery, true),
  "payment_intent.payment_failed": (about, delivery) => intent(about, delivery, false),
  "charge.refunded": refund,
};

export const webhook: Webhook = {
  events: ["payment.succeeded", "payment.failed", "payment.refunded"],
  secret: {
    from: "own",
    label: "Signing secret",
    help: "Begins with whsec_; shown on the endpoint's page, under Signing secret",
    pattern: /^whsec_\w+$/,
  },
  setup:
    "In the Dashboard under Developers, Webhooks, add an endpoint with this address and the events payment_intent.succeeded, payment_intent.payment_failed and charge.refunded.",
  window: { maxAgeSeconds: 300, maxAheadSeconds: 300, signedAt: (delivery) => seconds(signed(delivery).at) },
  async verify(delivery, secret) {
    const { at, signatures } = signed(delivery);
    const wanted = await hmac("SHA-256", secret, joined(`${at}.`, delivery.body), "hex");
    return signatures.some((signature) => same(signature, wanted));
  },
  receive(delivery) {
    const { id, type, created, account } = jsonOf(delivery, Event);
    const read = KINDS[type];
    return read ? [read({ id, occurredAt: created * 1000, account: account ?? undefined }, delivery)] : [];
  },
};
