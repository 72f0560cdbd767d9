/**
 * What keeping jobs and a calendar in step takes of a calendar. Events are told by their clocks' time and zone, never by an offset: a job at
 * nine stays at nine when the clocks change. These tools are Junction's own: no agent is shown them.
 */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { CalendarId, Instant, TimeZone } from "./words.ts";

const EventId = z
  .string()
  .check(z.regex(/^[^\s/#]{5,1024}$/), z.describe("the event's id on its calendar; of a new one 5 to 1,024 of 0-9 and a-v"));
const EventIds = z.array(EventId).check(z.minLength(1), z.maxLength(10));
const Version = z.string().check(z.minLength(1), z.maxLength(1000), z.describe("the event's version, as it was last read or written"));
const ClockTime = z
  .string()
  .check(
    z.regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/),
    z.describe("a time on the zone's clocks, such as 2027-03-14T09:00:00; of whole days a date, such as 2027-03-14"),
  );

/** An event that is one job: what both sides may change, and nothing else of it. */
export const SyncedEvent = z.strictObject({
  title: z.string().check(z.maxLength(1000), z.describe("what the calendar shows")),
  start: ClockTime,
  end: ClockTime.check(z.describe("when it ends; of whole days the day after the last")),
  time_zone: z.nullable(TimeZone).check(z.describe("whose clocks start and end are on; null: it lasts whole days")),
  location: z.nullable(z.string().check(z.maxLength(1000))).check(z.describe("where it is, or null")),
  notes: z.nullable(z.string().check(z.maxLength(8192))).check(z.describe("its description, or null")),
  recurrence: z
    .nullable(z.string().check(z.maxLength(2000)))
    .check(z.describe("how it repeats, in iCalendar's words: RRULE:FREQ=WEEKLY;BYDAY=MO, and RDATE in lines after it; null: it does not")),
  exceptions: z
    .array(
      z.strictObject({
        original: ClockTime.check(z.describe("when it would have begun")),
        start: z.nullable(ClockTime).check(z.describe("when it begins instead; null: it is left out")),
        end: z.nullable(ClockTime).check(z.describe("when it ends then; null: it is left out")),
      }),
    )
    .check(z.maxLength(400), z.describe("occurrences that were moved or left out, by when they would have begun")),
});
export type SyncedEvent = z.output<typeof SyncedEvent>;

export const listCalendarChanges = tool({
  id: "crm/list_calendar_changes",
  title: "List what changed on a calendar",
  description:
    "Lists which events of a calendar were added, changed or removed since the cursor, page by page; without a cursor, all there are.",
  effect: "read",
  internal: true,
  input: z.strictObject({
    calendar: CalendarId,
    cursor: z.optional(
      z.string().check(z.minLength(1), z.maxLength(8000), z.describe("the cursor of the answer before; left out, everything is listed")),
    ),
    since: z.optional(Instant.check(z.describe("without a cursor: events that ended before this need not be listed"))),
  }),
  output: z.object({
    changes: z.array(z.object({ event_id: z.string(), removed: z.boolean(), version: z.optional(z.string()) })),
    cursor: z.optional(z.string().check(z.describe("for the next page, or once there is none, for what changes after it"))),
    more: z.boolean().check(z.describe("there is a next page")),
    reset: z.boolean().check(z.describe("the calendar does not know the cursor any more: list everything anew")),
  }),
});

export const getCalendarEvents = tool({
  id: "crm/get_calendar_events",
  title: "Read events of a calendar",
  description: "Reads up to ten events whole, each with its version; a series with its moved and left-out occurrences.",
  effect: "read",
  internal: true,
  input: z.strictObject({ calendar: CalendarId, event_ids: EventIds.check(z.describe("up to ten ids of events on this calendar")) }),
  output: z.object({
    events: z.array(z.object({ event_id: z.string(), version: z.string(), event: SyncedEvent })),
    gone: z.array(z.string()).check(z.describe("those that are not there, or were removed")),
  }),
});

export const putCalendarEvent = tool({
  id: "crm/put_calendar_event",
  title: "Write an event of a calendar",
  description:
    "Writes a job's event: a new one if no version is given, otherwise over that version and no other. What the event has besides stays. Nobody is told.",
  effect: "write",
  internal: true,
  input: z.strictObject({
    calendar: CalendarId,
    event_id: EventId,
    version: z.optional(Version),
    event: SyncedEvent.check(z.describe("the event as it is to be")),
  }),
  output: z.object({ event_id: z.string(), version: z.string() }),
});

export const removeCalendarEvent = tool({
  id: "crm/remove_calendar_event",
  title: "Take an event off a calendar",
  description: "Removes an event if it still is this version. Removing one that is gone already succeeds.",
  effect: "destroy",
  internal: true,
  input: z.strictObject({ calendar: CalendarId, event_id: EventId, version: z.optional(Version) }),
  output: z.object({ event_id: z.string(), removed: z.literal(true) }),
});

export const listBusyTimes = tool({
  id: "crm/list_busy_times",
  title: "List when a calendar's events take time",
  description:
    "Lists when the events of a calendar take the owner's time between two times, each with its event's id and nothing of what it is.",
  effect: "read",
  internal: true,
  input: z.strictObject({
    calendar: CalendarId,
    from: Instant.check(z.describe("the earliest time, as an ISO 8601 date and time with offset")),
    until: Instant.check(z.describe("the latest time, after from, as an ISO 8601 date and time with offset")),
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(1000), z.describe("the next_page of the answer before"))),
  }),
  output: z.object({
    times: z.array(z.object({ event_id: z.string(), start: z.iso.datetime(), end: z.iso.datetime() })),
    next_page: z.optional(z.string().check(z.describe("absent: there are no more"))),
  }),
});

export const watchCalendar = tool({
  id: "crm/watch_calendar",
  title: "Be told of a calendar's changes",
  description: "Opens a channel on which the calendar's integration says that something changed, until it ends by itself.",
  effect: "write",
  internal: true,
  input: z.strictObject({
    calendar: CalendarId,
    address: z.url().check(z.maxLength(2000), z.describe("where the integration delivers to")),
    secret_generation: z.int().check(z.minimum(0), z.describe("the webhook's secret, at least of this generation")),
    until: Instant.check(z.describe("when the channel is to end, as an ISO 8601 date and time with offset")),
  }),
  output: z.object({
    channel_id: z.string(),
    resource_id: z.optional(z.string().check(z.describe("what stops the channel, where it is known"))),
    expires_at: z.iso.datetime(),
  }),
});

export const unwatchCalendar = tool({
  id: "crm/unwatch_calendar",
  title: "Be told no more of a calendar's changes",
  description: "Closes a channel of crm/watch_calendar. One that has ended already counts as closed.",
  effect: "write",
  internal: true,
  input: z.strictObject({
    channel_id: z.string().check(z.minLength(1), z.maxLength(64), z.describe("the channel_id that crm/watch_calendar gave")),
    resource_id: z.string().check(z.minLength(1), z.maxLength(500), z.describe("the resource_id that crm/watch_calendar gave")),
  }),
  output: z.object({ channel_id: z.string(), closed: z.literal(true) }),
});
