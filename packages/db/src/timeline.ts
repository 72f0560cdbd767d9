/** What happened to a lead, as the operator reads it. */
import { and, desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { timeline } from "./schema.ts";

export type TimelineState = "pending" | "success" | "failure";
export interface TimelineEntry extends Omit<typeof timeline.$inferSelect, "contractor" | "lead" | "state"> {
  /** Null for what simply happened: an event. */
  readonly state: TimelineState | null;
}

/** What happened to a lead, newest first. */
export async function leadTimeline(db: D1Database, contractor: string, lead: string, limit: number): Promise<TimelineEntry[]> {
  const { id, at, type, vendor, event, words, state, url, run } = timeline;
  const rows = await drizzle(db)
    .select({ id, at, type, vendor, event, words, state, url, run })
    .from(timeline)
    .where(and(eq(timeline.contractor, contractor), eq(timeline.lead, lead)))
    .orderBy(desc(at), desc(id))
    .limit(limit);
  return rows as TimelineEntry[]; // the column holds these three and nothing else
}

/** What a run did, or is doing. */
export interface TimelineNote {
  /** Of a run's effect `<run>.<step>.<again>`: written again with it, the entry changes. */
  readonly id: string;
  readonly contractor: string;
  /** Any id the lead ever had. */
  readonly lead: string;
  readonly at: number;
  /** `step.<the step's type>`. */
  readonly type: string;
  readonly vendor: string | null;
  readonly words: string;
  readonly state: TimelineState;
  readonly url?: string | null;
  readonly run?: string | null;
}

/** Writes entries, or what has become of them; `at` stays that of the first time. A lead that was deleted gets none. */
export async function upsertTimeline(db: D1Database, notes: readonly TimelineNote[]): Promise<void> {
  if (notes.length === 0) return;
  await db
    .prepare(
      `INSERT INTO timeline (id, contractor, lead, at, type, vendor, event, words, state, url, run)
       SELECT note.value ->> 'id', leads.contractor, leads.id, note.value ->> 'at', note.value ->> 'type', note.value ->> 'vendor', NULL,
         note.value ->> 'words', note.value ->> 'state', note.value ->> 'url', note.value ->> 'run'
       FROM json_each(?1) AS note
       LEFT JOIN lead_keys AS k ON k.contractor = note.value ->> 'contractor' AND k.kind = 'merged' AND k.value = note.value ->> 'lead'
       JOIN leads ON leads.id = coalesce(k.lead, note.value ->> 'lead') AND leads.contractor = note.value ->> 'contractor'
       WHERE true
       ON CONFLICT (id) DO UPDATE SET vendor = excluded.vendor, words = excluded.words, state = excluded.state, url = excluded.url
         WHERE timeline.contractor = excluded.contractor`,
    )
    .bind(JSON.stringify(notes))
    .run();
}
