/** Calendar object resources: what may be put, and what a REPORT finds (RFC 4791 §5.3.2, §7.8). */

import { type Call, empty, type Reply, refuse, text } from "@junction/sandbox";
import type { XmlElement } from "@rgrove/parse-xml";
import { objectOf, occurrences, uidOf } from "./objects.ts";
import { type Calendar, calendarsOf, DSID, goneOf, HOME, type Kept, lastChange, nextChange, objectsOf } from "./state.ts";
import { davError, documentOf, elements, found, lost, multistatus, textIn, wanted } from "./xml.ts";

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
  const change = nextChange(call.state, calendar.id);
  objectsOf(call.state, calendar.id).put(name, { name, uid: read.uid, text: call.text, etag, at: call.now(), change });
  goneOf(call.state, calendar.id).delete(name);
  return empty(kept ? 204 : 201, { etag });
}

export function deleteObject(call: Call): Reply {
  const calendar = writable(call);
  const kept = keptOf(call, calendar) ?? refuse(empty(404));
  checkConditions(call, kept);
  objectsOf(call.state, calendar.id).delete(kept.name);
  goneOf(call.state, calendar.id).put(kept.name, { name: kept.name, change: nextChange(call.state, calendar.id) });
  return empty(204);
}

const instantOf = (value: string | undefined): number | null => {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value ?? "") ?? [];
  return y === undefined ? null : Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s));
};

const hrefOf = (calendar: Calendar, name: string): string => `${HOME}${calendar.id}/${encodeURIComponent(name)}`;

/** Tokens are forgotten after four weeks; iCloud may do so at any time. */
const TOKEN_LIFE = 28 * 86_400_000;
const TOKEN = /^https:\/\/caldav\.icloud\.com\/sync\/([^/]+)\/(\d+)\.(\d+)$/;

/** What changed since a token; everything, where there is none (RFC 6578 §3). */
function syncCollection(call: Call, calendar: Calendar, query: XmlElement): Reply {
  const depth = call.headers.get("depth");
  if ((depth !== null && depth !== "0") || textIn(query, "sync-level") !== "1") return empty(400);
  const token = textIn(query, "sync-token") ?? "";
  const [, of, change = "0", issued] = TOKEN.exec(token) ?? [];
  if (token !== "" && (of !== encodeURIComponent(calendar.id) || call.now() - Number(issued) > TOKEN_LIFE))
    return davError(403, "<valid-sync-token/>");
  const since = token === "" ? 0 : Number(change);
  const members = objectsOf(call.state, calendar.id)
    .list()
    .filter((one) => one.change > since)
    .map(({ name, etag }) => found(hrefOf(calendar, name), wanted(call), { getetag: etag }));
  const gone =
    token === ""
      ? []
      : goneOf(call.state, calendar.id)
          .list()
          .filter((one) => one.change > since);
  const next = `https://caldav.icloud.com/sync/${encodeURIComponent(calendar.id)}/${lastChange(call.state, calendar.id)}.${call.now()}`;
  return multistatus([...members, ...gone.map(({ name }) => lost(hrefOf(calendar, name)))], next);
}

/** The objects that are named, whole (RFC 4791 §7.9). */
function multiget(call: Call, calendar: Calendar, query: XmlElement): Reply {
  const named = elements(query, "href").map((href) => decodeURIComponent(href.text.trim().split("/").at(-1) ?? ""));
  return multistatus(
    named.map((name) => {
      const kept = objectsOf(call.state, calendar.id).get(name);
      return kept
        ? found(hrefOf(calendar, name), wanted(call), { getetag: kept.etag, "calendar-data": kept.text })
        : lost(hrefOf(calendar, name));
    }),
  );
}

/** A calendar-query by time range, some objects by name, or what changed. Like iCloud, it is no free-busy-query. */
export function report(call: Call): Reply {
  const calendar = calendarOf(call);
  const query = documentOf(call, "calendar-query", "free-busy-query", "sync-collection", "calendar-multiget");
  if (/sync-collection$/.test(query.name)) return syncCollection(call, calendar, query);
  if (/calendar-multiget$/.test(query.name)) return multiget(call, calendar, query);
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
      .map(({ name, text, etag }) => found(hrefOf(calendar, name), wanted(call), { getetag: etag, "calendar-data": text })),
  );
}
