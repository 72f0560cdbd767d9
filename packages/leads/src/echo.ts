/** What a CRM tells us of what we wrote there ourselves. It is no news: it starts nothing, and stands in no timeline. */
import type { StoredEvent, VendorEvent } from "@junction/core";
import type { LeadSync } from "@junction/db";
import { same, textOf, type Value } from "./merge.ts";
import { e164, emailAddress } from "./reach.ts";
import { personOf } from "./subject.ts";
import { EMAIL, NAME, PHONE } from "./sync.ts";

/** So long after we wrote, a telling that does not say what changed is taken to be of what we wrote. */
export const ECHO_MS = 2 * 60_000;

const ECHOING: ReadonlySet<VendorEvent["type"]> = new Set(["contact.created", "contact.updated", "lead.created"]);
/** What CRMs change by themselves with every write. */
const BOOKKEEPING =
  /^(?:id|(?:hs_)?(?:last_?modified_?(?:date|time|by(?:_?id)?)|modified_?(?:time|by)|system_?modstamp|update_?time|updated_?at|createdate|hs_object_id|last_?activity_?(?:date|time)))$/i;

/** The record at the CRM that an event is about; null if it is of no kind that a write of ours could cause. */
export const crmIdOf = (event: VendorEvent): string | null => (ECHOING.has(event.type) ? (personOf(event).id ?? null) : null);

/**
 * Whether an event says only what we wrote. `sync` is that of the record it is about (`leadSyncOf`), as it was before the event was taken.
 * Where the event names what changed, that decides; where it does not, it is an echo if it came soon after a write of ours, and says
 * nothing of the person that was not agreed on.
 */
export function isEcho({ event, receivedAt }: Pick<StoredEvent, "event" | "receivedAt">, sync: LeadSync | null): boolean {
  if (sync === null || sync.wroteAt === null || crmIdOf(event) === null) return false;
  const known = knownTo(sync);
  const changed = event.type === "contact.updated" ? event.data.changed : undefined;
  if (changed !== undefined) {
    const told = Object.entries(changed).filter(([name]) => !BOOKKEEPING.test(name));
    return told.every(([name, value]) => leavesOf(value).every((leaf) => wrote(sync, name, leaf)));
  }
  if ((event.occurredAt ?? receivedAt) > sync.wroteAt + ECHO_MS) return false;
  const { name, phone, email } = personOf(event);
  return [name, phone, email].every((value) => value === undefined || known.has(normal(value)));
}

/** Whether we wrote this value to this field, or, where the CRM has a name of its own for it, as the person's name or how they are reached. */
function wrote({ written }: LeadSync, field: string, value: Value): boolean {
  if (Object.hasOwn(written, field)) return same(written[field] ?? null, value);
  if (value === null) return false;
  const [name, phone, email] = [written[NAME], written[PHONE], written[EMAIL]].map((one) => one ?? "");
  const words = (name ?? "").toLowerCase().split(/\s+/);
  return (
    (phone !== "" && e164(value) === phone) ||
    (email !== "" && emailAddress(value) === email) ||
    (name !== "" &&
      value
        .toLowerCase()
        .split(/\s+/)
        .every((word) => words.includes(word)))
  );
}

/** What is in a value as a CRM tells it: a list of `{ value }`, a value alone. */
function leavesOf(value: unknown): Value[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (typeof value === "object" && value !== null) return "value" in value ? leavesOf(value.value) : [];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? [textOf(value)] : [null];
}

const normal = (value: string): string => e164(value) ?? emailAddress(value) ?? value.trim().toLowerCase();
function knownTo({ base, written }: LeadSync): ReadonlySet<string> {
  const values = [NAME, PHONE, EMAIL].flatMap((field) => [base[field]?.ours, base[field]?.theirs, written[field]]);
  return new Set(values.flatMap((value) => (typeof value === "string" ? [normal(value)] : [])));
}
