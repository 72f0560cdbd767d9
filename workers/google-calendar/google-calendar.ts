import { path, refuse } from "@junction/kit";
import { checkAvailability, createEvent, deleteEvent, listCalendars, listEvents, updateEvent } from "@junction/tools";
import * as z from "zod/mini";
import { EVENTS, FREE_BUSY, google, LIST } from "./manifest.ts";
import { looking } from "./sync.ts";
import { watching } from "./watch.ts";
import { webhook } from "./webhook.ts";
import { writing } from "./writes.ts";

/** A job has a time; a whole day has a date. */
const When = z.pipe(
  z.object({ dateTime: z.optional(z.string()), date: z.optional(z.string()) }),
  z.transform(({ dateTime, date }) => dateTime ?? date ?? ""),
);
const Event = z.object({
  id: z.string(),
  summary: z._default(z.string(), "(no title)"),
  start: When,
  end: When,
  location: z.optional(z.string()),
  htmlLink: z.optional(z.url()),
});
const shown = ({ id, summary, htmlLink, ...event }: z.output<typeof Event>) => ({
  ...event,
  event_id: id,
  title: summary,
  url: htmlLink,
});
const at = (dateTime: string | undefined, timeZone?: string) => dateTime && { dateTime, timeZone };

const create = google.implement(createEvent, {
  scopes: [EVENTS],
  idempotent: true, // the key becomes the event's id, so a repeat finds the first one
  async run({ http, input, idempotencyKey }) {
    const { calendar, title, start, end, time_zone, location, notes } = input;
    const json = {
      id: idempotencyKey,
      summary: title,
      start: at(start, time_zone),
      end: at(end, time_zone),
      location,
      description: notes,
    };
    const made = await http.post(path`/calendar/v3/calendars/${calendar}/events`, { json, accept: [409] });
    const taken = made.status === 409;
    const reply = taken ? await http.get(path`/calendar/v3/calendars/${calendar}/events/${idempotencyKey}`) : made;
    const { id, htmlLink } = reply.json(z.pick(Event, { id: true, htmlLink: true }));
    return { event_id: id, url: htmlLink };
  },
});

const update = google.implement(updateEvent, {
  scopes: [EVENTS],
  idempotent: true, // the same values again change nothing
  async run({ http, input: { calendar, event_id, title, start, end, location, notes } }) {
    const json = { summary: title, start: at(start), end: at(end), location, description: notes };
    return shown((await http.patch(path`/calendar/v3/calendars/${calendar}/events/${event_id}`, { json })).json(Event));
  },
});

const remove = google.implement(deleteEvent, {
  scopes: [EVENTS],
  idempotent: true,
  async run({ http, input: { calendar, event_id } }) {
    await http.delete(path`/calendar/v3/calendars/${calendar}/events/${event_id}`, { accept: [404, 410] }); // 410: gone already
    return { event_id, removed: true };
  },
});

const list = google.implement(listEvents, {
  scopes: [EVENTS],
  async run({ http, input: { calendar, from, until, limit, page } }) {
    // Ordering by start is refused unless recurring events are taken apart.
    const query = { timeMin: from, timeMax: until, singleEvents: true, orderBy: "startTime", maxResults: limit, pageToken: page };
    const reply = await http.get(path`/calendar/v3/calendars/${calendar}/events`, { query });
    const { items, nextPageToken } = reply.json(z.object({ items: z._default(z.array(Event), []), nextPageToken: z.optional(z.string()) }));
    return { events: items.map(shown), next_page: nextPageToken };
  },
});

const Busy = z.object({
  busy: z._default(z.array(z.object({ start: z.string(), end: z.string() })), []),
  errors: z._default(z.array(z.object({ reason: z.string() })), []),
});
const availability = google.implement(checkAvailability, {
  scopes: [FREE_BUSY],
  async run({ http, input: { calendar, from, until } }) {
    const reply = await http.post(path`/calendar/v3/freeBusy`, { json: { timeMin: from, timeMax: until, items: [{ id: calendar }] } });
    const [answer] = Object.values(reply.json(z.object({ calendars: z.record(z.string(), Busy) })).calendars);
    // A calendar that cannot be read fails inside a 200; taken for free, it would be booked twice.
    if (!answer || answer.errors.length > 0)
      refuse(answer?.errors[0]?.reason === "notFound" ? { kind: "NotFound" } : { kind: "VendorUnavailable", sent: true });
    return { free: answer.busy.length === 0, busy: answer.busy };
  },
});

const Calendar = z.object({
  id: z.string(),
  summary: z.optional(z.string()),
  summaryOverride: z.optional(z.string()),
  accessRole: z.string(),
  primary: z.optional(z.boolean()),
});
const calendars = google.implement(listCalendars, {
  scopes: [LIST],
  async run({ http, input: { page } }) {
    const reply = await http.get(path`/calendar/v3/users/me/calendarList`, { query: { maxResults: 100, pageToken: page } });
    const { items, nextPageToken } = reply.json(
      z.object({ items: z._default(z.array(Calendar), []), nextPageToken: z.optional(z.string()) }),
    );
    return {
      items: items.map(({ id, summary, summaryOverride, accessRole, primary }) => {
        const usable = accessRole === "owner" || accessRole === "writer";
        const detail = primary ? "The main calendar" : usable ? undefined : "It may only be read";
        // "primary" stays the main one's name, whatever address the account gets.
        return { id: primary ? "primary" : id, name: summaryOverride ?? summary ?? id, detail, usable };
      }),
      next_page: nextPageToken,
    };
  },
});

export default google.provides({
  actions: [create, update, remove, list, availability, calendars, ...looking, ...writing, ...watching],
  webhook,
});
