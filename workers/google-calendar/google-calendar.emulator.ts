/** Plays the Google Calendar API v3, and Google's authorization server for one app. */
import { type Call, defineEmulator, json, type Operation, type Reply, SERVICE_KEY } from "@junction/sandbox";
import { channelOperations } from "./emulator/channels.ts";
import { bad, fault } from "./emulator/errors.ts";
import { eventOperations } from "./emulator/events.ts";
import { accountOf, authorizationServer, authorize, type ServiceAccount, seedGrant } from "./emulator/oauth.ts";
import { takenApart } from "./emulator/occurrences.ts";
import { pushes } from "./emulator/pushes.ts";
import { type Calendar, calendarOf, calendarsOf, type Event, eventsOf, OFFICE, OWNER } from "./emulator/state.ts";
import { instantOf, millis } from "./emulator/times.ts";

const AUTH = "https://www.googleapis.com/auth/";
/** Scope → what it lets an app do, as the consent page says. */
const SCOPES: Readonly<Record<string, string>> = {
  [`${AUTH}calendar`]: "See, edit, share and permanently delete all the calendars you can access",
  [`${AUTH}calendar.readonly`]: "See and download any calendar you can access",
  [`${AUTH}calendar.events`]: "View and edit events on all your calendars",
  [`${AUTH}calendar.events.readonly`]: "View events on all your calendars",
  [`${AUTH}calendar.events.owned`]: "See, create, change and delete events on calendars you own",
  [`${AUTH}calendar.calendarlist`]: "See, add and remove the calendars you are subscribed to",
  [`${AUTH}calendar.calendarlist.readonly`]: "See the list of calendars you are subscribed to",
  [`${AUTH}calendar.calendars.readonly`]: "See the title, description and default time zone of your calendars",
  [`${AUTH}calendar.freebusy`]: "See when your calendars are free",
  openid: "Know who you are on Google",
  email: "See your email address",
};
const any = (...names: readonly string[]): readonly string[] => names.map((name) => AUTH + name);
const READ_EVENTS = any("calendar", "calendar.readonly", "calendar.events", "calendar.events.readonly", "calendar.events.owned");
const WRITE_EVENTS = any("calendar", "calendar.events", "calendar.events.owned");
/** Operation → scopes, any of which will do. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  list_events: READ_EVENTS,
  get_event: READ_EVENTS,
  insert_event: WRITE_EVENTS,
  patch_event: WRITE_EVENTS,
  update_event: WRITE_EVENTS,
  delete_event: WRITE_EVENTS,
  watch_events: READ_EVENTS,
  stop_channel: READ_EVENTS,
  list_calendars: any("calendar", "calendar.readonly", "calendar.calendarlist", "calendar.calendarlist.readonly"),
  get_calendar: any("calendar", "calendar.readonly", "calendar.calendars.readonly"),
  query_free_busy: any("calendar", "calendar.readonly", "calendar.freebusy"),
};

// Put together here, so that no scanner takes them for somebody's.
const token = (prefix: string, tail: string): string => [prefix, tail].join("");
const APP = {
  client_id: "104729583047-sandboxjunctionapp0123456789ab.apps.googleusercontent.com",
  client_secret: token("GOCSPX-", "sandboxJunctionAppSecret0123"),
};
const OWNERS = {
  access: token("ya29.", "a0SandboxOwnerAccessTokenWholeRights"),
  refresh: token("1//", "0SandboxOwnerRefreshTokenWholeRights"),
};
const FREE_ONLY = { access: token("ya29.", "a0SandboxFreeBusyOnlyAccessToken"), refresh: token("1//", "0SandboxFreeBusyOnlyRefreshToken") };

const SERVICE: ServiceAccount = {
  email: "calendar@sandbox-junction.iam.gserviceaccount.com",
  domain: "sandbox-plumbing.example",
  scopes: any("calendar.events", "calendar.freebusy", "calendar.calendarlist.readonly"),
};
/** As the Cloud console hands it out. */
const KEY_FILE = {
  type: "service_account",
  project_id: "sandbox-junction",
  private_key_id: "5a17db0c0ffee0123456789abcdef0123456789a",
  private_key: SERVICE_KEY.pkcs8,
  client_email: SERVICE.email,
  client_id: "104729583047000000001",
  token_uri: "https://oauth2.googleapis.com/token",
};

