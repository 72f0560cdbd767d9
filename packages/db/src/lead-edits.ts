/** Leads made, changed, joined and deleted by people and by what a CRM says. The keys decide: no phone and no email is at two leads. */
import { eventsOfLeads, type NewEvent } from "./events.ts";
import type { LeadKey } from "./leads.ts";

/** What a lead takes on. */
export interface LeadChange {
  readonly name?: string;
  /** Becomes the first; those before it stay. One that is another lead's is not taken. */
  readonly phone?: string;
  readonly email?: string;
  /** Null removes a field. */
  readonly custom?: Readonly<Record<string, string | null>>;
}

/** A lead's phones or emails: all its keys of that kind, looked up by the lead (hence the `+`), the one in parameter `first` before those it had, and these before new ones. */
export const reached = (column: "phones" | "emails", first: string): string =>
  `${column} = (SELECT json_group_array(value) FROM (SELECT k.value AS value FROM lead_keys AS k WHERE k.lead = leads.id
    AND +k.contractor = leads.contractor AND +k.kind = '${column === "phones" ? "phone" : "email"}' ORDER BY k.value IS NOT (${first}),
    coalesce((SELECT had.key FROM json_each(leads.${column}) AS had WHERE had.value = k.value), 1e9), k.rowid))`;

export interface ChangeAsk {
  readonly contractor: string;
  readonly lead: string;
  readonly change: LeadChange;
  /** Where people or an import changed it; what a CRM says is no edit of ours. */
  readonly editedAt?: number;
}
/** The statements that make a lead take a change on. */
export function changeOf(db: D1Database, { contractor, lead, change, editedAt }: ChangeAsk): D1PreparedStatement[] {
  const { name, phone, email, custom } = change;
  const keys = [
    ...(phone === undefined ? [] : [{ kind: "phone", value: phone }]),
    ...(email === undefined ? [] : [{ kind: "email", value: email }]),
  ];
  if (name === undefined && custom === undefined && keys.length === 0) return [];
  return [
    db
      .prepare(
        `INSERT INTO lead_keys (contractor, kind, value, lead) SELECT leads.contractor, k.value ->> 'kind', k.value ->> 'value', leads.id
         FROM leads, json_each(?3) AS k WHERE leads.id = ?1 AND leads.contractor = ?2 ON CONFLICT DO NOTHING`,
      )
      .bind(lead, contractor, JSON.stringify(keys)),
    db
      .prepare(
        `UPDATE leads SET name = coalesce(?3, name), ${reached("phones", "?4")}, ${reached("emails", "?5")}, custom = json_patch(custom, ?6),
           edited_at = max(edited_at, ?7) WHERE id = ?1 AND contractor = ?2`,
      )
      .bind(lead, contractor, name ?? null, phone ?? null, email ?? null, JSON.stringify(custom ?? {}), editedAt ?? 0),
  ];
}

export interface NewLead {
  readonly contractor: string;
  readonly id: string;
  readonly name: string | null;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly source: string | null;
  readonly custom: Readonly<Record<string, string>>;
  readonly now: number;
  /** Written with it: what is told of its being made. */
  readonly event?: NewEvent | undefined;
}
/** Whose a phone or an email already is. */
export interface Taken extends LeadKey {
  readonly lead: string;
}
const TAKEN = `SELECT k.kind AS kind, k.value AS value, k.lead AS lead FROM json_each(?2) AS wanted CROSS JOIN lead_keys AS k
  ON k.contractor = ?1 AND k.kind = wanted.value ->> 'kind' AND k.value = wanted.value ->> 'value' AND k.lead <> ?3`;

const keysOf = ({ phones, emails }: Pick<NewLead, "phones" | "emails">): LeadKey[] => [
  ...phones.map((value) => ({ kind: "phone", value })),
  ...emails.map((value) => ({ kind: "email", value })),
];

