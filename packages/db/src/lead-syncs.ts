/** What a lead and a CRM last agreed on, and what we wrote there. */
import { and, desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { changeOf, type LeadChange, mergeLeads } from "./lead-edits.ts";
import { noteLikeness } from "./leads.ts";
import { leadSyncs } from "./workflow-schema.ts";

export interface BaseField {
  readonly ours: string | null;
  readonly theirs: string | null;
  /** The lead's own field it is kept in, if it is. */
  readonly custom: string | null;
  readonly policy: "ours" | "theirs" | "newest";
}
/** Field → what either side had when they last agreed. The person's own are `@name`, `@phone`, `@email`; others bear the CRM's names. */
export type Base = Readonly<Record<string, BaseField>>;
export type Written = Readonly<Record<string, string | null>>;

export interface LeadSync {
  readonly lead: string;
  readonly vendor: string;
  /** Empty while the record is being made there. */
  readonly crmId: string;
  readonly base: Base;
  /** Field → what we last wrote there. */
  readonly written: Written;
  /** When we last wrote, or began to. */
  readonly wroteAt: number | null;
  readonly url: string | null;
  readonly syncedAt: number;
}
/** A row as what was agreed on. */
export const syncOf = ({ lead, vendor, crmId, base, written, wroteAt, url, syncedAt }: typeof leadSyncs.$inferSelect): LeadSync => ({
  ...{ lead, vendor, crmId, wroteAt, url, syncedAt },
  base: JSON.parse(base) as Base,
  written: JSON.parse(written) as Written,
});

/** What a lead and a CRM last agreed on; null if they never did. */
export async function leadSync(db: D1Database, contractor: string, lead: string, vendor: string): Promise<LeadSync | null> {
  const mine = and(eq(leadSyncs.lead, lead), eq(leadSyncs.vendor, vendor), eq(leadSyncs.contractor, contractor));
  const row = await drizzle(db).select().from(leadSyncs).where(mine).get();
  return row ? syncOf(row) : null;
}

/** The same by the CRM's record. */
export async function leadSyncOf(db: D1Database, contractor: string, vendor: string, crmId: string): Promise<LeadSync | null> {
  const row = await drizzle(db)
    .select()
    .from(leadSyncs)
    .where(and(eq(leadSyncs.contractor, contractor), eq(leadSyncs.vendor, vendor), eq(leadSyncs.crmId, crmId)))
    .orderBy(desc(leadSyncs.syncedAt))
    .get();
  return row ? syncOf(row) : null;
}

/** Records that are being made at a CRM since then, whose ids are not known yet. */
export async function syncsBegun(db: D1Database, contractor: string, vendor: string, since: number): Promise<LeadSync[]> {
  const rows = await drizzle(db)
    .select()
    .from(leadSyncs)
    .where(and(eq(leadSyncs.contractor, contractor), eq(leadSyncs.vendor, vendor), eq(leadSyncs.crmId, "")))
    .limit(200);
  return rows.map(syncOf).filter(({ wroteAt }) => wroteAt !== null && wroteAt >= since);
}

export interface BegunSync {
  readonly contractor: string;
  readonly lead: string;
  readonly vendor: string;
  readonly written: Written;
  readonly now: number;
}
/** Notes what is about to be written to a CRM, before it is: what the CRM then tells of it is known as our own echo. */
export async function beginSync(db: D1Database, { contractor, lead, vendor, written, now }: BegunSync): Promise<void> {
  await db
    .prepare(
      `INSERT INTO lead_syncs (lead, vendor, contractor, crm_id, base, written, wrote_at, synced_at)
       SELECT id, ?3, contractor, '', '{}', ?4, ?5, 0 FROM leads WHERE id = ?1 AND contractor = ?2
       ON CONFLICT (lead, vendor) DO UPDATE SET written = json_patch(written, excluded.written), wrote_at = excluded.wrote_at`,
    )
    .bind(lead, contractor, vendor, JSON.stringify(written), now)
    .run();
}

export interface SavedSync {
  readonly contractor: string;
  readonly lead: string;
  readonly vendor: string;
  readonly crmId: string;
  readonly base: Base;
  /** What still counts as written by us; left out, all that was. */
  readonly written?: Written;
  readonly url?: string | null | undefined;
  readonly toLead: LeadChange | null;
  readonly now: number;
}
/** The statements that write what a lead and a CRM have agreed on, and what the lead takes from there. */
export function syncSaved(
  db: D1Database,
  { contractor, lead, vendor, crmId, base, written, url, toLead, now }: SavedSync,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO lead_syncs (lead, vendor, contractor, crm_id, base, written, wrote_at, url, synced_at)
         SELECT id, ?3, contractor, ?4, ?5, '{}', NULL, ?6, ?7 FROM leads WHERE id = ?1 AND contractor = ?2
         ON CONFLICT (lead, vendor) DO UPDATE SET crm_id = excluded.crm_id, base = excluded.base, url = coalesce(excluded.url, url),
           synced_at = excluded.synced_at, written = coalesce(?8, written)`,
      )
      .bind(
        lead,
        contractor,
        vendor,
        crmId,
        JSON.stringify(base),
        url ?? null,
        now,
        written === undefined ? null : JSON.stringify(written),
      ),
    db
      .prepare(
        `INSERT INTO lead_keys (contractor, kind, value, lead) SELECT contractor, 'vendor:' || ?3, ?4, id FROM leads
         WHERE id = ?1 AND contractor = ?2 ON CONFLICT DO NOTHING`,
      )
      .bind(lead, contractor, vendor, crmId),
    db
      .prepare("UPDATE leads SET external = json_patch(external, json_object(?3, ?4)) WHERE id = ?1 AND contractor = ?2")
      .bind(lead, contractor, vendor, crmId),
    ...changeOf(db, { contractor, lead, change: toLead ?? {} }),
  ];
}

/**
 * Saves what a lead and a CRM have agreed on, all or nothing. From now on the lead is recognised by the record's id; a lead that was made
 * meanwhile from the CRM's telling of the record, and is nothing else, is joined to it.
 */
export async function saveSync(db: D1Database, saved: SavedSync): Promise<void> {
  const { contractor, lead, vendor, crmId, now } = saved;
  const results = await db.batch<{ lead: string; bare: number }>([
    ...syncSaved(db, saved),
    db
      .prepare(
        `SELECT leads.id AS lead, leads.name IS NULL AND leads.phones = '[]' AND leads.emails = '[]' AND leads.custom = '{}' AS bare
         FROM lead_keys AS k JOIN leads ON leads.id = k.lead WHERE k.contractor = ?1 AND k.kind = ?2 AND k.value = ?3`,
      )
      .bind(contractor, `vendor:${vendor}`, crmId),
  ]);
  const owner = results.at(-1)?.results[0];
  if (owner === undefined || owner.lead === lead) return;
  if (owner.bare === 1) await mergeLeads(db, { contractor, from: owner.lead, into: lead, now });
  else await noteLikeness(db, { contractor, lead, other: owner.lead, vendor, at: now });
}
