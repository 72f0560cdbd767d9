/** The events of Stripe's webhooks. https://docs.stripe.com/api/events/object */
import { type Call, noteChange, type PushAbout } from "@junction/sandbox";

const TYPE = "application/json; charset=utf-8";

/** A message about an object, and what of it was otherwise before. */
export const event = ({ id, now }: Pick<PushAbout, "id" | "now">, type: string, object: object, previous_attributes?: object) => ({
  type: TYPE,
  // Stripe sends its JSON indented: whoever reads and writes it again has other bytes.
  body: JSON.stringify(
    {
      id: `evt_${id.replaceAll(/\W/g, "")}`,
      object: "event",
      api_version: "2023-08-16",
      created: Math.floor(now / 1000),
      data: { object, ...(previous_attributes && { previous_attributes }) },
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      type,
    },
    null,
    2,
  ),
});

const KINDS: Readonly<Record<string, string>> = {
  "payment_intent.succeeded": "payment.succeeded",
  "payment_intent.payment_failed": "payment.failed",
  "charge.refunded": "payment.refunded",
};
/** Has Stripe tell of what became of an object. */
export function tell(call: Call, type: string, object: object, previous?: object): void {
  noteChange(call.state, { kind: KINDS[type] ?? type, ...event({ id: call.random(32), now: call.now() }, type, object, previous) });
}
