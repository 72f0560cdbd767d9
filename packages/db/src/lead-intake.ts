/** Many leads taken in at once, from a CRM or a file: each found by its keys, or made. */

import { and, eq, inArray, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { eventsOfLeads, type LeadEvent } from "./events.ts";
import { reached } from "./lead-edits.ts";
import { type Base, type LeadSync, syncOf } from "./lead-syncs.ts";
import { type Lead, type LeadKey, leadOf } from "./leads.ts";
import { leads } from "./schema.ts";
import { leadSyncs } from "./workflow-schema.ts";

export interface Intake {
  /** Names it in the answer. */
  readonly ref: string;
  /** The id that a lead not known before gets: the same each time this one is taken in. */
  readonly create: string;
  /** The surest first: the first that is known decides whose it is. */
  readonly keys: readonly LeadKey[];
  /** Null: whatever it is stays. */
  readonly name: string | null;
  /** The ones that are used from now on; null: whichever are. */
  readonly phone: string | null;
  readonly email: string | null;
  /** Null removes a field. */
  readonly custom: Readonly<Record<string, string | null>>;
  readonly source: string;
  /** When people changed it; 0 for what a CRM says. */
  readonly editedAt: number;
  readonly sync: { readonly vendor: string; readonly crmId: string; readonly base: Base; readonly url: string | null } | null;
  readonly entry: { readonly id: string; readonly type: string; readonly vendor: string | null; readonly words: string };
}
export interface TakenIn {
  readonly ref: string;
  readonly lead: string;
  readonly created: boolean;
}

/** Whose each is: its first known key's, or else its own. */
const WHOSE = `(SELECT one.value AS v, coalesce((SELECT k.lead FROM json_each(one.value, '$.keys') AS wanted CROSS JOIN lead_keys AS k
  ON k.contractor = ?1 AND k.kind = wanted.value ->> 'kind' AND k.value = wanted.value ->> 'value' ORDER BY wanted.key LIMIT 1),
  one.value ->> 'create') AS lead FROM json_each(?2) AS one)`;

export interface TakeIn {
  readonly contractor: string;
  readonly intakes: readonly Intake[];
  /** Written with whoever is made: each about an intake's `create`. */
  readonly events?: readonly LeadEvent[] | undefined;
  readonly now: number;
}
/**
 * Takes leads in, all or none of those given. A repeat changes nothing: whoever was made before is found, and its entry is there. Of two
 * that share a key, the later is found to be the earlier.
 */
export async function takeIn(db: D1Database, { contractor, intakes, now, events = [] }: TakeIn): Promise<TakenIn[]> {
  const [pass, later] = apart(intakes);
  if (pass.length === 0) return [];
  const given = JSON.stringify(pass);
  const put = (text: string) => db.prepare(text).bind(contractor, given);
  const at = (text: string) => db.prepare(text).bind(contractor, given, now);
  const results = await db.batch<{ ref: string; lead: string; made: string }>([
    put(
      `INSERT INTO lead_keys (contractor, kind, value, lead) SELECT ?1, wanted.value ->> 'kind', wanted.value ->> 'value', r.lead
       FROM ${WHOSE} AS r, json_each(r.v, '$.keys') AS wanted WHERE true ON CONFLICT DO NOTHING`,
    ),
    at(
      `INSERT INTO leads (id, contractor, name, phones, emails, source, custom, external, created_at, updated_at, edited_at)
       SELECT r.lead, ?1, NULL, '[]', '[]', r.v ->> 'source', '{}', '{}', ?3, ?3, 0 FROM ${WHOSE} AS r WHERE true ON CONFLICT DO NOTHING`,
    ),
    at(
      `WITH r AS MATERIALIZED (SELECT * FROM ${WHOSE})
       UPDATE leads SET name = coalesce(r.v ->> 'name', leads.name), ${reached("phones", "r.v ->> 'phone'")}, ${reached("emails", "r.v ->> 'email'")},
         custom = json_patch(leads.custom, r.v -> 'custom'), updated_at = max(leads.updated_at, ?3), edited_at = max(leads.edited_at, r.v ->> 'editedAt'),
         external = CASE WHEN r.v ->> '$.sync.vendor' IS NULL THEN leads.external
           ELSE json_patch(json_object(r.v ->> '$.sync.vendor', r.v ->> '$.sync.crmId'), leads.external) END
       FROM r WHERE leads.id = r.lead AND leads.contractor = ?1`,
    ),
    // A lead keeps to the record it first agreed with, if there are two of one person at the CRM.
    at(
      `INSERT INTO lead_syncs (lead, vendor, contractor, crm_id, base, written, wrote_at, url, synced_at)
       SELECT r.lead, r.v ->> '$.sync.vendor', ?1, r.v ->> '$.sync.crmId', r.v -> '$.sync.base', '{}', NULL, r.v ->> '$.sync.url', ?3
       FROM ${WHOSE} AS r WHERE r.v ->> '$.sync.vendor' IS NOT NULL
       ON CONFLICT (lead, vendor) DO UPDATE SET crm_id = excluded.crm_id, base = excluded.base, url = coalesce(excluded.url, url), synced_at = excluded.synced_at
         WHERE lead_syncs.crm_id IN ('', excluded.crm_id)`,
    ),
    at(
      `INSERT INTO timeline (id, contractor, lead, at, type, vendor, event, words)
       SELECT (r.v ->> '$.entry.id') || '.' || r.lead, ?1, r.lead, ?3, r.v ->> '$.entry.type', r.v ->> '$.entry.vendor', NULL, r.v ->> '$.entry.words'
       FROM ${WHOSE} AS r WHERE true ON CONFLICT DO NOTHING`,
    ),
    ...eventsOfLeads(
      db,
      events.filter(({ lead }) => pass.some(({ create }) => create === lead)),
    ),
    put(`SELECT r.v ->> 'ref' AS ref, r.lead AS lead, r.v ->> 'create' AS made FROM ${WHOSE} AS r`),
  ]);
  const taken = (results.at(-1)?.results ?? []).map(({ ref, lead, made }) => ({ ref, lead, created: lead === made }));
  return [...taken, ...(await takeIn(db, { contractor, intakes: later, now, events }))];
}

/** Those that share no key with one before them, and the others, whose turn is after these. */
export function apart<T extends { readonly keys: readonly LeadKey[] }>(all: readonly T[]): [T[], T[]] {
  const seen = new Set<string>();
  const [first, later]: [T[], T[]] = [[], []];
  for (const one of all) {
    const keys = one.keys.map(({ kind, value }) => `${kind} ${value}`);
    (keys.some((key) => seen.has(key)) ? later : first).push(one);
    for (const key of keys) seen.add(key);
  }
  return [first, later];
}

export interface Known {
  /** The lead that one with these keys is. */
  whose(keys: readonly LeadKey[]): Lead | null;
  /** What a lead and the vendor agreed on. */
  sync(lead: string): LeadSync | null;
}
/** Those among a contractor's leads that have one of these keys, and what they agreed on with a vendor. */
export async function knownLeads(db: D1Database, contractor: string, vendor: string, keys: readonly LeadKey[]): Promise<Known> {
  const { results: found } = await db
    .prepare(
      `SELECT k.kind AS kind, k.value AS value, k.lead AS lead FROM json_each(?2) AS wanted CROSS JOIN lead_keys AS k
       ON k.contractor = ?1 AND k.kind = wanted.value ->> 'kind' AND k.value = wanted.value ->> 'value'`,
    )
    .bind(contractor, JSON.stringify(keys))
    .all<LeadKey & { lead: string }>();
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify([...new Set(found.map(({ lead }) => lead))])}))`;
  const [rows, agreed] = await drizzle(db).batch([
    drizzle(db)
      .select()
      .from(leads)
      .where(and(eq(leads.contractor, contractor), inArray(leads.id, ids))),
    drizzle(db)
      .select()
      .from(leadSyncs)
      .where(and(eq(leadSyncs.contractor, contractor), eq(leadSyncs.vendor, vendor), inArray(leadSyncs.lead, ids))),
  ]);
  const byKey = new Map(found.map(({ kind, value, lead }) => [`${kind} ${value}`, lead]));
  const byId = new Map(rows.map((row) => [row.id, leadOf(row)]));
  const syncs = new Map(agreed.map((row) => [row.lead, syncOf(row)]));
  return {
    whose(wanted) {
      const id = wanted.map(({ kind, value }) => byKey.get(`${kind} ${value}`)).find((lead) => lead !== undefined);
      return (id === undefined ? undefined : byId.get(id)) ?? null;
    },
    sync: (lead) => syncs.get(lead) ?? null,
  };
}
