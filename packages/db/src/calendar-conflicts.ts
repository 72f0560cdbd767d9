/** Where a job and its event were both changed: kept until a person decides, or both sides say the same. */
import { and, desc, eq, isNotNull, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { calendarConflicts, calendarSyncs, jobs } from "./calendar-schema.ts";

export type CalendarConflict = typeof calendarConflicts.$inferSelect;
export interface Disputed {
  readonly field: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** From now on these are what is open between a job and a calendar, and nothing else. What was decided of other values is decided no more. */
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
           ON CONFLICT (contractor, vendor, calendar, job, field) WHERE resolved_at IS NULL DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs,
             kept = CASE WHEN ours IS excluded.ours AND theirs IS excluded.theirs THEN kept END`,
        )
        .bind(id, contractor, vendor, calendar, job, field, ours, theirs, now),
    ),
  ]);
}

/** Those that wait for a person, newest first, with the job's title: of calendars that are kept in step. */
export async function listConflicts(db: D1Database, contractor: string, limit: number) {
  return drizzle(db)
    .select({ conflict: calendarConflicts, title: jobs.title, timeZone: jobs.timeZone })
    .from(calendarConflicts)
    .innerJoin(
      calendarSyncs,
      and(
        eq(calendarSyncs.contractor, calendarConflicts.contractor),
        eq(calendarSyncs.vendor, calendarConflicts.vendor),
        eq(calendarSyncs.calendar, calendarConflicts.calendar),
        eq(calendarSyncs.state, "on"),
      ),
    )
    .leftJoin(jobs, eq(jobs.id, calendarConflicts.job))
    .where(and(eq(calendarConflicts.contractor, contractor), isNull(calendarConflicts.resolvedAt), isNull(calendarConflicts.kept)))
    .orderBy(desc(calendarConflicts.since), desc(calendarConflicts.id))
    .limit(limit);
}

/** Whether anything between the jobs and this calendar waits for a person. */
export async function isDisputed(
  db: D1Database,
  { contractor, vendor, calendar }: Pick<CalendarConflict, "contractor" | "vendor" | "calendar">,
): Promise<boolean> {
  const sql =
    "SELECT 1 AS one FROM calendar_conflicts WHERE contractor = ? AND vendor = ? AND calendar = ? AND resolved_at IS NULL AND kept IS NULL LIMIT 1";
  return (await db.prepare(sql).bind(contractor, vendor, calendar).first()) !== null;
}

/** Notes a person's word, for the sync to carry out; null where it is not open any more. */
export async function decideConflict(
  db: D1Database,
  { contractor, id, kept, by }: { contractor: string; id: string; kept: "ours" | "theirs"; by: string },
): Promise<CalendarConflict | null> {
  const [decided] = await drizzle(db)
    .update(calendarConflicts)
    .set({ resolvedBy: by, kept })
    .where(and(eq(calendarConflicts.id, id), eq(calendarConflicts.contractor, contractor), isNull(calendarConflicts.resolvedAt)))
    .returning();
  return decided ?? null;
}

/** What people have decided of a calendar's conflicts, and is still to be carried out. */
export function decidedConflicts(
  db: D1Database,
  { contractor, vendor, calendar }: Pick<CalendarConflict, "contractor" | "vendor" | "calendar">,
): Promise<CalendarConflict[]> {
  return drizzle(db)
    .select()
    .from(calendarConflicts)
    .where(
      and(
        eq(calendarConflicts.contractor, contractor),
        eq(calendarConflicts.vendor, vendor),
        eq(calendarConflicts.calendar, calendar),
        isNull(calendarConflicts.resolvedAt),
        isNotNull(calendarConflicts.kept),
      ),
    )
    .limit(50);
}

/** It is carried out. */
export async function endConflict(
  db: D1Database,
  { id, contractor }: Pick<CalendarConflict, "id" | "contractor">,
  now: number,
): Promise<void> {
  await drizzle(db)
    .update(calendarConflicts)
    .set({ resolvedAt: now })
    .where(and(eq(calendarConflicts.id, id), eq(calendarConflicts.contractor, contractor)));
}
