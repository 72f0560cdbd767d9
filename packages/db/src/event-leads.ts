/** Which lead: whom an event was about, by what it left in their timeline; which ids are leads. */
import type { LeadKey } from "./leads.ts";

/** The lead in whose timeline the event stands, looked for among those its keys belong to; null: there is none. */
export async function leadOfEvent(
  db: D1Database,
  { contractor, event, keys }: { readonly contractor: string; readonly event: string; readonly keys: readonly LeadKey[] },
): Promise<string | null> {
  if (keys.length === 0) return null;
  const row = await db
    .prepare(
      `SELECT k.lead AS lead FROM json_each(?2) AS wanted JOIN lead_keys AS k
         ON k.contractor = ?1 AND k.kind = wanted.value ->> 'kind' AND k.value = wanted.value ->> 'value'
       WHERE EXISTS (SELECT 1 FROM timeline WHERE lead = k.lead AND event = ?3) ORDER BY wanted.key LIMIT 1`,
    )
    .bind(contractor, JSON.stringify(keys), event)
    .first<{ lead: string }>();
  return row?.lead ?? null;
}

/** Those of the ids that are leads of the contractor's, or were joined to one. */
export async function leadsThere(db: D1Database, contractor: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(
      `SELECT value AS id FROM json_each(?2) WHERE EXISTS (SELECT 1 FROM leads WHERE leads.id = json_each.value AND contractor = ?1)
         OR EXISTS (SELECT 1 FROM lead_keys WHERE contractor = ?1 AND kind = 'merged' AND lead_keys.value = json_each.value)`,
    )
    .bind(contractor, JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}
