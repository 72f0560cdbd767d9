/** Jobs, the calendars they are kept in step with, and what was last agreed on with each. Times are epoch milliseconds where not said otherwise. */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/** The contractor's own jobs: of what a calendar says of one, these are the source of truth. */
export const jobs = sqliteTable(
  "jobs",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    lead: text("lead"),
    title: text("title").notNull(),
    /** By the zone's clocks, `2027-03-14T09:00:00`; of whole days a date, the end's the day after the last. */
    start: text("start").notNull(),
    end: text("end").notNull(),
    /** IANA; null: it lasts whole days. */
    timeZone: text("time_zone"),
    location: text("location"),
    notes: text("notes"),
    /** iCalendar's RRULE line, and others after it; null: it does not repeat. */
    recurrence: text("recurrence"),
    /** JSON: occurrences that were moved or left out. */
    exceptions: text("exceptions").notNull().default("[]"),
    /** `scheduled`, `done`, `cancelled`. */
    status: text("status").notNull(),
    /** Grows with each change, whoever makes it. */
    revision: integer("revision").notNull(),
    /** The instants it begins and ends at, of a series those of its first occurrence. */
    startsAt: integer("starts_at").notNull(),
    endsAt: integer("ends_at").notNull(),
    /** It was deleted here, and is kept until no calendar has it. */
    deletedAt: integer("deleted_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("jobs_by_contractor").on(table.contractor, table.startsAt),
    index("jobs_deleted").on(table.deletedAt).where(sql`deleted_at IS NOT NULL`),
  ],
);

/** Which calendar of a connection is kept in step, and how far that is. */
export const calendarSyncs = sqliteTable(
  "calendar_syncs",
  {
    contractor: text("contractor").notNull(),
    vendor: text("vendor").notNull(),
    /** A key of `packages/calendar/src/key.ts`: the account, and what it calls the calendar. */
    calendar: text("calendar").notNull(),
    name: text("name").notNull(),
    /** `on` or `off`. */
    state: text("state").notNull(),
    /** From which time on jobs are put on the calendar. */
    since: integer("since").notNull(),
    /** What the vendor gave for its next changes, and for the next page of those that are being read; null: all is to be read. */
    cursor: text("cursor"),
    page: text("page"),
    /** Since when everything is being read anew; null where it is not. */
    resetting: integer("resetting"),
    /** JSON: the channel on which the vendor tells of changes; null: there is none. */
    channel: text("channel"),
    /** When busy times were last read; 0: they are to be read. */
    busyAt: integer("busy_at").notNull().default(0),
    /** Why it does not go on, in our words. */
    reason: text("reason"),
    lastOkAt: integer("last_ok_at"),
    nextAt: integer("next_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contractor, table.vendor] }),
    index("calendar_syncs_due").on(table.nextAt).where(sql`state = 'on'`),
  ],
);

/** A job and its event on one calendar. */
export const calendarLinks = sqliteTable(
  "calendar_links",
  {
    contractor: text("contractor").notNull(),
    vendor: text("vendor").notNull(),
    calendar: text("calendar").notNull(),
    job: text("job").notNull(),
    event: text("event").notNull(),
    /** `making`, `linked`, `removed` (somebody took the event off the calendar), `gone` (it is not to be there). */
    state: text("state").notNull(),
    /** How often an event was made for it: one that was removed leaves its id taken. */
    generation: integer("generation").notNull(),
    /** The event's version at the vendor. */
    version: text("version"),
    /** JSON: what both sides last agreed on, what the event has, and what we began to write and have no answer for. */
    base: text("base").notNull(),
    theirs: text("theirs"),
    writing: text("writing").notNull().default("[]"),
    /** The job's revision that is settled with the event. */
    revision: integer("revision").notNull(),
    /** Whose the last change was: `ours` or `theirs`. */
    lastWriter: text("last_writer").notNull(),
    /** The last reading of everything in which it was met. */
    seen: integer("seen").notNull().default(0),
    /** Why the vendor does not take it. */
    reason: text("reason"),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contractor, table.vendor, table.calendar, table.job] }),
    uniqueIndex("calendar_links_by_event").on(table.contractor, table.vendor, table.calendar, table.event),
    index("calendar_links_by_job").on(table.job),
  ],
);

/** Where both sides changed the same, and a person decides. */
export const calendarConflicts = sqliteTable(
  "calendar_conflicts",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    vendor: text("vendor").notNull(),
    calendar: text("calendar").notNull(),
    job: text("job").notNull(),
    /** `title`, `time`, `location`, `notes`; `event`: whether there is one at all. */
    field: text("field").notNull(),
    ours: text("ours"),
    theirs: text("theirs"),
    since: integer("since").notNull(),
    resolvedAt: integer("resolved_at"),
    /** Who decided, or `agreed` where both sides came to say the same. */
    resolvedBy: text("resolved_by"),
    /** What the person decided, `ours` or `theirs`: carried out once it is resolved. Null where nobody did. */
    kept: text("kept"),
  },
  (table) => [
    index("calendar_conflicts_by_contractor").on(table.contractor, table.since),
    uniqueIndex("calendar_conflicts_open")
      .on(table.contractor, table.vendor, table.calendar, table.job, table.field)
      .where(sql`resolved_at IS NULL`),
  ],
);

/** When the events of a calendar take time; nothing is kept of what they are. */
export const calendarBusy = sqliteTable(
  "calendar_busy",
  {
    contractor: text("contractor").notNull(),
    vendor: text("vendor").notNull(),
    event: text("event").notNull(),
    startsAt: integer("starts_at").notNull(),
    endsAt: integer("ends_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.contractor, table.vendor, table.event, table.startsAt] }),
    index("calendar_busy_by_time").on(table.contractor, table.endsAt),
  ],
);
