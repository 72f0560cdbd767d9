/** Whom an event is about, and what the event says of them. */
import { type EventOf, type EventType, JUNCTION, type Person, type VendorEvent } from "@junction/core";
import type { LeadKey } from "@junction/db";
import { e164, emailAddress } from "./reach.ts";

/** Types that are about no person. */
const IMPERSONAL: readonly EventType[] = [
  "calendar.changed",
  "video.completed",
  "video.failed",
  "post.published",
  "post.failed",
  "access.revoked",
];
export const isPersonal = (type: EventType): boolean => !IMPERSONAL.includes(type);

/** Someone whom nobody knew becomes a lead by this; by a text that was delivered to them they do not. */
export function makesLead(event: VendorEvent): boolean {
  switch (event.type) {
    case "message.received":
    case "call.completed":
    case "call.missed":
    case "voicemail.received":
    case "lead.created":
    case "contact.created":
      return true;
    case "call.started":
      return event.data.direction === "inbound";
    default:
      return false;
  }
}

/** The name in these is the one somebody wrote down; in others it may be whatever a phone shows. */
export const namesLead = (type: EventType): boolean => type === "lead.created" || type === "contact.created" || type === "contact.updated";

const MOST_ANSWERS = 50;
/** What a form asked beyond who it is, as fields of the contractor's own: `What needs repair?` is `what_needs_repair`. */
export function answersOf(event: VendorEvent): Readonly<Record<string, string>> | undefined {
  if (event.type !== "lead.created" || event.data.answers === undefined) return undefined;
  const named = Object.entries(event.data.answers).map(([question, answer]) => [fieldOf(question), answer] as const);
  return Object.fromEntries(named.filter(([name, answer]) => name !== "" && answer.trim() !== "").slice(0, MOST_ANSWERS));
}
const fieldOf = (question: string): string =>
  question
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_|_$/g, "")
    .slice(0, 100);

/** The person as the vendor gives them, and where it says less, as the event's data does. */
export function personOf(event: VendorEvent): Person {
  const given = event.person ?? {};
  const implied = impliedBy(event);
  return {
    id: given.id || implied.id,
    name: given.name?.trim() || undefined,
    phone: given.phone || implied.phone,
    email: given.email || implied.email,
  };
}

function impliedBy(event: VendorEvent): Person {
  switch (event.type) {
    case "message.received":
      return { phone: event.data.from };
    case "message.delivered":
    case "message.failed":
      return { phone: event.data.to };
    case "call.started":
    case "call.completed":
      return { phone: otherEnd(event.data) };
    case "call.missed":
    case "voicemail.received":
    case "voicemail.transcribed":
      return { phone: event.data.from };
    case "payment.succeeded":
    case "payment.failed":
    case "payment.refunded":
      return { id: event.data.customer_id };
    case "contract.sent":
    case "contract.viewed":
    case "contract.signed":
    case "contract.declined":
      return { email: event.data.signer_email };
    case "lead.created":
      return { id: event.data.lead_id };
    case "contact.created":
    case "contact.updated":
    case "contact.deleted":
      return { id: event.data.contact_id };
    case "email.delivered":
    case "email.opened":
    case "email.clicked":
    case "email.bounced":
    case "email.unsubscribed":
    case "email.complained":
      return { email: event.data.to };
    default:
      return {};
  }
}

/** Who is at the other end of the line; unknown where the vendor does not say which end is ours. */
function otherEnd({ direction, from, to }: EventOf<"call.completed">["data"] | EventOf<"call.started">["data"]): string | undefined {
  if (direction === undefined) return undefined;
  return direction === "inbound" ? from : to;
}

/** The keys of a person, the surest first: their id at the vendor, their phone, their email. */
export function keysOf(vendor: string, { id, phone, email }: Person): LeadKey[] {
  const keys = [
    { kind: `vendor:${vendor}`, value: vendor === JUNCTION ? undefined : id }, // an id of ours is no key: leads are joined
    { kind: "phone", value: phone === undefined ? undefined : e164(phone) },
    { kind: "email", value: email === undefined ? undefined : emailAddress(email) },
  ];
  return keys.flatMap(({ kind, value }) => (value ? [{ kind, value }] : []));
}
