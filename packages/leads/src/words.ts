/** A timeline's entries, as a contractor reads them. What was said and written stays sealed in the event. */
import { vendorById } from "@junction/catalog";
import { type EventOf, JUNCTION, type Person, type VendorEvent } from "@junction/core";
import { e164 } from "./reach.ts";

/** One line for the event. `person` is whom it is about. */
export function wordsFor(event: VendorEvent, vendor: string, person: Person): string {
  const at = vendorById(vendor)?.name ?? vendor;
  const { phone, email } = person;
  const who = phone === undefined ? email : (e164(phone) ?? phone);
  const by = (words: string, preposition: string) => (who === undefined ? words : `${words} ${preposition} ${who}`);
  switch (event.type) {
    case "message.received":
      return by(channel(event), "from");
    case "message.delivered":
      return by(channel(event, "delivered"), "to");
    case "message.failed":
      return by(channel(event, "not delivered"), "to");
    case "call.started":
      return event.data.direction === "inbound" ? by("Call came in", "from") : by("Call went out", "to");
    case "call.completed":
      return callEnded(event, by);
    case "call.missed":
      return `${by("Missed call", "from")}: ${MISSED[event.data.reason]}`;
    case "voicemail.received": {
      const { duration_seconds: seconds } = event.data;
      return seconds === undefined ? by("Voicemail", "from") : `${by("Voicemail", "from")}, ${lasted(seconds)}`;
    }
    case "voicemail.transcribed":
      return by("Voicemail written down", "from");
    case "payment.succeeded":
      return `Paid ${money(event)} by ${at}`;
    case "payment.failed":
      return `Payment of ${money(event)} by ${at} failed`;
    case "payment.refunded":
      return `${money(event)} paid back by ${at}`;
    case "contract.sent":
      return contract(event, "sent to sign");
    case "contract.viewed":
      return contract(event, "opened");
    case "contract.signed":
      return contract(event, "signed");
    case "contract.declined":
      return contract(event, "declined");
    case "lead.created":
      return vendor === JUNCTION ? "New lead" : `Asked to be contacted, by ${at}`;
    case "contact.created":
      return `Contact made in ${at}`;
    case "contact.updated":
      return `Contact changed in ${at}`;
    case "contact.deleted":
      return `Contact deleted in ${at}; the lead stays`;
    case "email.delivered":
      return by("Email delivered", "to");
    case "email.opened":
      return "Email opened";
    case "email.clicked":
      return "Link in an email followed";
    case "email.bounced":
      return by("Email came back", "from");
    case "email.unsubscribed":
      return "Wants no more emails";
    case "email.complained":
      return "Marked an email as spam";
    case "review.created":
      return event.data.rating === undefined ? `Reviewed you at ${at}` : `Reviewed you at ${at}: ${event.data.rating} of 5`;
    case "reward.delivered":
      return "Reward delivered";
    case "reward.failed":
      return "Reward not delivered";
    case "calendar.changed":
    case "video.completed":
    case "video.failed":
    case "post.published":
    case "post.failed":
    case "access.revoked":
      return at; // about no person: no timeline has these
  }
}

function channel({ data }: EventOf<"message.received" | "message.delivered" | "message.failed">, ending = "received"): string {
  return `${data.channel === "whatsapp" ? "WhatsApp message" : "Text"} ${ending}`;
}

/** Vendors' short tokens for how a call ended, where they are more than "it took place". */
const ENDINGS: Readonly<Record<string, string>> = {
  "no-answer": "nobody answered",
  busy: "the line was busy",
  failed: "it did not go through",
  canceled: "it was given up",
  voicemail: "it went to voicemail",
};

const MISSED: Readonly<Record<EventOf<"call.missed">["data"]["reason"], string>> = {
  no_answer: "nobody took it",
  after_hours: "outside opening hours",
  hung_up: "they hung up first",
  not_set_up: "call routing is not set up for the number",
};

function callEnded(
  { data: { direction, status, duration_seconds: seconds } }: EventOf<"call.completed">,
  by: (words: string, preposition: string) => string,
): string {
  const call = direction === "inbound" ? by("Call", "from") : by("Call", direction === "outbound" ? "to" : "with");
  const ending = ENDINGS[status.toLowerCase()];
  if (ending !== undefined) return `${call}: ${ending}`;
  return seconds === undefined ? `${call} ended` : `${call}, ${lasted(seconds)}`;
}

function lasted(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function contract(
  { data: { title } }: EventOf<"contract.sent" | "contract.viewed" | "contract.signed" | "contract.declined">,
  done: string,
) {
  return title === undefined || title.trim() === "" ? `Contract ${done}` : `Contract “${short(title.trim())}” ${done}`;
}

function money({ data: { amount_minor: amount, currency } }: EventOf<"payment.succeeded" | "payment.failed" | "payment.refunded">): string {
  const code = currency.toUpperCase();
  if (!/^[A-Z]{3}$/.test(code)) return `${amount} ${code}`;
  const format = new Intl.NumberFormat("en", { style: "currency", currency: code });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const short = (text: string): string => ([...text].length <= 80 ? text : `${[...text].slice(0, 79).join("")}…`);
