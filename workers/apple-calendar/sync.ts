/** What keeping jobs and a calendar in step takes of iCloud: what changed by sync-collection (RFC 6578), events whole, conditional writes. */
import { below, type Http, isZone, path, refuse } from "@junction/kit";
import {
  getCalendarEvents,
  listBusyTimes,
  listCalendarChanges,
  putCalendarEvent,
  removeCalendarEvent,
  type SyncedEvent,
} from "@junction/tools";
import { calendarText } from "./calendar-object.ts";
import { changesIn, eventsBetween, multiget, read, resources, syncCollection } from "./dav.ts";
import { whichCalendar } from "./discovery.ts";
import { happenings } from "./happenings.ts";
import { apple } from "./manifest.ts";
import { eventIn } from "./synced.ts";
import { newObject, rewritten } from "./written.ts";

type Where = Awaited<ReturnType<typeof whichCalendar>>;
const XML = "application/xml; charset=utf-8";

/** An event's id is its resource's name without the ending that all have. */
const idOf = (href: string): string => decodeURIComponent(href.split("/").at(-1) ?? "").replace(/\.ics$/i, "");
const placeOf = ({ path: at }: Where, id: string) => below(at, path`/${`${id}.ics`}`);

const report = (http: Http, { host, path: at }: Where, depth: 0 | 1, body: string, accept: readonly number[] = []) =>
  http.request("REPORT", at, { host, headers: { Depth: depth, Accept: "application/xml" }, text: { type: XML, body }, accept });

const changes = apple.implement(listCalendarChanges, {
  async run({ http, account, input: { calendar, cursor } }) {
    const where = await whichCalendar(http, account, calendar);
    const reply = await report(http, where, 0, syncCollection(cursor ?? ""), cursor === undefined ? [] : [403, 409]);
    if (reply.status === 403 || reply.status === 409) {
      const forgotten = reply.text(read((text) => /valid-sync-token/.test(text)));
      return forgotten ? { changes: [], more: false, reset: true } : refuse({ kind: "PermissionError" });
    }
    const { token, more, gone, found } = reply.text(read(changesIn));
    const changed = found.filter(({ href }) => !href.endsWith("/")); // the collection itself is no event
    return {
      changes: [
        ...changed.map(({ href, etag }) => ({ event_id: idOf(href), removed: false, version: etag })),
        ...gone.map((href) => ({ event_id: idOf(href), removed: true })),
      ],
      cursor: token ?? refuse({ kind: "VendorUnavailable", sent: true }),
      ...{ more, reset: false },
    };
  },
});

/** Events of a calendar by their ids, each as it is now. */
async function load(http: Http, where: Where, ids: readonly string[]) {
  const body = multiget(ids.map((id) => placeOf(where, id)));
  return (await report(http, where, 1, body)).text(
    read((text) =>
      resources(text).flatMap(({ href, props }) => {
        const [version, data] = [props.get("getetag")?.text.trim(), props.get("calendar-data")?.text];
        if (!version || data === undefined) return [];
        const object = calendarText(data);
        const event = eventIn(object, where.zone);
        return event ? [{ event_id: idOf(href), version, event, object }] : [];
      }),
    ),
  );
}

const get = apple.implement(getCalendarEvents, {
  async run({ http, account, input: { calendar, event_ids } }) {
    const events = await load(http, await whichCalendar(http, account, calendar), event_ids);
    const there = new Set(events.map(({ event_id }) => event_id));
    return {
      events: events.map(({ object: _, ...event }) => event),
      gone: event_ids.filter((id) => !there.has(id)),
    };
  },
});

const put = apple.implement(putCalendarEvent, {
  idempotent: true, // the address is the caller's, and a version is written over once
  async run({ http, account, input: { calendar, event_id, version, event } }) {
    if (event.time_zone !== null && !isZone(event.time_zone))
      refuse({ kind: "InvalidRequest", issues: ["event.time_zone must be an IANA time zone, such as America/New_York"] });
    const where = await whichCalendar(http, account, calendar);
    const [before] = version === undefined ? [] : await load(http, where, [event_id]);
    if (version !== undefined && before?.version !== version) return settled(before, event, version);
    const body = before ? rewritten(before.object, event, where.zone) : newObject(event_id, event);
    if (body === null) return refuse({ kind: "Conflict" });
    const saved = await http.put(placeOf(where, event_id), {
      host: where.host,
      text: { type: "text/calendar; charset=utf-8", body },
      headers: version === undefined ? { "If-None-Match": "*" } : { "If-Match": version },
      accept: [412, 0], // 0: some servers refuse before they have read the body, and the connection breaks
    });
    const etag = saved.header("etag");
    const refused = saved.status === 412 || saved.status === 0;
    if (!refused && etag !== undefined && !etag.startsWith("W/")) return { event_id, version: etag };
    const [now] = await load(http, where, [event_id]); // refused, or kept in other words than ours
    return settled(now, event, version);
  },
});

/** What a write met: it is fine if it is just what was to be written. */
function settled(
  found: { readonly event_id: string; readonly version: string; readonly event: SyncedEvent } | undefined,
  wanted: SyncedEvent,
  over?: string,
) {
  const plain = (event: SyncedEvent) => JSON.stringify({ ...event, recurrence: event.recurrence?.split(/[\n;]/).sort() });
  if (
    found &&
    plain(found.event) === plain({ ...wanted, exceptions: wanted.exceptions.map(({ original, start, end }) => ({ original, start, end })) })
  )
    return { event_id: found.event_id, version: found.version };
  return refuse(found?.version === over && over !== undefined ? { kind: "VendorUnavailable", sent: true } : { kind: "Conflict" });
}

const remove = apple.implement(removeCalendarEvent, {
  idempotent: true,
  async run({ http, account, input: { calendar, event_id, version } }) {
    const where = await whichCalendar(http, account, calendar);
    await http.delete(placeOf(where, event_id), { host: where.host, headers: { "If-Match": version }, accept: [404, 410] });
    return { event_id, removed: true };
  },
});

/** iCloud answers no free-busy query: it is made of the events, series taken apart here. */
const busy = apple.implement(listBusyTimes, {
  async run({ http, account, input: { calendar, from, until } }) {
    const where = await whichCalendar(http, account, calendar);
    const [begins, ends] = [Date.parse(from), Date.parse(until)];
    if (ends <= begins) refuse({ kind: "InvalidRequest", issues: ["until must be after from"] });
    const found = (await report(http, where, 1, eventsBetween(begins, ends))).text(
      read((text) => happenings(text, begins, ends, where.zone)),
    );
    const iso = (at: number) => new Date(at).toISOString();
    return {
      times: found
        .filter(({ free, from: start, until: end }) => !free && start < end)
        .map(({ from: start, until: end, event }) => ({
          event_id: idOf(event.event_id.replace(/#.*$/, "")),
          start: iso(start),
          end: iso(end),
        })),
    };
  },
});

export const syncing = [changes, get, put, remove, busy];