const CALENDARS: readonly Calendar[] = [
  { id: OWNER, summary: OWNER, timeZone: "America/New_York", accessRole: "owner" },
  { id: OFFICE, summary: OFFICE, timeZone: "America/New_York", accessRole: "owner" },
  { id: "crew@group.calendar.google.com", summary: "Crew", timeZone: "America/New_York", accessRole: "writer" },
  {
    id: "en.usa#holiday@group.v.calendar.google.com",
    summary: "Holidays in United States",
    timeZone: "America/New_York",
    accessRole: "reader",
  },
];
const ROLES = ["freeBusyReader", "reader", "writer", "owner"];

function listCalendars(call: Call): Reply {
  const least = call.query.get("minAccessRole");
  if (least !== null && !ROLES.includes(least)) bad("invalidParameter", `Invalid value '${least}'`, "minAccessRole");
  const size = Number(call.query.get("maxResults") ?? 100);
  if (!Number.isInteger(size) || size < 1) bad("invalidParameter", "Invalid integer value", "maxResults");
  const token = call.query.get("pageToken");
  if (token !== null && !/^P\d+$/.test(token)) bad("invalid", "Invalid page token value.", "pageToken");
  const from = Number(token?.slice(1) ?? 0);
  const own = accountOf(call) ?? OWNER;
  const all = calendarsOf(call.state)
    .list()
    .filter(({ id }) => id === own || (id !== OWNER && id !== OFFICE))
    .filter(({ accessRole }) => least === null || ROLES.indexOf(accessRole) >= ROLES.indexOf(least))
    .map((calendar) => ({
      kind: "calendar#calendarListEntry",
      etag: '"1700000000000000"',
      ...calendar,
      colorId: "14",
      backgroundColor: "#9fe1e7",
      foregroundColor: "#000000",
      selected: true,
      defaultReminders: [],
      ...(calendar.id === own && { primary: true }),
    }));
  const until = from + Math.min(size, 250);
  const next = until < all.length ? { nextPageToken: `P${until}` } : { nextSyncToken: `S${call.now()}` };
  return json(200, { kind: "calendar#calendarList", etag: '"p1"', ...next, items: all.slice(from, until) });
}

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Busy spans within the bounds, overlapping ones joined. */
function busySpans(events: readonly Event[], zone: string, from: number, until: number): readonly Span[] {
  const joined: Span[] = [];
  const spans = events
    .filter(({ status, transparency }) => status !== "cancelled" && transparency !== "transparent")
    .map(
      (event): Span => ({
        start: Math.max(millis(event.start, zone, "start"), from),
        end: Math.min(millis(event.end, zone, "end"), until),
      }),
    )
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  for (const span of spans) {
    const last = joined.at(-1);
    if (last && span.start <= last.end) joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else joined.push(span);
  }
  return joined;
}

