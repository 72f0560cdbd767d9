/** Our words for events and for how they stand. */
import { EVENT_NAMES, type EventType } from "@junction/core";
import type { EventState } from "../../api/events.ts";
import type { Status } from "../../words.ts";

export const isEventType = (text: string | null): text is EventType => text !== null && Object.hasOwn(EVENT_NAMES, text);
/** Null: a delivery that is kept as it came. */
export const eventWords = (type: string | null): string =>
  type === null ? "Unread delivery" : isEventType(type) ? EVENT_NAMES[type] : type;

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

const CONSUMER: Readonly<Record<string, string>> = {
  calendars: "Calendars",
  leads: "Leads",
  ledger: "Calls made",
  subscriptions: "Your subscriptions",
  workflows: "Workflows",
};
export const consumerWords = (name: string): string => CONSUMER[name] ?? name;
