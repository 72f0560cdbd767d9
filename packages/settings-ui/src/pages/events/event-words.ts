/** Our words for events and for how they stand. */
import type { EventType } from "@junction/core";
import type { EventState } from "../../api/events.ts";
import type { Status } from "../../words.ts";

export const EVENT: Readonly<Record<EventType, string>> = {
  "message.received": "Message received",
  "message.delivered": "Message delivered",
  "message.failed": "Message not delivered",
  "call.started": "Call started",
  "call.completed": "Call ended",
  "call.missed": "Call missed",
  "voicemail.received": "Voicemail received",
  "voicemail.transcribed": "Voicemail written down",
  "payment.succeeded": "Payment received",
  "payment.failed": "Payment failed",
  "payment.refunded": "Payment refunded",
  "contract.sent": "Contract sent",
  "contract.viewed": "Contract opened",
  "contract.signed": "Contract signed",
  "contract.declined": "Contract declined",
  "lead.created": "New lead",
  "contact.created": "Contact created",
  "contact.updated": "Contact changed",
  "contact.deleted": "Contact deleted",
  "calendar.changed": "Calendar changed",
  "email.delivered": "Email delivered",
  "email.opened": "Email opened",
  "email.clicked": "Link in email followed",
  "email.bounced": "Email bounced",
  "email.unsubscribed": "Unsubscribed from emails",
  "email.complained": "Email marked as spam",
  "review.created": "New review",
  "video.completed": "Video ready",
  "video.failed": "Video failed",
  "post.published": "Post published",
  "post.failed": "Post failed",
  "reward.delivered": "Reward delivered",
  "reward.failed": "Reward failed",
  "access.revoked": "Access withdrawn",
};
export const isEventType = (text: string | null): text is EventType => text !== null && Object.hasOwn(EVENT, text);
/** Null: a delivery that is kept as it came. */
export const eventWords = (type: string | null): string => (type === null ? "Unread delivery" : isEventType(type) ? EVENT[type] : type);

interface StateWords {
  readonly label: string;
  readonly tone: Status;
  /** What it means, and what to do. */
  readonly advice: string;
}
export const EVENT_STATE: Readonly<Record<EventState, StateWords>> = {
  received: { label: "Waiting", tone: "not_connected", advice: "It is next in its row." },
  processing: { label: "In progress", tone: "not_connected", advice: "It is being worked off now." },
  done: { label: "Done", tone: "connected", advice: "Everything that follows from it was done." },
  failed: { label: "Trying again", tone: "warning", advice: "Something that follows from it failed. It is tried again by itself." },
  dead: {
    label: "Dead",
    tone: "error",
    advice: "It was tried several times, and is not tried any more. Once the reason is mended, replay it: nothing happens twice.",
  },
  quarantined: {
    label: "Quarantined",
    tone: "warning",
    advice:
      "Nothing proves yet that the vendor sent it. It is kept, and not acted on. Set the webhook’s secret under the integration: what is real then runs by itself; after 7 days it is deleted.",
  },
};
export const isEventState = (text: string | null): text is EventState => text !== null && Object.hasOwn(EVENT_STATE, text);

const CONSUMER: Readonly<Record<string, string>> = { leads: "Leads", subscriptions: "Your subscriptions" };
export const consumerWords = (name: string): string => CONSUMER[name] ?? name;
