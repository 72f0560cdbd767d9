/** Listing events: between times, or what changed since a token. https://developers.google.com/workspace/calendar/api/guides/sync */
import { type Call, json, type Reply } from "@junction/sandbox";
import { bad, googleError } from "./errors.ts";
import { repeats, takenApart } from "./occurrences.ts";
import { type Calendar, calendarOf, type Event, eventsOf, lastChange, shown } from "./state.ts";
import { instantOf, millis } from "./times.ts";

const DAY = 86_400_000;
/** Google may forget a token at any time; here it does so after four weeks. */
const TOKEN_LIFE = 28 * DAY;
/** How far a series without end is taken apart where nobody says how far. */
const FAR = 400 * DAY;

const WITHOUT_SYNC = ["iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin"];

/** Bounds are on the other edge: `timeMin` on the end, `timeMax` on the start, both exclusive. */
export function list(call: Call): Reply {
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
  const [, since = null, issued = null] = /^S(\d+)\.(\d+)$/.exec(sync ?? "") ?? [];
  if (sync !== null && (since === null || call.now() - Number(issued) > TOKEN_LIFE))
    return googleError(410, {
      reason: "fullSyncRequired",
      domain: "calendar",
      message: "Sync token is no longer valid, a full sync is required.",
      location: "syncToken",
    });
  const properties = query.getAll("privateExtendedProperty").map((pair) => pair.split("="));
  const text = (query.get("q") ?? "").toLowerCase();
  const zone = calendar.timeZone;
  const kept = eventsOf(call.state, calendar).list();
  const far = until ?? call.now() + FAR;
  const deleted = query.get("showDeleted") === "true" || since !== null;
  const within = (event: Event): boolean =>
    (from === null || millis(event.end, zone, "end") > from) && (until === null || millis(event.start, zone, "start") < until);
  const shows = (event: Event): boolean =>
    !single && event.recurringEventId === undefined && repeats(event) ? takenApart([event], calendar, far).some(within) : within(event);
  const chosen = (single && since === null ? takenApart(kept, calendar, far) : kept)
    // A cancelled occurrence of a series that goes on is shown unless the series is taken apart.
    .filter((event) => event.status !== "cancelled" || deleted || (!single && event.recurringEventId !== undefined))
    .filter(shows)
    .filter((event) => since === null || (event.change ?? 0) > Number(since))
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
    ...pageOf(call, calendar, sorted, Math.min(size, 2500)),
  });
}

/**
 * The token of a page names where it begins, and what was the calendar's last change when the first page was asked for: so the last page's
 * token of the next sync tells of everything since then.
 */
function pageOf(call: Call, calendar: Calendar, items: readonly Event[], size: number): object {
  const token = call.query.get("pageToken");
  const [, at, first] = /^P(\d+)\.(\d+)$/.exec(token ?? "P0.0") ?? [];
  if (at === undefined) bad("invalid", "Invalid page token value.", "pageToken");
  const start = Number(at);
  const change = token === null ? lastChange(call.state, calendar) : Number(first);
  const next =
    start + size < items.length ? { nextPageToken: `P${start + size}.${change}` } : { nextSyncToken: `S${change}.${call.now()}` };
  return {
    ...next,
    items: items.slice(start, start + size).map((event) => (event.status === "cancelled" ? remains(event) : shown(event))),
  };
}

/** Of what was deleted, what may be counted on. */
const remains = ({ kind, id, etag, status, recurringEventId, originalStartTime, summary }: Event): object => ({
  ...{ kind, id, etag, status, summary },
  ...(recurringEventId !== undefined && { recurringEventId, originalStartTime }),
});
