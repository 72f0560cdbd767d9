/**
 * The vocabulary of events: what a vendor's delivery says, in the trade's words, whoever the vendor is. Consumers, subscriptions and
 * workflow triggers know these and nothing of a vendor's own. The version changes when a field changes its meaning or goes away.
 */
import * as z from "zod";

export const EVENT_VERSION = 1;

const Text = z.string().max(10_000);
const Short = z.string().max(500);
const Phone = z.string().max(40).describe("E.164 where the vendor gives it");
const Money = {
  amount_minor: z.number().int().describe("In the currency's smallest unit"),
  currency: z.string().length(3).describe("ISO 4217, lower case"),
};
const Message = z.object({ message_id: Short, channel: z.enum(["sms", "whatsapp"]), from: Phone, to: Phone });
const Payment = z.object({
  payment_id: Short,
  ...Money,
  customer_id: Short.optional(),
  reason: Short.optional(),
  reference: Short.optional().describe("What the payment was marked with when it was asked for"),
});
const Contract = z.object({ contract_id: Short, title: Short.optional(), signer_email: Short.optional(), reason: Text.optional() });
const Mail = z.object({ message_id: Short, to: Short, reason: Text.optional(), url: z.string().max(2000).optional() });
const Contact = z.object({ contact_id: Short, changed: z.record(z.string(), z.unknown()).optional() });
const Video = z.object({ video_id: Short, url: z.string().max(2000).optional(), reason: Text.optional() });
const Post = z.object({ post_id: Short, url: z.string().max(2000).optional(), reason: Text.optional() });
const Reward = z.object({ reward_id: Short, reason: Text.optional() });

/** Event type → the shape of its `data`. */
export const EVENTS = {
  "message.received": Message.extend({ body: Text, media: z.array(z.object({ url: z.string(), type: Short.optional() })).optional() }),
  "message.delivered": Message,
  "message.failed": Message.extend({ reason: Short.optional() }),
  "call.started": z.object({ call_id: Short, from: Phone.optional(), to: Phone.optional(), direction: z.enum(["inbound", "outbound"]) }),
  "call.completed": z.object({
    call_id: Short,
    from: Phone.optional(),
    to: Phone.optional(),
    direction: z.enum(["inbound", "outbound"]).optional(),
    /** How it ended, in the vendor's short token: `completed`, `no-answer`, `busy`. */
    status: Short,
    duration_seconds: z.number().nonnegative().optional(),
    recording_url: z.string().max(2000).optional(),
    transcript: z.string().max(200_000).optional(),
    summary: Text.optional(),
    success_evaluation: Text.optional(),
  }),
  /** Nobody of the contractor's took it. */
  "call.missed": z.object({
    call_id: Short,
    from: Phone.optional(),
    to: Phone.optional(),
    reason: z.enum(["no_answer", "after_hours", "hung_up", "not_set_up"]),
  }),
  "voicemail.received": z.object({
    call_id: Short,
    recording_id: Short,
    from: Phone.optional(),
    to: Phone.optional(),
    duration_seconds: z.number().nonnegative().optional(),
    recording_url: z.string().max(2000).optional(),
  }),
  "voicemail.transcribed": z.object({
    call_id: Short,
    recording_id: Short,
    from: Phone.optional(),
    to: Phone.optional(),
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
    form_id: Short.optional(),
    campaign_id: Short.optional(),
    answers: z.record(z.string(), z.string()).optional(),
  }),
  "contact.created": Contact,
  "contact.updated": Contact,
  "contact.deleted": Contact,
  "calendar.changed": z.object({ calendar_id: Short, channel_id: Short.optional() }),
  "email.delivered": Mail,
  "email.opened": Mail,
  "email.clicked": Mail,
  "email.bounced": Mail,
  "email.unsubscribed": Mail,
  "email.complained": Mail,
  "review.created": z.object({ review_id: Short, rating: z.number().optional(), body: Text.optional(), author: Short.optional() }),
  "video.completed": Video,
  "video.failed": Video,
  "post.published": Post,
  "post.failed": Post,
  "reward.delivered": Reward,
  "reward.failed": Reward,
  /** The vendor says that our access was taken away. */
  "access.revoked": z.object({ reason: Short.optional() }),
} as const satisfies Readonly<Record<string, z.ZodObject>>;

export type EventType = keyof typeof EVENTS;
export const EventType = z.enum(Object.keys(EVENTS) as [EventType, ...EventType[]]);
export type EventData<T extends EventType = EventType> = z.output<(typeof EVENTS)[T]>;

/** Whom an event is about, as far as the vendor says: enough to find or make a lead. */
export const Person = z.object({
  /** Their id at the vendor: a contact, a customer. */
  id: Short.optional(),
  name: Short.optional(),
  phone: Phone.optional(),
  email: Short.optional(),
});
export type Person = z.output<typeof Person>;

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
  readonly data: EventData<T>;
}
/** One event, as a vendor's Worker gives it. */
export type VendorEvent = { [T in EventType]: OfType<T> }[EventType];
export type EventOf<T extends EventType> = OfType<T>;

const Envelope = z.object({
  id: z.string().min(1).max(500),
  type: EventType,
  entity: z.string().regex(/^[a-z_]+:[^\n]{1,480}$/, "an entity such as payment:pi_1"),
  occurredAt: z.number().int().nonnegative().optional(),
  account: z.string().min(1).max(200).optional(),
  person: Person.optional(),
  data: z.unknown(),
});

/** The event, its data held to its type's schema. Throws where it does not fit. */
export function parseEvent(event: unknown): VendorEvent {
  const envelope = Envelope.parse(event);
  return { ...envelope, data: EVENTS[envelope.type].parse(envelope.data) } as VendorEvent; // the schema is the type's own
}
