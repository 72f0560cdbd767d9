/** Google Calendar's events. https://developers.google.com/workspace/calendar/api/v3/reference/events */
import { type Call, empty, json, type Operation, type Reply, refuse, type State } from "@junction/sandbox";
import { bad, googleError, missing } from "./errors.ts";
import { accountOf } from "./oauth.ts";
import { instantOf, millis, shownWhen, type When } from "./times.ts";

export const OWNER = "owner@sandbox-plumbing.example";
/** Another account of the same people's. */
export const OFFICE = "office@sandbox-plumbing.example";
export interface Calendar {
  readonly id: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly accessRole: "owner" | "writer" | "reader";
}
/** An event as Google keeps and shows it. */
export interface Event {
  readonly id: string;
  readonly etag: string;
  readonly status: "confirmed" | "tentative" | "cancelled";
  readonly updated: string;
  readonly created: string;
  readonly sequence: number;
  readonly start: When;
  readonly end: When;
  readonly summary?: string;
  readonly location?: string;
  readonly transparency?: string;
  readonly iCalUID: string;
  readonly extendedProperties?: { readonly private?: Record<string, string>; readonly shared?: Record<string, string> };
  readonly [more: string]: unknown;
}
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

export const calendarsOf = (state: State) => state.collection<Calendar>("calendars");
export const eventsOf = (state: State, { id }: Calendar) => state.collection<Event>(`events ${id}`);

/** The calendar of the path; `primary` is that of whose token it is. */
export function calendarOf(call: Call, id = call.param("calendar")): Calendar {
  return calendarsOf(call.state).get(id === "primary" ? (accountOf(call) ?? OWNER) : id) ?? missing();
}
function writable(call: Call): Calendar {
  const calendar = calendarOf(call);
  if (calendar.accessRole !== "reader") return calendar;
  return refuse(
    googleError(403, { reason: "requiredAccessLevel", message: "You need to have writer access to this calendar.", domain: "calendar" }),
  );
}
function eventOf(call: Call, calendar: Calendar): Event {
  return eventsOf(call.state, calendar).get(call.param("event")) ?? missing();
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

/** The event of these wishes, over what is there. */
function written(call: Call, calendar: Calendar, body: Body, before: Event | null, id: string): Event {
  const [start, end] = [timeOf(body, "start"), timeOf(body, "end")];
  if ((start.date === undefined) !== (end.date === undefined))
    bad("invalid", "Start and end times must either both be date or both be dateTime.");
  const length = millis(end, calendar.timeZone, "end") - millis(start, calendar.timeZone, "start");
  if (length < 0 || (length === 0 && start.date !== undefined)) bad("timeRangeEmpty", "The specified time range is empty.");
  const status = body["status"] ?? "confirmed";
  if (status !== "confirmed" && status !== "tentative" && status !== "cancelled") return bad("invalid", "Invalid status value.");
  const now = new Date(call.now()).toISOString();
  const shown = { start: shownWhen(start, calendar.timeZone, "start"), end: shownWhen(end, calendar.timeZone, "end") };
  const moved = before !== null && JSON.stringify([before.start, before.end]) !== JSON.stringify([shown.start, shown.end]);
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
    ...Object.fromEntries(WRITABLE.filter((name) => body[name] !== undefined && body[name] !== null).map((name) => [name, body[name]])),
    ...shown,
  };
}

function store(call: Call, calendar: Calendar, event: Event): Reply {
  eventsOf(call.state, calendar).put(event.id, event);
  return json(200, event, { etag: event.etag });
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
  return store(call, calendar, written(call, calendar, merged, event, event.id));
}

function update(call: Call): Reply {
  const calendar = writable(call);
  const event = eventOf(call, calendar);
  checkMatch(call, event);
  return store(call, calendar, written(call, calendar, bodyOf(call), event, event.id));
}

function remove(call: Call): Reply {
  const calendar = writable(call);
  const event = eventOf(call, calendar);
  if (event.status === "cancelled") return googleError(410, { reason: "deleted", message: "Resource has been deleted" });
  checkMatch(call, event);
  store(call, calendar, {
    ...event,
    status: "cancelled",
    updated: new Date(call.now()).toISOString(),
    etag: `"${call.random(16, "0123456789")}"`,
  });
  return empty(204);
}

