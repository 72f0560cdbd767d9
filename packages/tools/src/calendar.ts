import * as z from "zod";
import { tool } from "./tool.ts";
import { CalendarId, Instant, TimeZone } from "./words.ts";

const EventId = z.string().min(1).max(1024).describe("the event_id that crm/create_event or crm/list_events gave");
const Title = z.string().min(1).max(250).describe("what the calendar shows, 1 to 250 characters");
const Notes = z.string().max(8000).describe("notes for the crew, up to 8,000 characters");
const Location = z.string().max(500).describe("where the job is, up to 500 characters");
const Event = z.object({
  event_id: z.string(),
  title: z.string(),
  start: z.string(),
  end: z.string(),
  location: z.string().optional(),
  url: z.url().optional(),
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
    end: Instant.describe("when it ends, after start, as an ISO 8601 date and time with offset"),
    time_zone: TimeZone.optional().describe("the IANA time zone it is shown in, such as America/New_York; left out, the calendar's own"),
    location: Location.optional(),
    notes: Notes.optional(),
  }),
  output: z.object({ event_id: z.string().describe("keep it to update or delete the event"), url: z.url().optional() }),
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
    title: Title.optional(),
    start: Instant.optional(),
    end: Instant.optional(),
    location: Location.optional(),
    notes: Notes.optional(),
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
    from: Instant.describe("the earliest time, as an ISO 8601 date and time with offset"),
    until: Instant.describe("the latest time, after from, as an ISO 8601 date and time with offset"),
    limit: z.number().int().min(1).max(100).default(25).describe("at most this many events, 1 to 100"),
    page: z.string().min(1).max(1000).optional().describe("the next_page of the answer before"),
  }),
  output: z.object({ events: z.array(Event), next_page: z.string().optional() }),
});

export const checkAvailability = tool({
  id: "crm/check_availability",
  title: "Check when the calendar is free",
  description: "Says when the contractor is busy between two times. Times that are not listed are free.",
  effect: "read",
  input: z.strictObject({
    calendar: CalendarId,
    from: Instant.describe("the earliest time, as an ISO 8601 date and time with offset"),
    until: Instant.describe("the latest time, after from, as an ISO 8601 date and time with offset"),
  }),
  output: z.object({
    free: z.boolean().describe("true when nothing is booked in the whole span"),
    busy: z.array(z.object({ start: z.string(), end: z.string() })),
  }),
});
