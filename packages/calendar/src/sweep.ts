/** Calendars whose next look is overdue, since an alarm was lost; and jobs that were deleted, once no calendar has them. */
import { dueCalendarSyncs, forgetDeletedJobs, listCalendarSyncs } from "@junction/db";
import type { CalendarsAt } from "./consumer.ts";

const LATE_MS = 3 * 60_000;
const MOST = 100;
/** A deleted job may still be on its way to a calendar for as long as a round lasts. */
const FORGETS_AFTER_MS = 3_600_000;

export async function sweepCalendars(db: D1Database, at: CalendarsAt, now: number): Promise<void> {
  const due = await dueCalendarSyncs(db, now - LATE_MS, MOST);
  await forgetDeletedJobs(db, now - FORGETS_AFTER_MS);
  await Promise.allSettled(due.map(({ contractor, vendor }) => at(contractor, vendor).nudge({ contractor, vendor })));
}

/** Has a contractor's calendars look at their jobs; all, or all but one. */
export async function nudgeCalendars(db: D1Database, at: CalendarsAt, contractor: string, but?: string): Promise<void> {
  const syncs = await listCalendarSyncs(db, contractor);
  const others = syncs.filter(({ state, vendor }) => state === "on" && vendor !== but);
  await Promise.all(others.map(({ vendor }) => at(contractor, vendor).nudge({ contractor, vendor })));
}
