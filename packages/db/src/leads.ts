/** Leads, the keys by which they are recognised, and their timeline. */
import { and, desc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { leadKeys, leads } from "./schema.ts";

/** What a person is recognised by: `phone`, `email`, `vendor:<id>`, or `merged`, the id of a lead joined to this one. */
export interface LeadKey {
  readonly kind: string;
  readonly value: string;
}

/** What an event says of a person. */
export interface Sighting {
  readonly contractor: string;
  /** The surest first: the first that is known decides whose it is. */
  readonly keys: readonly LeadKey[];
  /** The id that a lead not known before gets; null: then there is none. */
  readonly create: string | null;
  readonly vendor: string;
  /** The person's id at the vendor. */
  readonly external: string | null;
  readonly name: string | null;
  /** The name takes the place of one that is there. */
  readonly rename: boolean;
  readonly entry: { readonly event: string; readonly at: number; readonly type: string; readonly words: string };
  readonly now: number;
  /** What it says is an edit of ours; not what a CRM says, with which ours is compared. */
  readonly edits: boolean;
  /** What the person said of themselves, as fields of the contractor's own: it takes the place of nothing that is there. */
  readonly answers?: Readonly<Record<string, string>> | undefined;
  /** Done with it, all or nothing. */
  readonly also?: readonly D1PreparedStatement[];
}

/** The lead that the first known key of the list in parameter 2 belongs to. The join crosses, lest SQLite look through all keys for each wanted. */
const FIRST = `(SELECT k.lead FROM json_each(?2) AS wanted CROSS JOIN lead_keys AS k
  ON k.contractor = ?1 AND k.kind = wanted.value ->> 'kind' AND k.value = wanted.value ->> 'value' ORDER BY wanted.key LIMIT 1)`;
const SEEN = "EXISTS (SELECT 1 FROM timeline WHERE lead = leads.id AND event = ?3)";
const joined = (column: "phones" | "emails", kind: "phone" | "email") =>
  `(SELECT json_group_array(value) FROM (SELECT value FROM json_each(leads.${column}) UNION ALL
    SELECT value FROM lead_keys WHERE lead = leads.id AND kind = '${kind}' AND value NOT IN (SELECT value FROM json_each(leads.${column}))))`;
const RENAMED = "?4 IS NOT NULL AND (name IS NULL OR ?5)";

/**
 * Finds the lead or makes it, adds what is new of it, and its timeline's entry, all or nothing. The keys decide, so that two events of one
 * unknown person make one lead; what is repeated changes nothing. Gives the leads that the keys belong to: the first is the one.
 */
export async function sightLead(db: D1Database, sighting: Sighting): Promise<string[]> {
  const { contractor, create, vendor, external, name, rename, entry, now } = sighting;
  const keys = JSON.stringify(sighting.keys);
  const results = await db.batch<{ lead: string }>([
    db
      .prepare(
        `INSERT INTO lead_keys (contractor, kind, value, lead) SELECT ?1, wanted.value ->> 'kind', wanted.value ->> 'value', found.lead
         FROM json_each(?2) AS wanted, (SELECT coalesce(${FIRST}, ?3) AS lead) AS found WHERE found.lead IS NOT NULL ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, keys, create),
    // Not tied to the statement before: keys whose lead is lacking get theirs.
    db
      .prepare(
        `INSERT INTO leads (id, contractor, name, phones, emails, source, custom, external, created_at, updated_at)
         SELECT found.lead, ?1, NULL, '[]', '[]', ?3, '{}', '{}', ?4, ?4 FROM (SELECT ${FIRST} AS lead) AS found
         WHERE found.lead IS NOT NULL ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, keys, vendor, now),
    // An event that the lead has had says nothing new, and what it says may be old by now.
    db
      .prepare(
        `UPDATE leads SET name = CASE WHEN ${RENAMED} THEN ?4 ELSE name END,
           phones = ${joined("phones", "phone")}, emails = ${joined("emails", "email")},
           edited_at = CASE WHEN NOT ?9 THEN edited_at WHEN (${RENAMED} AND name IS NOT ?4) OR ${joined("phones", "phone")} <> phones OR ${joined("emails", "email")} <> emails
             THEN max(edited_at, ?8) ELSE edited_at END,
           external = CASE WHEN ?7 IS NULL OR EXISTS (SELECT 1 FROM lead_keys WHERE contractor = ?1 AND kind = 'vendor:' || ?6 AND value = ?7
             AND lead <> leads.id) THEN external ELSE json_patch(external, json_object(?6, ?7)) END,
           custom = json_patch(?10, custom), updated_at = max(updated_at, ?8)
         WHERE id = ${FIRST} AND NOT ${SEEN}`,
      )
      .bind(
        ...[contractor, keys, entry.event, name, rename ? 1 : 0, vendor, external, now, sighting.edits ? 1 : 0],
        JSON.stringify(sighting.answers ?? {}),
      ),
    db
      .prepare(
        `INSERT INTO timeline (id, contractor, lead, at, type, vendor, event, words)
         SELECT found.lead || '.' || ?3, ?1, found.lead, ?4, ?5, ?6, ?3, ?7 FROM (SELECT ${FIRST} AS lead) AS found
         WHERE found.lead IS NOT NULL ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, keys, entry.event, entry.at, entry.type, vendor, entry.words),
    ...(sighting.also ?? []),
    db
      .prepare(
        `SELECT k.lead AS lead FROM json_each(?2) AS wanted CROSS JOIN lead_keys AS k ON k.contractor = ?1
           AND k.kind = wanted.value ->> 'kind' AND k.value = wanted.value ->> 'value' GROUP BY k.lead ORDER BY min(wanted.key)`,
      )
      .bind(contractor, keys),
  ]);
  return (results.at(-1)?.results ?? []).map(({ lead }) => lead);
}

export interface Likeness {
  readonly contractor: string;
  readonly lead: string;
  readonly other: string;
  readonly vendor: string;
  readonly at: number;
}

/** Notes with both of two leads, once, that they may be one person. To join them is for a person. */
export async function noteLikeness(db: D1Database, { contractor, lead, other, vendor, at }: Likeness): Promise<void> {
  const note = (one: string, another: string) =>
    db
      .prepare(
        `INSERT INTO timeline (id, contractor, lead, at, type, vendor, event, words)
         SELECT 'like.' || ?2 || '.' || ?3, ?1, ?2, ?4, 'lead.duplicate', ?5, NULL, 'May be the same person as the lead '
           || coalesce(name, phones ->> 0, emails ->> 0, id) || ': an event carried what both are known by'
         FROM leads WHERE id = ?3 AND contractor = ?1 ON CONFLICT DO NOTHING`,
      )
      .bind(contractor, one, another, at, vendor);
  await db.batch([note(lead, other), note(other, lead)]);
}

export interface Lead {
  readonly id: string;
  readonly name: string | null;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  /** The vendor through which they were first heard of. */
  readonly source: string | null;
  /** Vendor → the person's id there. */
  readonly external: Readonly<Record<string, string>>;
  /** Fields of the contractor's own. */
  readonly custom: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** When they were last heard of. */
  readonly updatedAt: number;
  /** When what is known of them last changed on our side. */
  readonly editedAt: number;
}
type LeadRow = typeof leads.$inferSelect;
/** A row as a lead. */
export const leadOf = ({ id, name, phones, emails, source, external, custom, createdAt, updatedAt, editedAt }: LeadRow): Lead => ({
  ...{ id, name, source, createdAt, updatedAt, editedAt },
  phones: JSON.parse(phones) as string[],
  emails: JSON.parse(emails) as string[],
  external: JSON.parse(external) as Record<string, string>,
  custom: JSON.parse(custom) as Record<string, string>,
});

export interface LeadFilter {
  readonly contractor: string;
  /** Part of a name, an email or a phone. */
  readonly query?: string | undefined;
  /** Only those after this one in the list. */
  readonly after?: { readonly updatedAt: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Those of whom something was heard last first. */
export async function listLeads(db: D1Database, { contractor, query, after, limit }: LeadFilter): Promise<Lead[]> {
  const has = (column: unknown, part: string) => sql`${column} LIKE ${`%${part.replace(/[\\%_]/g, "\\$&")}%`} ESCAPE '\\'`;
  const digits = query !== undefined && /^[\d\s()+./-]+$/.test(query) ? query.replace(/\D/g, "") : "";
  const rows = await drizzle(db)
    .select()
    .from(leads)
    .where(
      and(
        eq(leads.contractor, contractor),
        query === undefined
          ? undefined
          : sql`(${has(leads.name, query)} OR ${has(leads.emails, query)}${digits === "" ? sql`` : sql` OR ${has(leads.phones, digits)}`})`,
        after && sql`(${leads.updatedAt}, ${leads.id}) < (${after.updatedAt}, ${after.id})`,
      ),
    )
    .orderBy(desc(leads.updatedAt), desc(leads.id))
    .limit(limit);
  return rows.map(leadOf);
}

/** The lead with this id, or the one it was joined to: its `id` is the one to go on with. */
export async function getLead(db: D1Database, contractor: string, id: string): Promise<Lead | null> {
  const joinedTo = drizzle(db)
    .select({ lead: leadKeys.lead })
    .from(leadKeys)
    .where(and(eq(leadKeys.contractor, contractor), eq(leadKeys.kind, "merged"), eq(leadKeys.value, id)));
  const row = await drizzle(db)
    .select()
    .from(leads)
    .where(and(sql`${leads.id} IN (${id}, (${joinedTo}))`, eq(leads.contractor, contractor)))
    .get();
  return row ? leadOf(row) : null;
}
