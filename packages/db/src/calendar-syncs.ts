/** Which calendars are kept in step, and how far that is. */
import { and, asc, eq, lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { type calendarLinks, calendarSyncs } from "./calendar-schema.ts";

/** On which a vendor tells of changes. `id` null: it could not be opened, and is tried again later. */
export interface Channel {
  readonly id: string | null;
  readonly resource: string | null;
  readonly expiresAt: number;
  readonly secretGeneration: number;
  readonly triedAt: number;
}
export interface CalendarSync extends Omit<typeof calendarSyncs.$inferSelect, "state" | "channel"> {
  readonly state: "on" | "off";
  readonly channel: Channel | null;
}
const syncOf = ({ state, channel, ...rest }: typeof calendarSyncs.$inferSelect): CalendarSync => ({
  ...rest,
  state: state === "on" ? "on" : "off",
  channel: channel === null ? null : (JSON.parse(channel) as Channel),
});

const mine = (contractor: string, vendor: string) => and(eq(calendarSyncs.contractor, contractor), eq(calendarSyncs.vendor, vendor));

export async function getCalendarSync(db: D1Database, contractor: string, vendor: string): Promise<CalendarSync | null> {
  const row = await drizzle(db).select().from(calendarSyncs).where(mine(contractor, vendor)).get();
  return row ? syncOf(row) : null;
}

export async function listCalendarSyncs(db: D1Database, contractor: string): Promise<CalendarSync[]> {
  const rows = await drizzle(db).select().from(calendarSyncs).where(eq(calendarSyncs.contractor, contractor)).orderBy(calendarSyncs.vendor);
  return rows.map(syncOf);
}

/** Those whose next look is overdue: an alarm was lost. */
export async function dueCalendarSyncs(db: D1Database, before: number, limit: number): Promise<CalendarSync[]> {
  const rows = await drizzle(db)
    .select()
    .from(calendarSyncs)
    .where(and(eq(calendarSyncs.state, "on"), lte(calendarSyncs.nextAt, before)))
    .orderBy(asc(calendarSyncs.nextAt))
    .limit(limit);
  return rows.map(syncOf);
}

/** Chooses the calendar to keep in step, and begins: everything is read. The same one again goes on with what was agreed on before. */
export async function chooseCalendar(
  db: D1Database,
  {
    contractor,
    vendor,
    calendar,
    name,
    since,
    now,
  }: { contractor: string; vendor: string; calendar: string; name: string; since: number; now: number },
): Promise<void> {
  const fresh = {
    calendar,
    name,
    state: "on",
    cursor: null,
    page: null,
    resetting: now,
    busyAt: 0,
    reason: null,
    nextAt: now,
    updatedAt: now,
  };
  await drizzle(db)
    .insert(calendarSyncs)
    .values({ contractor, vendor, since, lastOkAt: null, channel: null, ...fresh })
    .onConflictDoUpdate({
      target: [calendarSyncs.contractor, calendarSyncs.vendor],
      // A channel is one calendar's.
      set: { ...fresh, channel: sql`CASE WHEN ${calendarSyncs.calendar} = ${calendar} THEN ${calendarSyncs.channel} END` },
    });
}

type SyncChange = Partial<Omit<CalendarSync, "contractor" | "vendor" | "calendar">>;
/** Notes how a calendar's sync stands; of another calendar than `calendar` nothing is noted any more. */
export async function changeCalendarSync(
  db: D1Database,
  { contractor, vendor, calendar }: Pick<CalendarSync, "contractor" | "vendor" | "calendar">,
  { channel, ...change }: SyncChange,
): Promise<void> {
  await drizzle(db)
    .update(calendarSyncs)
    .set({ ...change, ...(channel !== undefined && { channel: channel && JSON.stringify(channel) }), updatedAt: Date.now() })
    .where(and(mine(contractor, vendor), eq(calendarSyncs.calendar, calendar)));
}

/** The states in which a job's events on calendars are, for people to see. */
export async function calendarsOfJobs(db: D1Database, contractor: string, ids: readonly string[]) {
  const found = await db
    .prepare(
      `SELECT job, vendor, state, reason FROM calendar_links WHERE contractor = ?1 AND state <> 'gone'
       AND job IN (SELECT value FROM json_each(?2))`,
    )
    .bind(contractor, JSON.stringify(ids))
    .all<{ job: string; vendor: string; state: (typeof calendarLinks.$inferSelect)["state"]; reason: string | null }>();
  return found.results;
}