/** Makes a lead, unless a phone or an email of it is another's: then gives those, and makes nothing. */
export async function addLead(
  db: D1Database,
  { contractor, id, name, phones, emails, source, custom, now, event }: NewLead,
): Promise<readonly Taken[]> {
  const keys = JSON.stringify(keysOf({ phones, emails }));
  const [taken] = await db.batch<Taken>([
    db.prepare(TAKEN).bind(contractor, keys, id),
    db
      .prepare(
        `INSERT INTO leads (id, contractor, name, phones, emails, source, custom, external, created_at, updated_at, edited_at)
         SELECT ?3, ?1, ?4, ?5, ?6, ?7, ?8, '{}', ?9, ?9, ?9 WHERE NOT EXISTS (${TAKEN}) ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, keys, id, name, JSON.stringify(phones), JSON.stringify(emails), source, JSON.stringify(custom), now),
    db
      .prepare(
        `INSERT INTO lead_keys (contractor, kind, value, lead) SELECT ?1, k.value ->> 'kind', k.value ->> 'value', ?3 FROM json_each(?2) AS k
         WHERE EXISTS (SELECT 1 FROM leads WHERE id = ?3) ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, keys, id),
    ...eventsOfLeads(db, event ? [{ ...event, lead: id }] : []),
  ]);
  return taken?.results ?? [];
}

