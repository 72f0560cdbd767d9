/** Google Calendar's events. https://developers.google.com/workspace/calendar/api/v3/reference/events */
import { type Call, empty, json, type Operation, type Reply, refuse } from "@junction/sandbox";
import { announce } from "./channels.ts";
import { bad, googleError, missing } from "./errors.ts";
import { list } from "./listing.ts";
import { dropStrays, instanceOf, repeats, wrongRecurrence } from "./occurrences.ts";
import { type Calendar, calendarOf, type Event, eventsOf, nextChange, OWNER, shown, writable } from "./state.ts";
import { millis, shownWhen, type When } from "./times.ts";

type Body = Readonly<Record<string, unknown>>;

/** What a client may set; Google ignores the rest. */
const WRITABLE = [
  "summary",
  "description",
  "location",
  "colorId",
  "attendees",
  "recurrence",
  "reminders",
  "extendedProperties",
  "transparency",
  "visibility",
  "guestsCanInviteOthers",
  "guestsCanModify",
  "guestsCanSeeOtherGuests",
  "source",
  "anyoneCanAddSelf",
  "conferenceData",
  "eventType",
];

/** The event of the path; an occurrence that nobody changed yet is made of its series. */
function eventOf(call: Call, calendar: Calendar): Event {
  const id = call.param("event");
  const series = eventsOf(call.state, calendar).get(/^(.+)_\d{8}(T\d{6}Z)?$/.exec(id)?.[1] ?? "");
  const found =
    eventsOf(call.state, calendar).get(id) ?? (series && series.status !== "cancelled" ? instanceOf(series, calendar, id) : undefined);
  return found ?? missing();
}

function bodyOf({ json: body }: Call): Body {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return bad("parseError", "Parse Error");
  return { ...body };
}
function timeOf(body: Body, edge: "start" | "end"): When {
  const value = body[edge];
  if (typeof value !== "object" || value === null) return bad("required", `Missing ${edge} time.`);
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const when: When = Object.fromEntries(texts.filter(([name]) => ["date", "dateTime", "timeZone"].includes(name)));
  return when.date === undefined && when.dateTime === undefined ? bad("required", `Missing ${edge} time.`) : when;
}

const isEmpty = (value: unknown): boolean => value === "" || (Array.isArray(value) && value.length === 0);

/** The event of these wishes, over what is there. */
function written(call: Call, calendar: Calendar, body: Body, before: Event | null, id: string): Event {
  const [start, end] = [timeOf(body, "start"), timeOf(body, "end")];
  if ((start.date === undefined) !== (end.date === undefined))
    bad("invalid", "Start and end times must either both be date or both be dateTime.");
  const length = millis(end, calendar.timeZone, "end") - millis(start, calendar.timeZone, "start");
  if (length < 0 || (length === 0 && start.date !== undefined)) bad("timeRangeEmpty", "The specified time range is empty.");
  const wrong = wrongRecurrence(body["recurrence"]);
  if (wrong !== null) bad("invalid", wrong);
  if (Array.isArray(body["recurrence"]) && body["recurrence"].length > 0 && start.date === undefined && start.timeZone === undefined)
    bad("required", "Missing time zone definition for start time.");
  const status = body["status"] ?? "confirmed";
  if (status !== "confirmed" && status !== "tentative" && status !== "cancelled") return bad("invalid", "Invalid status value.");
  const now = new Date(call.now()).toISOString();
  const times = { start: shownWhen(start, calendar.timeZone, "start"), end: shownWhen(end, calendar.timeZone, "end") };
  const moved = before !== null && JSON.stringify([before.start, before.end]) !== JSON.stringify([times.start, times.end]);
  return {
    kind: "calendar#event",
    id,
    etag: `"${call.random(16, "0123456789")}"`,
    status,
    htmlLink: `https://www.google.com/calendar/event?eid=${btoa(id).replace(/=+$/, "")}`,
    created: before?.created ?? now,
    updated: now,
    creator: { email: OWNER, self: true },
    organizer: { email: calendar.id, displayName: calendar.summary, self: true },
    iCalUID: before?.iCalUID ?? `${id}@google.com`,
    sequence: (before?.sequence ?? 0) + (moved ? 1 : 0),
    reminders: { useDefault: true },
    eventType: "default",
    ...Object.fromEntries(
      WRITABLE.filter((name) => body[name] !== undefined && body[name] !== null && !isEmpty(body[name])).map((name) => [name, body[name]]),
    ),
    ...times,
    ...(before?.recurringEventId !== undefined && {
      recurringEventId: before.recurringEventId,
      originalStartTime: before.originalStartTime ?? before.start,
      iCalUID: before.iCalUID,
    }),
  };
}

