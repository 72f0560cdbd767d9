/**
 * The vocabulary of events: what a vendor's delivery says, in the trade's words, whoever the vendor is. Consumers, subscriptions and
 * workflow triggers know these and nothing of a vendor's own. The version changes when a field changes its meaning or goes away.
 */
import * as z from "zod/mini";

export const EVENT_VERSION = 1;

const Text = z.string().check(z.maxLength(10_000));
const Short = z.string().check(z.maxLength(500));
const Phone = z.string().check(z.maxLength(40), z.describe("E.164 where the vendor gives it"));
const Money = {
  amount_minor: z.int().check(z.describe("In the currency's smallest unit")),
  currency: z.string().check(z.length(3), z.describe("ISO 4217, lower case")),
};
const Message = z.object({ message_id: Short, channel: z.enum(["sms", "whatsapp"]), from: Phone, to: Phone });
const Payment = z.object({
  payment_id: Short,
  ...Money,
  customer_id: z.optional(Short),
  reason: z.optional(Short),
  reference: z.optional(Short.check(z.describe("What the payment was marked with when it was asked for"))),
});
const Contract = z.object({ contract_id: Short, title: z.optional(Short), signer_email: z.optional(Short), reason: z.optional(Text) });
const Mail = z.object({ message_id: Short, to: Short, reason: z.optional(Text), url: z.optional(z.string().check(z.maxLength(2000))) });
const Contact = z.object({ contact_id: Short, changed: z.optional(z.record(z.string(), z.unknown())) });
const Video = z.object({ video_id: Short, url: z.optional(z.string().check(z.maxLength(2000))), reason: z.optional(Text) });
const Post = z.object({ post_id: Short, url: z.optional(z.string().check(z.maxLength(2000))), reason: z.optional(Text) });
const Reward = z.object({ reward_id: Short, reason: z.optional(Text) });

/** Event type → the shape of its `data`. */
export const EVENTS = {
  "message.received": z.extend(Message, { body: Text, media: z.optional(z.array(z.object({ url: z.string(), type: z.optional(Short) }))) }),
  "message.delivered": Message,
  "message.failed": z.extend(Message, { reason: z.optional(Short) }),
  "call.started": z.object({ call_id: Short, from: z.optional(Phone), to: z.optional(Phone), direction: z.enum(["inbound", "outbound"]) }),
  "call.completed": z.object({
    call_id: Short,
    from: z.optional(Phone),
    to: z.optional(Phone),
    direction: z.optional(z.enum(["inbound", "outbound"])),
    /** How it ended, in the vendor's short token: `completed`, `no-answer`, `busy`. */
    status: Short,
    duration_seconds: z.optional(z.number().check(z.nonnegative())),
    recording_url: z.optional(z.string().check(z.maxLength(2000))),
    transcript: z.optional(z.string().check(z.maxLength(200_000))),
    summary: z.optional(Text),
    success_evaluation: z.optional(Text),
  }),
  /** Nobody of the contractor's took it. */
  "call.missed": z.object({
    call_id: Short,
    from: z.optional(Phone),
    to: z.optional(Phone),
    reason: z.enum(["no_answer", "after_hours", "hung_up", "not_set_up"]),
  }),
  "voicemail.received": z.object({
    call_id: Short,
    recording_id: Short,
    from: z.optional(Phone),
    to: z.optional(Phone),
    duration_seconds: z.optional(z.number().check(z.nonnegative())),
    recording_url: z.optional(z.string().check(z.maxLength(2000))),
  }),
  "voicemail.transcribed": z.object({
    call_id: Short,
    recording_id: Short,
    from: z.optional(Phone),
    to: z.optional(Phone),
    transcript: Text,
  }),
  "payment.succeeded": Payment,
  "payment.failed": Payment,
  "payment.refunded": Payment,
  "contract.sent": Contract,
  "contract.viewed": Contract,
  "contract.signed": Contract,
  "contract.declined": Contract,
  "lead.created": z.object({
    /** The lead's id at the vendor. */
    lead_id: Short,
    form_id: z.optional(Short),
    campaign_id: z.optional(Short),
    answers: z.optional(z.record(z.string(), z.string())),
  }),
  "contact.created": Contact,
  "contact.updated": Contact,
  "contact.deleted": Contact,
  "calendar.changed": z.object({ calendar_id: Short, channel_id: z.optional(Short) }),
  "email.delivered": Mail,
  "email.opened": Mail,
  "email.clicked": Mail,
  "email.bounced": Mail,
  "email.unsubscribed": Mail,
  "email.complained": Mail,
  "review.created": z.object({ review_id: Short, rating: z.optional(z.number()), body: z.optional(Text), author: z.optional(Short) }),
  "video.completed": Video,
  "video.failed": Video,
  "post.published": Post,
  "post.failed": Post,
  "reward.delivered": Reward,
  "reward.failed": Reward,
  /** The vendor says that our access was taken away. */
  "access.revoked": z.object({ reason: z.optional(Short) }),
} as const satisfies Readonly<Record<string, z.ZodMiniObject>>;

export type EventType = keyof typeof EVENTS;
export const EventType = z.enum(Object.keys(EVENTS) as [EventType, ...EventType[]]);
export type EventData<T extends EventType = EventType> = z.output<(typeof EVENTS)[T]>;

/** Whom an event is about, as far as the vendor says: enough to find or make a lead. */
export const Person = z.object({
  /** Their id at the vendor: a contact, a customer. */
  id: z.optional(Short),
  name: z.optional(Short),
  phone: z.optional(Phone),
  email: z.optional(Short),
});
export type Person = z.output<typeof Person>;

/** That an effect of ours happened, by a mark of ours that the vendor gives back: it settles a call whose answer was lost. */
const Proof = z.object({
  /** The idempotency key of the attempt. */
  key: z.string().check(z.regex(/^[0-9a-f]{64}$/, "64 hexadecimal characters")),
  /** What the action would have answered. */
  result: z.record(z.string(), z.unknown()),
});
export type Proof = z.output<typeof Proof>;

interface OfType<T extends EventType> {
  /** The vendor's id of this event: a second delivery of it has the same, and another event another. */
  readonly id: string;
  readonly type: T;
  /** What it is about, as `payment:pi_1`: events of one entity are worked off in the order in which they came. */
  readonly entity: string;
  /** When it happened, epoch milliseconds, where the vendor says so. */
  readonly occurredAt?: number | undefined;
  /** The vendor's account it belongs to: needed where one address of our app takes the events of all contractors. */
  readonly account?: string | undefined;
  readonly person?: Person | undefined;
  /** Of something that we had done there: what proves it. */
  readonly proves?: Proof | undefined;
  readonly data: EventData<T>;
}
/** One event, as a vendor's Worker gives it. */
export type VendorEvent = { [T in EventType]: OfType<T> }[EventType];
export type EventOf<T extends EventType> = OfType<T>;

const Envelope = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(500)),
  type: EventType,
  entity: z.string().check(z.regex(/^[a-z_]+:[^\n]{1,480}$/, "an entity such as payment:pi_1")),
  occurredAt: z.optional(z.int().check(z.nonnegative())),
  account: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  person: z.optional(Person),
  proves: z.optional(Proof),
  data: z.unknown(),
});

/** The event, its data held to its type's schema. Throws where it does not fit. */
export function parseEvent(event: unknown): VendorEvent {
  const envelope = Envelope.parse(event);
  return { ...envelope, data: EVENTS[envelope.type].parse(envelope.data) } as VendorEvent; // the schema is the type's own
}
