/** Jobs and their events on calendars: what both sides last agreed on, and what is still to be settled. */
import { and, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { calendarLinks } from "./calendar-schema.ts";
import { getJobs, type Job } from "./jobs.ts";

/** Field → its value, as both sides have it in common: `title`, `time`, `location`, `notes`. */
export type EventFields = Readonly<Record<string, string | null>>;
export interface Link extends Omit<typeof calendarLinks.$inferSelect, "state" | "base" | "theirs" | "writing" | "lastWriter"> {
  readonly state: "making" | "linked" | "removed" | "gone";
  readonly base: EventFields;
  readonly theirs: EventFields | null;
  /** What we may have written, the latest last. */
  readonly writing: readonly EventFields[];
  readonly lastWriter: "ours" | "theirs";
}
type Place = Pick<Link, "contractor" | "vendor" | "calendar">;

const linkOf = ({ state, base, theirs, writing, lastWriter, ...rest }: typeof calendarLinks.$inferSelect): Link => ({
  ...rest,
  state: state as Link["state"], // written below alone
  base: JSON.parse(base) as EventFields,
  theirs: theirs === null ? null : (JSON.parse(theirs) as EventFields),
  writing: JSON.parse(writing) as EventFields[],
  lastWriter: lastWriter === "theirs" ? "theirs" : "ours",
});
const on = ({ contractor, vendor, calendar }: Place) =>
  and(eq(calendarLinks.contractor, contractor), eq(calendarLinks.vendor, vendor), eq(calendarLinks.calendar, calendar));

/** Of these events of a calendar, those that are jobs. */
export async function linksOfEvents(db: D1Database, place: Place, events: readonly string[]): Promise<Link[]> {
  const list = sql`(SELECT value FROM json_each(${JSON.stringify(events)}))`;
  const rows = await drizzle(db)
    .select()
    .from(calendarLinks)
    .where(and(on(place), sql`${calendarLinks.event} IN ${list}`));
  return rows.map(linkOf);
}

export async function linkOfJob(db: D1Database, place: Place, job: string): Promise<Link | null> {
  const row = await drizzle(db)
    .select()
    .from(calendarLinks)
    .where(and(on(place), eq(calendarLinks.job, job)))
    .get();
  return row ? linkOf(row) : null;
}

/** Events that a reading of everything, begun at `since`, did not meet; they may be old, or gone. */
export async function unmetLinks(db: D1Database, place: Place, since: number, limit: number): Promise<Link[]> {
  const rows = await drizzle(db)
    .select()
    .from(calendarLinks)
    .where(and(on(place), eq(calendarLinks.state, "linked"), sql`${calendarLinks.seen} < ${since}`))
    .limit(limit);
  return rows.map(linkOf);
}

export async function meetLinks(db: D1Database, place: Place, events: readonly string[], at: number): Promise<void> {
  const list = sql`(SELECT value FROM json_each(${JSON.stringify(events)}))`;
  await drizzle(db)
    .update(calendarLinks)
    .set({ seen: at })
    .where(and(on(place), sql`${calendarLinks.event} IN ${list}`));
}

/** Jobs that are not settled with a calendar: changed since, or never put there and not over before `since`. */
export async function unsettledJobs(db: D1Database, { contractor, vendor, calendar }: Place, since: number, limit: number): Promise<Job[]> {
  const { results } = await db
    .prepare(
      `SELECT jobs.id FROM jobs LEFT JOIN calendar_links AS l
         ON l.contractor = jobs.contractor AND l.vendor = ?2 AND l.calendar = ?3 AND l.job = jobs.id
       WHERE jobs.contractor = ?1 AND CASE WHEN l.job IS NULL
         THEN jobs.deleted_at IS NULL AND jobs.status <> 'cancelled' AND (jobs.ends_at > ?4 OR jobs.recurrence IS NOT NULL)
         ELSE l.revision < jobs.revision END
       ORDER BY jobs.updated_at, jobs.id LIMIT ?5`,
    )
    .bind(contractor, vendor, calendar, since, limit)
    .all<{ id: string }>();
  return getJobs(
    db,
    contractor,
    results.map(({ id }) => id),
  );
}

/** Writes how a job and its event stand. */
export async function saveLink(db: D1Database, { base, theirs, writing, ...rest }: Link): Promise<void> {
  const row = {
    ...rest,
    ...{ base: JSON.stringify(base), theirs: theirs && JSON.stringify(theirs), writing: JSON.stringify(writing), updatedAt: Date.now() },
  };
  await drizzle(db)
    .insert(calendarLinks)
    .values(row)
    .onConflictDoUpdate({
      target: [calendarLinks.contractor, calendarLinks.vendor, calendarLinks.calendar, calendarLinks.job],
      set: row,
    });
}