function store(call: Call, calendar: Calendar, event: Event): Reply {
  eventsOf(call.state, calendar).put(event.id, { ...event, change: nextChange(call.state, calendar) });
  announce(call.state, calendar, call.now());
  return json(200, shown(event), { etag: event.etag });
}

function insert(call: Call): Reply {
  const calendar = writable(call);
  const body = bodyOf(call);
  const wanted = body["id"];
  if (wanted !== undefined && (typeof wanted !== "string" || !/^[a-v0-9]{5,1024}$/.test(wanted)))
    return bad("invalid", "Invalid resource id value.");
  const id = wanted ?? call.random(26, "0123456789abcdefghijklmnopqrstuv");
  const event = written(call, calendar, body, null, id);
  // The id of a deleted event stays taken.
  if (eventsOf(call.state, calendar).get(id))
    return googleError(409, { reason: "duplicate", message: "The requested identifier already exists." });
  return store(call, calendar, event);
}

function checkMatch(call: Call, event: Event): void {
  const wanted = call.headers.get("if-match");
  if (wanted === null || wanted === "*" || wanted === event.etag) return;
  refuse(googleError(412, { reason: "conditionNotMet", message: "Precondition Failed", location: "If-Match", locationType: "header" }));
}

/** Given fields replace, null removes, maps of extended properties are merged. */
function patch(call: Call): Reply {
  const calendar = writable(call);
  const event = eventOf(call, calendar);
  checkMatch(call, event);
  const body = bodyOf(call);
  const merged: Record<string, unknown> = { ...event, ...body };
  for (const edge of ["start", "end"]) {
    const change = body[edge];
    if (typeof change === "object" && change !== null)
      merged[edge] = "date" in change && change.date ? { date: change.date } : { ...Object(event[edge]), date: undefined, ...change };
  }
  const extended = body["extendedProperties"];
  if (typeof extended === "object" && extended !== null) {
    const kinds = Object.entries(extended).map(([kind, values]) => [
      kind,
      { ...(kind === "private" || kind === "shared" ? event.extendedProperties?.[kind] : {}), ...values },
    ]);
    merged["extendedProperties"] = { ...event.extendedProperties, ...Object.fromEntries(kinds) };
  }
  return changed(call, calendar, event, written(call, calendar, merged, event, event.id));
}

/** What of its changed occurrences a series' new rule does not have is gone with the old one. */
function changed(call: Call, calendar: Calendar, before: Event, after: Event): Reply {
  const reply = store(call, calendar, after);
  const rule = ({ start, recurrence }: Event) => JSON.stringify([start, recurrence]);
  if (repeats(before) && rule(before) !== rule(after)) dropStrays(eventsOf(call.state, calendar), after, calendar);
  return reply;
}

function update(call: Call): Reply {
  const calendar = writable(call);
  const event = eventOf(call, calendar);
  checkMatch(call, event);
  return changed(call, calendar, event, written(call, calendar, bodyOf(call), event, event.id));
}

function remove(call: Call): Reply {
  const calendar = writable(call);
  const event = eventOf(call, calendar);
  if (event.status === "cancelled") return googleError(410, { reason: "deleted", message: "Resource has been deleted" });
  checkMatch(call, event);
  const own = repeats(event)
    ? eventsOf(call.state, calendar)
        .list()
        .filter((one) => one.recurringEventId === event.id)
    : [];
  for (const one of [event, ...own])
    store(call, calendar, {
      ...one,
      status: "cancelled",
      updated: new Date(call.now()).toISOString(),
      etag: `"${call.random(16, "0123456789")}"`,
    });
  return empty(204);
}

const EVENTS = "/calendar/v3/calendars/:calendar/events";
const EVENT = `${EVENTS}/:event`;
export const eventOperations: readonly Operation[] = [
  { name: "insert_event", method: "POST", path: EVENTS, run: insert },
  { name: "list_events", method: "GET", path: EVENTS, run: list },
  {
    name: "get_event",
    method: "GET",
    path: EVENT,
    run(call) {
      const event = eventOf(call, calendarOf(call));
      return json(200, shown(event), { etag: event.etag });
    },
  },
  { name: "patch_event", method: "PATCH", path: EVENT, run: patch },
  { name: "update_event", method: "PUT", path: EVENT, run: update },
  { name: "delete_event", method: "DELETE", path: EVENT, run: remove },
];
