/** What SendGrid tells of emails. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event */
import { type Delivery, type EventType, ecdsa, joined, jsonOf, seconds, type VendorEvent, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const HEADER = "x-twilio-email-event-webhook";
const timeOf = ({ headers }: Delivery) => headers[`${HEADER}-timestamp`];

const Text = z.nullish(z.string());
const Event = z.object({
  event: z.string(),
  sg_event_id: z.string(),
  sg_message_id: Text,
  "smtp-id": Text,
  email: z.string(),
  timestamp: z.int(),
  reason: Text,
  url: Text,
  junction_key: Text,
});

/** Event → what it is to us. Others are stages on the way, as `processed` and `deferred`. */
const TYPES: Readonly<Record<string, EventType & `email.${string}`>> = {
  delivered: "email.delivered",
  open: "email.opened",
  click: "email.clicked",
  bounce: "email.bounced",
  dropped: "email.bounced", // SendGrid did not even try, mostly since it bounced before
  spamreport: "email.complained",
  spam_report: "email.complained",
  unsubscribe: "email.unsubscribed",
  group_unsubscribe: "email.unsubscribed",
};

function read({
  event,
  sg_event_id,
  sg_message_id,
  email,
  timestamp,
  reason,
  url,
  junction_key,
  ...more
}: z.output<typeof Event>): readonly VendorEvent[] {
  const type = Object.hasOwn(TYPES, event) ? TYPES[event] : undefined;
  if (!type) return [];
  // What sending gave as the id is the beginning of the one that events have.
  const message_id = sg_message_id?.split(".")[0] || more["smtp-id"] || sg_event_id;
  return [
    {
      ...{ id: sg_event_id, type, entity: `email:${message_id}`, occurredAt: timestamp * 1000, person: { email } },
      ...(junction_key && { proves: { key: junction_key, result: { message_id, status: "queued" } } }),
      data: { message_id, to: email, reason: reason?.slice(0, 10_000), url: url?.slice(0, 2000) },
    },
  ];
}

export const webhook: Webhook = {
  events: ["email.delivered", "email.opened", "email.clicked", "email.bounced", "email.unsubscribed", "email.complained"],
  secret: {
    from: "own",
    label: "Verification key",
    help: "Begins with MFkw; shown under Settings, Mail Settings, Event Webhooks once Signature Verification is switched on",
    pattern: /^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$/, // Base64 of a P-256 key, whose beginning is always the same
  },
  setup:
    "In SendGrid under Settings, Mail Settings, Event Webhooks, create a webhook with this address as the Post URL, choose the events of deliverability and engagement, and switch on Signature Verification.",
  // SendGrid says neither how long a signature holds nor whether it signs anew what it tries again for a day.
  window: { maxAgeSeconds: 3600, maxAheadSeconds: 600, signedAt: (delivery) => seconds(timeOf(delivery)) },
  verify: (delivery, key) => ecdsa(key, delivery.headers[`${HEADER}-signature`], joined(timeOf(delivery) ?? "", delivery.body)),
  receive: (delivery) => jsonOf(delivery, z.array(Event)).flatMap(read),
};
