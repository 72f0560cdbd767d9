/** Leads being fetched from a CRM, as a list sees it. */
import { and, desc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { fetches } from "./workflow-schema.ts";

export const FETCH_STATES = ["running", "paused", "completed", "cancelled", "failed"] as const;
export type FetchState = (typeof FETCH_STATES)[number];
export interface FetchCounts {
  /** Null: the CRM does not say. */
  readonly expected: number | null;
  readonly seen: number;
  /** Leads that were made, and those that were there. */
  readonly created: number;
  readonly matched: number;
  /** Runs of the workflow that were started. */
  readonly started: number;
  /** Records with neither a phone nor an email that is one. */
  readonly refused: number;
}
export interface FetchRow extends Omit<typeof fetches.$inferSelect, "state" | "counts"> {
  readonly state: FetchState;
  readonly counts: FetchCounts;
}
const fetchOf = ({ state, counts, ...rest }: typeof fetches.$inferSelect): FetchRow => ({
  ...rest,
  state: state as FetchState, // written below alone
  counts: JSON.parse(counts) as FetchCounts,
});

/** Writes how a fetch stands. */
export async function saveFetch(db: D1Database, { counts, ...rest }: FetchRow): Promise<void> {
  const row = { ...rest, counts: JSON.stringify(counts) };
  await drizzle(db).insert(fetches).values(row).onConflictDoUpdate({ target: fetches.id, set: row });
}

/** Newest first. */
export async function listFetches(db: D1Database, contractor: string, limit: number): Promise<FetchRow[]> {
  const rows = await drizzle(db)
    .select()
    .from(fetches)
    .where(eq(fetches.contractor, contractor))
    .orderBy(desc(fetches.startedAt), desc(fetches.id))
    .limit(limit);
  return rows.map(fetchOf);
}

export async function getFetch(db: D1Database, contractor: string, id: string): Promise<FetchRow | null> {
  const row = await drizzle(db)
    .select()
    .from(fetches)
    .where(and(eq(fetches.id, id), eq(fetches.contractor, contractor)))
    .get();
  return row ? fetchOf(row) : null;
}
