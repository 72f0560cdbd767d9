/** What a CRM tells of a record that a lead agrees with: our own echo, or news that the lead takes on by the same merge as a sync. */
import { vendorById, vendorsServing } from "@junction/catalog";
import type { Person, StoredEvent } from "@junction/core";
import { type Base, getLead, type LeadSync, leadSyncOf, syncSaved, syncsBegun, type Written } from "@junction/db";
import { crmIdOf, ECHO_MS, isEcho } from "./echo.ts";
import { same, textOf } from "./merge.ts";
import { e164, emailAddress } from "./reach.ts";
import { personOf } from "./subject.ts";
import { type CrmRecord, EMAIL, NAME, PHONE, type SyncField, syncPlan } from "./sync.ts";

const CLOCKS_MS = 5_000;

export const isCrm = (vendor: string): boolean => vendorsServing("crm/sync_lead").some(({ id }) => id === vendor);

export type Told =
  /** It says only what we wrote. */
  | { readonly told: "echo" }
  /** `also`: what is to be written with the sighting; of a record that agrees with no lead, nothing. */
  | { readonly told: "news"; readonly known: boolean; readonly also: readonly D1PreparedStatement[] };

/** What an event tells. Throws while it cannot be known yet: a record is being made at the CRM, and this may be it. */
export async function told(db: D1Database, stored: StoredEvent, now: number): Promise<Told> {
  const { contractor, vendor, event } = stored;
  const news = { told: "news", known: false, also: [] } as const;
  const crmId = isCrm(vendor) ? crmIdOf(event) : null;
  if (crmId === null) return news;
  const sync = await leadSyncOf(db, contractor, vendor, crmId);
  if (sync === null) return (await isBeingMade(db, stored, now)) ? { told: "echo" } : news;
  if (isEcho(stored, sync)) return { told: "echo" };
  const lead = await getLead(db, contractor, sync.lead);
  const at = event.occurredAt ?? stored.receivedAt;
  // Since then we have read the record ourselves, whatever its clock's and ours differ by.
  if (!lead || at < sync.syncedAt - CLOCKS_MS) return { ...news, known: true };
  const theirs = recordOf(stored, sync, crmId);
  const fields: Record<string, SyncField> = Object.fromEntries(
    Object.entries(sync.base).flatMap(([field, { ours, custom, policy }]) =>
      field.startsWith("@") ? [] : [[field, { value: custom === null ? ours : (lead.custom[custom] ?? null), custom, policy }]],
    ),
  );
  const { toLead, base } = syncPlan({ lead, sync, theirs, fields, sends: false });
  const saved = {
    contractor,
    lead: lead.id,
    vendor,
    crmId,
    base,
    written: stillOurs(sync.written, theirs),
    toLead,
    now: Math.max(at, sync.syncedAt),
  };
  return { told: "news", known: true, also: syncSaved(db, saved) };
}

/** Whether an event about a record that nobody knows is about one that we are making right now. */
async function isBeingMade(db: D1Database, { contractor, vendor, event }: StoredEvent, now: number): Promise<boolean> {
  const begun = await syncsBegun(db, contractor, vendor, now - ECHO_MS);
  if (begun.length === 0) return false;
  const { phone, email } = personOf(event);
  if (phone === undefined && email === undefined)
    throw new Error(`${vendorById(vendor)?.name ?? vendor} tells of a record that may be one we are making: looked at again`);
  return begun.some(({ written }) => written[PHONE] === reachOf({ phone }) || written[EMAIL] === reachOf({ email }));
}
const reachOf = ({ phone, email }: Pick<Person, "phone" | "email">): string | undefined =>
  (phone === undefined ? undefined : e164(phone)) ?? (email === undefined ? undefined : emailAddress(email)) ?? undefined;

/** The record as it was agreed on, with what the event says of it. */
function recordOf({ event, receivedAt }: StoredEvent, { base }: LeadSync, crmId: string): CrmRecord {
  const { name, phone, email } = personOf(event);
  const changed = event.type === "contact.updated" ? (event.data.changed ?? {}) : {};
  const before = (field: string) => base[field]?.theirs ?? undefined;
  const list = (said: string | undefined, field: string) => [said ?? before(field)].flatMap((value) => value ?? []);
  return {
    ...{ crm_id: crmId, name: name ?? before(NAME), phones: list(phone, PHONE), emails: list(email, EMAIL) },
    fields: {
      ...theirsOf(base),
      ...Object.fromEntries(Object.entries(changed).flatMap(([field, value]) => (isPlain(value) ? [[field, value]] : []))),
    },
    updated_at: new Date(event.occurredAt ?? receivedAt).toISOString(),
  };
}
const theirsOf = (base: Base) => Object.fromEntries(Object.entries(base).map(([field, { theirs }]) => [field, theirs]));
const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";

/** What we wrote that still stands there: what somebody changed back to it later is news again. */
function stillOurs(written: Written, { name, phones, emails, fields }: CrmRecord): Written {
  const now: Readonly<Record<string, string | null>> = { [NAME]: name ?? null, [PHONE]: phones[0] ?? null, [EMAIL]: emails[0] ?? null };
  const stands = ([field, value]: readonly [string, string | null]): boolean => {
    if (!field.startsWith("@")) return !Object.hasOwn(fields, field) || same(textOf(fields[field]), value);
    const there = now[field] ?? null;
    return there === null || same(e164(there) ?? there.toLowerCase(), value?.toLowerCase() ?? null);
  };
  return Object.fromEntries(Object.entries(written).filter(stands));
}
