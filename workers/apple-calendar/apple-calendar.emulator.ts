/** Plays iCloud's calendars over CalDAV: discovery at one host, everything else on the account's partition. */
import { type Call, defineEmulator, empty, type Operation, type Reply } from "@junction/sandbox";
import { objectOf, occurrences, summaryOf } from "./emulator/objects.ts";
import { deleteObject, getObject, putObject, report } from "./emulator/resources.ts";
import { type Calendar, calendarsOf, DSID, HOME, objectsOf, PARTITION } from "./emulator/state.ts";
import { davError, found, multistatus, type Props, wanted } from "./emulator/xml.ts";

const OWNER = "owner@sandbox-plumbing.example";
// Put together here, so that no scanner takes them for somebody's.
const password = (...parts: readonly string[]): string => parts.join("-");
const PASSWORDS = { valid: password("sand", "boxo", "wner", "pass"), revoked: password("sand", "boxo", "ldon", "gone") };

const CALENDARS: readonly Calendar[] = [
  { id: "inbox", name: "", kind: "inbox", components: ["VEVENT"], writable: true },
  { id: "tasks", name: "Reminders", kind: "calendar", components: ["VTODO"], writable: true },
  { id: "holidays", name: "Holidays", kind: "calendar", components: ["VEVENT"], writable: false },
  { id: "6F3D2C1A-JOBS", name: "Jobs", kind: "calendar", components: ["VEVENT"], writable: true },
  { id: "home", name: "Home & family", kind: "calendar", components: ["VEVENT"], writable: true },
];
const ZONE =
  "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Apple Inc.//iCloud//EN\r\nBEGIN:VTIMEZONE\r\nTZID:America/New_York\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nEND:VCALENDAR\r\n";

const unauthorized = (): Reply => empty(401, { "www-authenticate": 'Basic realm="MMCalDav"' });

function authenticate({ headers }: Call): Reply | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(headers.get("authorization") ?? "") ?? [];
  return encoded !== undefined && atob(encoded) === `${OWNER}:${PASSWORDS.valid}` ? null : unauthorized();
}

const principal = (): Props => ({ "current-user-principal": `<href>/${DSID}/principal/</href>` });

function home(call: Call): Reply {
  const own = { displayname: "Owner", resourcetype: "<collection/>", ...principal() };
  const shelf = call.headers.get("depth") === "1" ? calendarsOf(call.state).list() : [];
  return multistatus([
    found(HOME, wanted(call), own),
    ...shelf.map((calendar) => found(`${HOME}${calendar.id}/`, wanted(call), calendarProps(calendar))),
  ]);
}

function calendarProps({ name, kind, components, writable }: Calendar): Props {
  const rights = ["read", ...(writable ? ["write", "write-content", "bind", "unbind"] : [])];
  return {
    ...(name !== "" && { displayname: name }),
    resourcetype: `<collection/>${kind === "calendar" ? '<calendar xmlns="urn:ietf:params:xml:ns:caldav"/>' : '<schedule-inbox xmlns="urn:ietf:params:xml:ns:caldav"/>'}`,
    "supported-calendar-component-set": components.map((one) => `<comp xmlns="urn:ietf:params:xml:ns:caldav" name="${one}"/>`).join(""),
    "current-user-privilege-set": rights.map((right) => `<privilege><${right}/></privilege>`).join(""),
    ...(components.includes("VEVENT") && { "calendar-timezone": `<![CDATA[${ZONE}]]>` }),
    ...principal(),
  };
}

const OBJECT = `/:dsid/calendars/:calendar/:object`;
const operations: readonly Operation[] = [
  {
    name: "find_principal",
    method: "PROPFIND",
    path: "/",
    run: (call) => multistatus([found("/", wanted(call), { resourcetype: "<collection/>", ...principal() })]),
  },
  // iCloud sends whoever asks at the well-known place to the root (RFC 6764 §5).
  { name: "well_known", method: "PROPFIND", path: "/.well-known/caldav", run: () => empty(301, { location: "/" }) },
  { name: "any_get", method: "GET", path: "/", authenticated: false, run: () => empty(400) },
  {
    name: "find_home",
    method: "PROPFIND",
    path: "/:dsid/principal/",
    run: (call) =>
      multistatus([
        found(call.url.pathname, wanted(call), {
          displayname: "Owner",
          "calendar-home-set": `<href xmlns="DAV:">https://${PARTITION}:443${HOME}</href>`,
          ...principal(),
        }),
      ]),
  },
  { name: "list_calendars", method: "PROPFIND", host: PARTITION, path: "/:dsid/calendars/", run: home },
  { name: "query_events", method: "REPORT", host: PARTITION, path: "/:dsid/calendars/:calendar/", run: report },
  { name: "get_event", method: "GET", host: PARTITION, path: OBJECT, run: getObject },
  { name: "put_event", method: "PUT", host: PARTITION, path: OBJECT, run: putObject },
  { name: "delete_event", method: "DELETE", host: PARTITION, path: OBJECT, run: deleteObject },
];

const FAULTS = {
  "401": unauthorized,
  "403": () => davError(403, "<need-privileges/>"),
  "404": () => empty(404),
  "409": () => davError(409, '<no-uid-conflict xmlns="urn:ietf:params:xml:ns:caldav"/>'),
  "422": () => empty(400),
  "429": () => empty(429),
  rate_limit_403: () => empty(429, { "retry-after": "30" }),
  "500": () => empty(500),
  "503": () => empty(503),
} as const;

export default defineEmulator({
  vendor: "apple-calendar",
  hosts: ["caldav.icloud.com", PARTITION],
  credentials: {
    valid: {
      apple_id: OWNER,
      app_password: PASSWORDS.valid,
      home: `https://${PARTITION}${HOME}`,
      calendar: `https://${PARTITION}${HOME}6F3D2C1A-JOBS/`,
      zone: "America/New_York",
    },
    wrong: { apple_id: OWNER, app_password: password("nobo", "dykn", "owst", "hisx") },
    /** All app-specific passwords are revoked when the account's own is changed. */
    revoked: { apple_id: OWNER, app_password: PASSWORDS.revoked },
  },
  secrets: ["app_password"],
  authenticate,
  seed(state) {
    for (const calendar of CALENDARS) calendarsOf(state).put(calendar.id, calendar);
  },
  operations,
  fault: (error) => FAULTS[error](),
  inbox: (state) =>
    calendarsOf(state)
      .list()
      .flatMap((calendar) =>
        objectsOf(state, calendar.id)
          .list()
          .map((object) => ({ calendar, object })),
      )
      .map(({ calendar, object }) => {
        const parsed = objectOf(object.text);
        const [first] = occurrences(parsed);
        const lines = [first && `${first.start} to ${first.end}`, summaryOf(parsed, "location"), summaryOf(parsed, "description")];
        return {
          title: `Booked on ${calendar.name}: ${summaryOf(parsed, "summary") ?? "(no title)"}`,
          text: lines.filter(Boolean).join("\n"),
          at: object.at,
        };
      }),
});
