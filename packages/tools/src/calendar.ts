import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { CalendarId, Instant, TimeZone } from "./words.ts";

const EventId = z
  .string()
  .check(z.minLength(1), z.maxLength(1024), z.describe("the event_id that crm/create_event or crm/list_events gave"));
const Title = z.string().check(z.minLength(1), z.maxLength(250), z.describe("what the calendar shows, 1 to 250 characters"));
const Notes = z.string().check(z.maxLength(8000), z.describe("notes for the crew, up to 8,000 characters"));
const Location = z.string().check(z.maxLength(500), z.describe("where the job is, up to 500 characters"));
const Event = z.object({
  event_id: z.string(),
  title: z.string(),
  start: z.string(),
  end: z.string(),
  location: z.optional(z.string()),
  url: z.optional(z.url()),
});

export const createEvent = tool({
  id: "crm/create_event",
  title: "Put a job on the calendar",
  description: "Adds an event to the contractor's calendar. Nobody is invited or told. Use crm/check_availability first.",
  effect: "write",
  input: z.strictObject({
    calendar: CalendarId,
    title: Title,
    start: Instant,
    end: Instant.check(z.describe("when it ends, after start, as an ISO 8601 date and time with offset")),
    time_zone: z.optional(
      TimeZone.check(z.describe("the IANA time zone it is shown in, such as America/New_York; left out, the calendar's own")),
    ),
    location: z.optional(Location),
    notes: z.optional(Notes),
  }),
  output: z.object({ event_id: z.string().check(z.describe("keep it to update or delete the event")), url: z.optional(z.url()) }),
});

export const updateEvent = tool({
  id: "crm/update_event",
  title: "Change a calendar event",
  description:
    "Moves an appointment or other event to another time, or changes its title, place or notes; what is not given stays as it is. Nobody is told.",
  effect: "write",
  input: z.strictObject({
    calendar: CalendarId,
    event_id: EventId,
    title: z.optional(Title),
    start: z.optional(Instant),
    end: z.optional(Instant),
    location: z.optional(Location),
    notes: z.optional(Notes),
  }),
  output: Event,
});

export const deleteEvent = tool({
  id: "crm/delete_event",
  title: "Remove a calendar event",
  description:
    "Cancels an appointment or other event: removes it from the contractor's calendar. Nobody is told. Removing one that is gone already succeeds.",
  effect: "destroy",
  input: z.strictObject({ calendar: CalendarId, event_id: EventId }),
  output: z.object({ event_id: z.string(), removed: z.literal(true) }),
});

export const listEvents = tool({
  id: "crm/list_events",
  title: "List calendar events",
  description:
    "Tells what is on the calendar on a day, such as today or tomorrow: the appointments and other events between two times, in the order of their start. Give next_page back as page to see more.",
  effect: "read",
  input: z.strictObject({
    calendar: CalendarId,
    from: Instant.check(z.describe("the earliest time, as an ISO 8601 date and time with offset")),
    until: Instant.check(z.describe("the latest time, after from, as an ISO 8601 date and time with offset")),
    limit: z._default(z.int().check(z.minimum(1), z.maximum(100), z.describe("at most this many events, 1 to 100")), 25),
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(1000), z.describe("the next_page of the answer before"))),
  }),
  output: z.object({ events: z.array(Event), next_page: z.optional(z.string()) }),
});

export const checkAvailability = tool({
  id: "crm/check_availability",
  title: "Check when the calendar is free",
  description: "Says when the contractor is busy between two times. Times that are not listed are free.",
  effect: "read",
  input: z.strictObject({
    calendar: CalendarId,
    from: Instant.check(z.describe("the earliest time, as an ISO 8601 date and time with offset")),
    until: Instant.check(z.describe("the latest time, after from, as an ISO 8601 date and time with offset")),
  }),
  output: z.object({
    free: z.boolean().check(z.describe("true when nothing is booked in the whole span")),
    busy: z.array(z.object({ start: z.string(), end: z.string() })),
  }),
});
