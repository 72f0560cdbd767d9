/** Where a job and its event were both changed: kept until a person decides, or both sides say the same. */
import { and, desc, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { calendarConflicts, jobs } from "./calendar-schema.ts";

export type CalendarConflict = typeof calendarConflicts.$inferSelect;
export interface Disputed {
  readonly field: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** From now on these are what is open between a job and a calendar, and nothing else. */
export async function keepConflicts(
  db: D1Database,
  { contractor, vendor, calendar, job }: Pick<CalendarConflict, "contractor" | "vendor" | "calendar" | "job">,
  open: readonly (Disputed & { readonly id: string })[],
  now: number,
): Promise<void> {
  await db.batch([
    db
      .prepare(
        `UPDATE calendar_conflicts SET resolved_at = ?5, resolved_by = 'agreed' WHERE contractor = ?1 AND vendor = ?2 AND calendar = ?3 AND job = ?4
         AND resolved_at IS NULL AND field NOT IN (SELECT value FROM json_each(?6))`,
      )
      .bind(contractor, vendor, calendar, job, now, JSON.stringify(open.map(({ field }) => field))),
    ...open.map(({ id, field, ours, theirs }) =>
      db
        .prepare(
          `INSERT INTO calendar_conflicts (id, contractor, vendor, calendar, job, field, ours, theirs, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
           ON CONFLICT (contractor, vendor, calendar, job, field) WHERE resolved_at IS NULL DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs`,
        )
        .bind(id, contractor, vendor, calendar, job, field, ours, theirs, now),
    ),
  ]);
}

/** Those that are open, newest first, with the job's title. */
export async function listConflicts(db: D1Database, contractor: string, limit: number) {
  return drizzle(db)
    .select({ conflict: calendarConflicts, title: jobs.title, timeZone: jobs.timeZone })
    .from(calendarConflicts)
    .leftJoin(jobs, eq(jobs.id, calendarConflicts.job))
    .where(and(eq(calendarConflicts.contractor, contractor), isNull(calendarConflicts.resolvedAt)))
    .orderBy(desc(calendarConflicts.since), desc(calendarConflicts.id))
    .limit(limit);
}

export async function countConflicts(db: D1Database, contractor: string): Promise<number> {
  const row = await db
    .prepare("SELECT count(*) AS n FROM calendar_conflicts WHERE contractor = ? AND resolved_at IS NULL")
    .bind(contractor)
    .first<{ n: number }>();
  return row?.n ?? 0;
}

/** One that is open. */
export async function getConflict(db: D1Database, contractor: string, id: string): Promise<CalendarConflict | null> {
  const row = await drizzle(db)
    .select()
    .from(calendarConflicts)
    .where(and(eq(calendarConflicts.id, id), eq(calendarConflicts.contractor, contractor), isNull(calendarConflicts.resolvedAt)))
    .get();
  return row ?? null;
}

/** Notes a person's word; false where it is not open any more. */
export async function closeConflict(
  db: D1Database,
  { contractor, id, kept, by, now }: { contractor: string; id: string; kept: "ours" | "theirs"; by: string; now: number },
): Promise<boolean> {
  const closed = await drizzle(db)
    .update(calendarConflicts)
    .set({ resolvedAt: now, resolvedBy: by, kept })
    .where(and(eq(calendarConflicts.id, id), eq(calendarConflicts.contractor, contractor), isNull(calendarConflicts.resolvedAt)))
    .returning({ id: calendarConflicts.id });
  return closed.length > 0;
}