function freeBusy(call: Call): Reply {
  if (typeof call.json !== "object" || call.json === null) return bad("parseError", "Parse Error");
  const body: { readonly timeMin?: unknown; readonly timeMax?: unknown; readonly items?: unknown } = call.json;
  const from = typeof body.timeMin === "string" ? instantOf(body.timeMin) : bad("required", "Missing timeMin parameter.");
  const until = typeof body.timeMax === "string" ? instantOf(body.timeMax) : bad("required", "Missing timeMax parameter.");
  if (from === null || until === null) return bad("badRequest", "Bad Request");
  if (until <= from) bad("timeRangeEmpty", "The specified time range is empty.", "timeMax");
  const ids = (Array.isArray(body.items) ? body.items : []).map((item: { readonly id?: unknown }) => String(item.id));
  if (ids.length > 50) bad("tooManyCalendarsRequested", "Too many calendars requested.");
  const iso = (at: number): string => new Date(at).toISOString().replace(".000Z", "Z");
  const answers = ids.map((id) => {
    const calendar = calendarsOf(call.state).get(id === "primary" ? (accountOf(call) ?? OWNER) : id);
    if (!calendar) return [id, { errors: [{ domain: "global", reason: "notFound" }], busy: [] }];
    const busy = busySpans(takenApart(eventsOf(call.state, calendar).list(), calendar, until), calendar.timeZone, from, until);
    return [id, { busy: busy.map(({ start, end }) => ({ start: iso(start), end: iso(end) })) }];
  });
  return json(200, {
    kind: "calendar#freeBusy",
    timeMin: new Date(from).toISOString(),
    timeMax: new Date(until).toISOString(),
    calendars: Object.fromEntries(answers),
  });
}

const calendarOperations: readonly Operation[] = [
  { name: "list_calendars", method: "GET", path: "/calendar/v3/users/me/calendarList", run: listCalendars },
  {
    name: "get_calendar",
    method: "GET",
    path: "/calendar/v3/calendars/:calendar",
    run(call) {
      const { id, summary, timeZone } = calendarOf(call);
      return json(200, {
        kind: "calendar#calendar",
        etag: '"c1"',
        id,
        summary,
        timeZone,
        conferenceProperties: { allowedConferenceSolutionTypes: ["hangoutsMeet"] },
      });
    },
  },
  { name: "query_free_busy", method: "POST", path: "/calendar/v3/freeBusy", run: freeBusy },
];

export default defineEmulator({
  vendor: "google-calendar",
  hosts: ["www.googleapis.com", "oauth2.googleapis.com", "accounts.google.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh },
    wrong: { access_token: token("ya29.", "a0NobodyKnowsThisAccessToken"), refresh_token: token("1//", "0NobodyKnowsThisRefreshToken") },
    /** The access token is dead, the refresh token works. */
    expired: { access_token: token("ya29.", "a0SandboxExpiredAccessToken"), refresh_token: OWNERS.refresh },
    /** May ask for free and busy times, and nothing else. */
    restricted: { access_token: FREE_ONLY.access, refresh_token: FREE_ONLY.refresh },
    platform: APP,
    service_account: { key_file: JSON.stringify(KEY_FILE, null, 2), user: OWNER },
  },
  secrets: ["access_token", "refresh_token", "client_secret", "key_file"],
  authenticate: (call) => authorize(call, NEEDED[call.operation] ?? []),
  seed(state, now) {
    for (const calendar of CALENDARS) calendarsOf(state).put(calendar.id, calendar);
    const hour = now + 3_600_000;
    seedGrant(state, OWNERS, OWNER, any("calendar.events", "calendar.calendarlist.readonly", "calendar.freebusy"), hour);
    seedGrant(state, FREE_ONLY, OWNER, any("calendar.freebusy"), hour);
  },
  operations: [
    ...eventOperations,
    ...channelOperations,
    ...calendarOperations,
    ...authorizationServer(APP, SERVICE, SCOPES, [OWNER, OFFICE]),
  ],
  fault,
  pushes,
  inbox: (state) =>
    calendarsOf(state)
      .list()
      .flatMap((calendar) =>
        eventsOf(state, calendar)
          .list()
          .map((event) => ({ calendar, event })),
      )
      .map(({ calendar, event }) => ({
        title: `${event.status === "cancelled" ? "Removed" : "Booked"} on ${calendar.summary}: ${event.summary ?? "(no title)"}`,
        text: [
          `${event.start.dateTime ?? event.start.date} to ${event.end.dateTime ?? event.end.date}`,
          event.location,
          event["description"],
        ]
          .filter(Boolean)
          .join("\n"),
        at: Date.parse(event.updated),
      })),
});