export interface LeadPatch {
  readonly contractor: string;
  readonly id: string;
  readonly name?: string | null | undefined;
  /** The whole list, the first being the one that is used. */
  readonly phones?: readonly string[] | undefined;
  readonly emails?: readonly string[] | undefined;
  readonly custom?: Readonly<Record<string, string | null>> | undefined;
  readonly now: number;
}
/** Changes what is given, unless a phone or an email of it is another's: then gives those, and changes nothing. */
export async function patchLead(
  db: D1Database,
  { contractor, id, name, phones, emails, custom, now }: LeadPatch,
): Promise<readonly Taken[]> {
  const keys = JSON.stringify(keysOf({ phones: phones ?? [], emails: emails ?? [] }));
  const kinds = JSON.stringify([...(phones ? ["phone"] : []), ...(emails ? ["email"] : [])]);
  const mine = `EXISTS (SELECT 1 FROM leads WHERE id = ?3 AND contractor = ?1) AND NOT EXISTS (${TAKEN})`;
  const list = (values: readonly string[] | undefined) => (values ? JSON.stringify(values) : null);
  const [taken] = await db.batch<Taken>([
    db.prepare(TAKEN).bind(contractor, keys, id),
    db
      .prepare(`DELETE FROM lead_keys WHERE contractor = ?1 AND lead = ?3 AND kind IN (SELECT value FROM json_each(?4)) AND ${mine}`)
      .bind(contractor, keys, id, kinds),
    db
      .prepare(
        `INSERT INTO lead_keys (contractor, kind, value, lead) SELECT ?1, k.value ->> 'kind', k.value ->> 'value', ?3 FROM json_each(?2) AS k
         WHERE ${mine} ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, keys, id),
    db
      .prepare(
        `UPDATE leads SET name = CASE WHEN ?4 THEN ?5 ELSE name END, phones = coalesce(?6, phones), emails = coalesce(?7, emails),
           custom = json_patch(custom, ?8), updated_at = max(updated_at, ?9), edited_at = max(edited_at, ?9)
         WHERE id = ?3 AND contractor = ?1 AND NOT EXISTS (${TAKEN})`,
      )
      .bind(contractor, keys, id, name === undefined ? 0 : 1, name ?? null, list(phones), list(emails), JSON.stringify(custom ?? {}), now),
  ]);
  return taken?.results ?? [];
}

export interface MergeAsk {
  readonly contractor: string;
  readonly from: string;
  readonly into: string;
  readonly now: number;
}
/**
 * Joins a lead to another: what only one of them has is kept, and where both have something, that of `into`. The id of `from` leads to
 * `into` from now on. Changes nothing unless both are there.
 */
export async function mergeLeads(db: D1Database, { contractor, from, into, now }: MergeAsk): Promise<boolean> {
  const both =
    "EXISTS (SELECT 1 FROM leads WHERE id = ?2 AND contractor = ?1) AND EXISTS (SELECT 1 FROM leads WHERE id = ?3 AND contractor = ?1)";
  const put = (sql: string) => db.prepare(sql).bind(contractor, from, into);
  const results = await db.batch([
    put(`UPDATE lead_keys SET lead = ?3 WHERE contractor = ?1 AND lead = ?2 AND ${both}`),
    db
      .prepare(
        `UPDATE leads SET name = coalesce(leads.name, old.name), custom = json_patch(old.custom, leads.custom),
           external = json_patch(old.external, leads.external), source = coalesce(leads.source, old.source),
           created_at = min(leads.created_at, old.created_at), updated_at = max(leads.updated_at, old.updated_at, ?4), edited_at = max(leads.edited_at, ?4)
         FROM leads AS old WHERE leads.id = ?3 AND leads.contractor = ?1 AND old.id = ?2 AND old.contractor = ?1`,
      )
      .bind(contractor, from, into, now),
    put(
      `UPDATE leads SET ${reached("phones", "NULL")}, ${reached("emails", "NULL")} WHERE id = ?3 AND contractor = ?1 AND EXISTS (SELECT 1 FROM leads WHERE id = ?2 AND contractor = ?1)`,
    ),
    put(`DELETE FROM timeline WHERE contractor = ?1 AND ${both} AND id IN ('like.' || ?2 || '.' || ?3, 'like.' || ?3 || '.' || ?2)`),
    put(`UPDATE OR IGNORE timeline SET lead = ?3 WHERE contractor = ?1 AND lead = ?2 AND ${both}`),
    put(`DELETE FROM timeline WHERE contractor = ?1 AND lead = ?2 AND ${both}`),
    put(`UPDATE OR IGNORE lead_syncs SET lead = ?3 WHERE contractor = ?1 AND lead = ?2 AND ${both}`),
    put(`DELETE FROM lead_syncs WHERE contractor = ?1 AND lead = ?2 AND ${both}`),
    put(`UPDATE runs SET lead = ?3 WHERE contractor = ?1 AND lead = ?2 AND ${both}`),
    put(`UPDATE run_waits SET about = 'lead:' || ?3 WHERE contractor = ?1 AND about = 'lead:' || ?2 AND ${both}`),
    db
      .prepare(
        `INSERT INTO timeline (id, contractor, lead, at, type, vendor, event, words) SELECT 'merge.' || ?2, ?1, ?3, ?4, 'lead.merged', NULL, NULL,
           'Joined with the lead ' || coalesce(name, phones ->> 0, emails ->> 0, id) FROM leads WHERE id = ?2 AND contractor = ?1 AND ${both} ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, from, into, now),
    put(`INSERT INTO lead_keys (contractor, kind, value, lead) SELECT ?1, 'merged', ?2, ?3 WHERE ${both} ON CONFLICT DO NOTHING`),
    put(`DELETE FROM leads WHERE id = ?2 AND contractor = ?1 AND ${both}`),
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}

/** Forgets a lead and its timeline. False: there is none, or a run about it has not ended, and nothing is deleted. */
export async function removeLead(db: D1Database, contractor: string, id: string): Promise<boolean> {
  const free = "NOT EXISTS (SELECT 1 FROM runs WHERE lead = ?2 AND contractor = ?1 AND state NOT IN ('completed', 'failed', 'cancelled'))";
  const put = (sql: string) => db.prepare(sql).bind(contractor, id);
  const results = await db.batch([
    put(`DELETE FROM lead_keys WHERE contractor = ?1 AND lead = ?2 AND ${free}`),
    put(`DELETE FROM timeline WHERE contractor = ?1 AND lead = ?2 AND ${free}`),
    put(`DELETE FROM lead_syncs WHERE contractor = ?1 AND lead = ?2 AND ${free}`),
    put(`DELETE FROM leads WHERE contractor = ?1 AND id = ?2 AND ${free}`),
  ]);
  return (results.at(-1)?.meta.changes ?? 0) > 0;
}
