/** Runs as a list sees them, and which event a run waits for. A run itself is its Durable Object. */
import { WORK } from "@junction/core";
import { and, desc, eq, getTableColumns, lte, ne, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { leads } from "./schema.ts";
import { runs, runWaits } from "./workflow-schema.ts";

export const RUN_STATES = ["running", "waiting", "paused", "needs_attention", "completed", "failed", "cancelled"] as const;
type State = (typeof RUN_STATES)[number];
const DAY_MS = 86_400_000;

export interface RunRow extends Omit<typeof runs.$inferSelect, "state"> {
  readonly state: State;
}
export interface ListedRun extends Omit<RunRow, "lead" | "contractor"> {
  /** Null where it is about nobody, or the lead is there no longer. */
  readonly lead: { readonly id: string; readonly name: string | null } | null;
}

/** Writes where a run is now; what is older than what stands there changes nothing. */
export async function saveRun(db: D1Database, row: RunRow): Promise<void> {
  const { id, contractor, workflow, version, name, lead, startedAt, ...now } = row;
  await drizzle(db)
    .insert(runs)
    .values(row)
    .onConflictDoUpdate({
      target: runs.id,
      set: now,
      setWhere: sql`${runs.updatedAt} <= ${row.updatedAt} AND ${runs.contractor} = ${contractor}`,
    });
}

/** Makes a run's row as it starts; false where it was started before. */
export async function addRun(db: D1Database, row: RunRow): Promise<boolean> {
  const { meta } = await drizzle(db).insert(runs).values(row).onConflictDoNothing();
  return meta.changes === 1;
}

export interface RunFilter {
  readonly contractor: string;
  readonly workflow?: string | undefined;
  readonly lead?: string | undefined;
  readonly state?: State | undefined;
  /** The integration they are paused on. */
  readonly vendor?: string | undefined;
  /** Only those after this one in the list. */
  readonly before?: { readonly startedAt: number; readonly id: string } | undefined;
  /** Work in the background too, which is of no workflow. */
  readonly all?: true;
  readonly limit: number;
}

const { contractor: _, lead: __, ...PLAIN } = getTableColumns(runs);
const listedRuns = (db: D1Database) =>
  drizzle(db)
    .select({ ...PLAIN, leadId: leads.id, leadName: leads.name })
    .from(runs)
    .leftJoin(leads, and(eq(leads.id, runs.lead), eq(leads.contractor, runs.contractor)));
const listed = ({ leadId, leadName, state, ...rest }: Awaited<ReturnType<typeof listedRuns>>[number]): ListedRun => ({
  ...rest,
  state: state as State, // only these are ever written
  lead: leadId === null ? null : { id: leadId, name: leadName },
});

/** Those started last first. */
export async function listRuns(db: D1Database, filter: RunFilter): Promise<ListedRun[]> {
  const rows = await listedRuns(db)
    .where(
      and(
        eq(runs.contractor, filter.contractor),
        filter.workflow === undefined ? (filter.all ? undefined : ne(runs.workflow, WORK)) : eq(runs.workflow, filter.workflow),
        filter.lead === undefined ? undefined : eq(runs.lead, filter.lead),
        filter.state === undefined ? undefined : eq(runs.state, filter.state),
        filter.vendor === undefined ? undefined : eq(runs.vendor, filter.vendor),
        filter.before && sql`(${runs.startedAt}, ${runs.id}) < (${filter.before.startedAt}, ${filter.before.id})`,
      ),
    )
    .orderBy(desc(runs.startedAt), desc(runs.id))
    .limit(filter.limit);
  return rows.map(listed);
}

/** One of the contractor's own; null: there is none. */
export async function getRun(db: D1Database, contractor: string, id: string): Promise<ListedRun | null> {
  const row = await listedRuns(db)
    .where(and(eq(runs.contractor, contractor), eq(runs.id, id)))
    .get();
  return row ? listed(row) : null;
}

export interface RunCounts {
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  readonly needs_attention: number;
  readonly failed_24h: number;
}
export const NO_RUNS: RunCounts = { running: 0, waiting: 0, paused: 0, needs_attention: 0, failed_24h: 0 };

/** Workflow → how many of its runs go on, and how many failed in the last day. */
export async function countRuns(db: D1Database, contractor: string, now: number): Promise<ReadonlyMap<string, RunCounts>> {
  const { results } = await db
    .prepare(
      `SELECT workflow, state, count(*) AS count FROM runs
         WHERE contractor = ?1 AND state IN ('running', 'waiting', 'paused', 'needs_attention') GROUP BY workflow, state
       UNION ALL SELECT workflow, 'failed_24h', count(*) FROM runs
         WHERE contractor = ?1 AND state = 'failed' AND updated_at > ?2 GROUP BY workflow`,
    )
    .bind(contractor, now - DAY_MS)
    .all<{ workflow: string; state: keyof RunCounts; count: number }>();
  const counts = new Map<string, RunCounts>();
  for (const { workflow, state, count } of results) counts.set(workflow, { ...NO_RUNS, ...counts.get(workflow), [state]: count });
  return counts;
}

/** How many runs only a person can help on: of workflows, and of work in the background. The open states are named since the index is of those. */
export async function countNeedy(db: D1Database, contractor: string): Promise<{ readonly workflows: number; readonly work: number }> {
  const { results } = await db
    .prepare(
      `SELECT workflow, count(*) AS count FROM runs
         WHERE contractor = ?1 AND state IN ('running', 'waiting', 'paused', 'needs_attention') AND state = 'needs_attention' GROUP BY workflow`,
    )
    .bind(contractor)
    .all<{ workflow: string; count: number }>();
  const sum = (of: typeof results) => of.reduce((all, { count }) => all + count, 0);
  return {
    workflows: sum(results.filter(({ workflow }) => workflow !== WORK)),
    work: sum(results.filter(({ workflow }) => workflow === WORK)),
  };
}

/** Runs that should have gone on by `before` and did not, the latest last: a crash may have left them behind. */
export function lateRuns(
  db: D1Database,
  before: number,
  most: number,
): Promise<{ readonly id: string; readonly contractor: string; readonly wakesAt: number | null }[]> {
  return drizzle(db)
    .select({ id: runs.id, contractor: runs.contractor, wakesAt: runs.wakesAt })
    .from(runs)
    .where(and(sql`${runs.state} IN ('running', 'waiting')`, lte(runs.wakesAt, before)))
    .orderBy(runs.wakesAt)
    .limit(most);
}

/** Notes that a run is there no longer, though its row says that it goes on. */
export async function loseRun(
  db: D1Database,
  { id, contractor, reason, now }: Pick<RunRow, "id" | "contractor"> & { readonly reason: string; readonly now: number },
): Promise<void> {
  await drizzle(db)
    .update(runs)
    .set({ state: "failed", reason, vendor: null, step: null, wakesAt: null, updatedAt: now })
    .where(and(eq(runs.id, id), eq(runs.contractor, contractor)));
}

export type RunWait = typeof runWaits.$inferSelect;

/** Notes which event a run waits for, in the place of whatever it waited for before. */
export async function saveWait(db: D1Database, wait: RunWait): Promise<void> {
  const { run, contractor, ...rest } = wait;
  await drizzle(db).insert(runWaits).values(wait).onConflictDoUpdate({ target: runWaits.run, set: rest });
}

/** It waits for no event any more. */
export async function dropWait(db: D1Database, run: string): Promise<void> {
  await drizzle(db).delete(runWaits).where(eq(runWaits.run, run));
}

/** Our machines' clocks may differ by so much. */
const SKEW_MS = 2_000;

/**
 * The contractor's runs that waited by then for an event of this type about this thing, or about this lead or one that was joined to it,
 * in the order in which they began to.
 */
export async function waitingFor(
  db: D1Database,
  {
    contractor,
    entity,
    lead,
    type,
    until,
  }: {
    readonly contractor: string;
    /** `<vendor>/call:<id>`. */
    readonly entity: string;
    readonly lead: string | null;
    readonly type: string;
    readonly until: number;
  },
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT run FROM run_waits WHERE contractor = ?1 AND type = ?2 AND since <= ?3 AND (about IN (?4, 'lead:' || ?5) OR about IN
         (SELECT 'lead:' || value FROM lead_keys WHERE contractor = ?1 AND lead = ?5 AND kind = 'merged')) ORDER BY since, run`,
    )
    .bind(contractor, type, until + SKEW_MS, entity, lead)
    .all<{ run: string }>();
  return results.map(({ run }) => run);
}
