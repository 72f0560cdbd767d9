/** Calendar object resources: what may be put, and what a REPORT finds (RFC 4791 §5.3.2, §7.8). */
import { type Call, empty, type Reply, refuse, text } from "@junction/sandbox";
import { objectOf, occurrences, uidOf } from "./objects.ts";
import { type Calendar, calendarsOf, DSID, HOME, type Kept, objectsOf } from "./state.ts";
import { davError, documentOf, elements, found, multistatus, wanted } from "./xml.ts";

const caldav = (name: string): string => `<${name} xmlns="urn:ietf:params:xml:ns:caldav"/>`;

function calendarOf(call: Call): Calendar {
  const calendar = call.param("dsid") === DSID ? calendarsOf(call.state).get(call.param("calendar")) : undefined;
  return calendar ?? refuse(empty(404));
}
function writable(call: Call): Calendar {
  const calendar = calendarOf(call);
  return calendar.writable ? calendar : refuse(davError(403, "<need-privileges/>"));
}
const keptOf = (call: Call, calendar: Calendar): Kept | undefined => objectsOf(call.state, calendar.id).get(call.param("object"));

function checkConditions({ headers }: Call, kept: Kept | undefined): void {
  const [match, none] = [headers.get("if-match"), headers.get("if-none-match")];
  if (none === "*" && kept) refuse(empty(412));
  if (match !== null && match !== kept?.etag && !(match === "*" && kept)) refuse(empty(412));
}

export function getObject(call: Call): Reply {
  const kept = keptOf(call, calendarOf(call)) ?? refuse(empty(404));
  return text(200, kept.text, { "content-type": "text/calendar; charset=utf-8", etag: kept.etag });
}

export function putObject(call: Call): Reply {
  const calendar = writable(call);
  const kept = keptOf(call, calendar);
  checkConditions(call, kept);
  if (!/^text\/calendar\b/.test(call.headers.get("content-type") ?? "")) return davError(415, caldav("supported-calendar-data"));
  const read = uidOf(call.text);
  if ("wrong" in read) return davError(403, caldav("valid-calendar-data"));
  const name = call.param("object");
  const twin = objectsOf(call.state, calendar.id)
    .list()
    .find(({ uid }) => uid === read.uid);
  if (twin && twin.name !== name) return davError(409, caldav("no-uid-conflict"));
  const etag = `"${call.random(12)}"`;
  objectsOf(call.state, calendar.id).put(name, { name, uid: read.uid, text: call.text, etag, at: call.now() });
  return empty(kept ? 204 : 201, { etag });
}

export function deleteObject(call: Call): Reply {
  const calendar = writable(call);
  const kept = keptOf(call, calendar) ?? refuse(empty(404));
  checkConditions(call, kept);
  objectsOf(call.state, calendar.id).delete(kept.name);
  return empty(204);
}

const instantOf = (value: string | undefined): number | null => {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value ?? "") ?? [];
  return y === undefined ? null : Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
};

/** A calendar-query by time range. Like iCloud, it is no free-busy-query. */
export function report(call: Call): Reply {
  const calendar = calendarOf(call);
  const query = documentOf(call, "calendar-query", "free-busy-query");
  if (!/calendar-query$/.test(query.name)) return davError(403, "<supported-report/>");
  const filter = elements(elements(elements(query, "filter")[0], "comp-filter")[0], "comp-filter")[0];
  const range = elements(filter, "time-range")[0];
  const [from, until] = [instantOf(range?.attributes["start"]), instantOf(range?.attributes["end"])];
  if (filter?.attributes["name"] !== "VEVENT" || (range && (from === null || until === null))) return davError(403, caldav("valid-filter"));
  const within = ({ text }: Kept): boolean =>
    from === null ||
    until === null ||
    occurrences(objectOf(text)).some(({ start, end }) => Date.parse(start) < until && Date.parse(end) > from);
  // Without a depth it asks about the collection itself, which is no event.
  const members = call.headers.get("depth") === "1" ? objectsOf(call.state, calendar.id).list() : [];
  return multistatus(
    members
      .filter(within)
      .map(({ name, text, etag }) =>
        found(`${HOME}${calendar.id}/${encodeURIComponent(name)}`, wanted(call), { getetag: etag, "calendar-data": text }),
      ),
  );
}