const WITHOUT_SYNC = ["iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"];

/** Bounds are on the other edge: `timeMin` on the end, `timeMax` on the start, both exclusive. */
function list(call: Call): Reply {
  const calendar = calendarOf(call);
  const { query } = call;
  const bound = (name: string): number | null => {
    const text = query.get(name);
    return text === null ? null : (instantOf(text) ?? bad("badRequest", "Bad Request", name));
  };
  const [from, until] = [bound("timeMin"), bound("timeMax")];
  if (from !== null && until !== null && until <= from) bad("timeRangeEmpty", "The specified time range is empty.", "timeMax");
  const single = query.get("singleEvents") === "true";
  const order = query.get("orderBy");
  if (order !== null && order !== "startTime" && order !== "updated")
    bad("invalidParameter", `Invalid value '${order}'. Values must be within ['startTime', 'updated']`, "orderBy");
  if (order === "startTime" && !single) bad("badRequest", "The requested ordering is not available for the particular query.", "orderBy");
  const size = Number(query.get("maxResults") ?? 250);
  if (!Number.isInteger(size) || size < 1)
    bad("invalidParameter", `Invalid value '${query.get("maxResults")}'. Values must be within the range: [1, 2500]`, "maxResults");
  const sync = query.get("syncToken");
  if (sync !== null && WITHOUT_SYNC.some((name) => query.has(name)))
    bad("badRequest", "Sync token cannot be used with request restrictions.", "syncToken");
  const since = sync === null ? null : Number(/^S(\d+)$/.exec(sync)?.[1] ?? Number.NaN);
  if (Number.isNaN(since))
    return googleError(410, {
      reason: "fullSyncRequired",
      domain: "calendar",
      message: "Sync token is no longer valid, a full sync is required.",
      location: "syncToken",
    });
  const properties = query.getAll("privateExtendedProperty").map((pair) => pair.split("="));
  const text = (query.get("q") ?? "").toLowerCase();
  const zone = calendar.timeZone;
  const chosen = eventsOf(call.state, calendar)
    .list()
    .filter((event) => event.status !== "cancelled" || query.get("showDeleted") === "true" || since !== null)
    .filter(
      (event) => (from === null || millis(event.end, zone, "end") > from) && (until === null || millis(event.start, zone, "start") < until),
    )
    .filter((event) => since === null || Date.parse(event.updated) > since)
    .filter((event) => !query.has("iCalUID") || event.iCalUID === query.get("iCalUID"))
    .filter((event) => properties.every(([name = "", value]) => event.extendedProperties?.private?.[name] === value))
    .filter((event) => `${event.summary ?? ""} ${event["description"] ?? ""} ${event.location ?? ""}`.toLowerCase().includes(text));
  const sorted =
    order === "updated"
      ? chosen.sort((a, b) => Date.parse(a.updated) - Date.parse(b.updated))
      : order === "startTime"
        ? chosen.sort((a, b) => millis(a.start, zone, "start") - millis(b.start, zone, "start"))
        : chosen;
  return json(200, {
    kind: "calendar#events",
    etag: `"${call.now()}"`,
    summary: calendar.summary,
    updated: new Date(call.now()).toISOString(),
    timeZone: zone,
    accessRole: calendar.accessRole,
    defaultReminders: [{ method: "popup", minutes: 30 }],
    ...pageOf(call, sorted, Math.min(size, 2500)),
  });
}

/** The token of a page names where it begins; the last page gives the token of the next sync. */
function pageOf(call: Call, items: readonly Event[], size: number): object {
  const token = call.query.get("pageToken");
  const start = token === null ? 0 : Number(/^P(\d+)$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) bad("invalid", "Invalid page token value.", "pageToken");
  const next = start + size < items.length ? { nextPageToken: `P${start + size}` } : { nextSyncToken: `S${call.now()}` };
  return { ...next, items: items.slice(start, start + size) };
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
      return json(200, event, { etag: event.etag });
    },
  },
  { name: "patch_event", method: "PATCH", path: EVENT, run: patch },
  { name: "update_event", method: "PUT", path: EVENT, run: update },
  { name: "delete_event", method: "DELETE", path: EVENT, run: remove },
];
