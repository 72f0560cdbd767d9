/** Jobs' events written to Google: over the version that is known, and no other. */
import { type Http, isZone, path, refuse } from "@junction/kit";
import { putCalendarEvent, removeCalendarEvent, type SyncedEvent } from "@junction/tools";
import * as z from "zod/mini";
import { after } from "./clock.ts";
import { EVENTS, google } from "./manifest.ts";
import { bodyOf, instanceId, isSeries, type Loaded, load, whenOf } from "./series.ts";

/** What a write met that was not there as it was thought to be: it is fine if it is just what was to be written. */
function settled(found: Loaded | null, wanted: SyncedEvent) {
  const same = found && JSON.stringify(bodyOf(found.event, true)) === JSON.stringify(bodyOf(wanted, true));
  return same ? { event_id: found.event_id, version: found.version } : refuse({ kind: "Conflict" });
}

const put = google.implement(putCalendarEvent, {
  scopes: [EVENTS],
  idempotent: true, // the id is the caller's, and a version is written over once
  async run({ http, input: { calendar, event_id, version, event } }) {
    if (event.time_zone !== null && !isZone(event.time_zone))
      refuse({ kind: "InvalidRequest", issues: ["event.time_zone must be an IANA time zone, such as America/New_York"] });
    const at = path`/calendar/v3/calendars/${calendar}/events/${event_id}`;
    const series = isSeries(version) || event.recurrence !== null;
    const before = series && version !== undefined ? await load(http, calendar, event_id) : null;
    if (series && version !== undefined && before?.version !== version) return settled(before, event);
    const written =
      version === undefined
        ? await http.post(path`/calendar/v3/calendars/${calendar}/events`, {
            json: { id: event_id, ...bodyOf(event, false) },
            accept: [409],
          })
        : await http.patch(at, { json: bodyOf(event, true), headers: { "If-Match": before?.etag ?? version }, accept: [412] });
    if (written.status === 409 || written.status === 412) return settled(await load(http, calendar, event_id), event);
    if (!series) return { event_id, version: written.json(z.object({ etag: z.string() })).etag };
    await moveOccurrences(http, calendar, event_id, before?.instances ?? [], event);
    const made = (await load(http, calendar, event_id)) ?? refuse({ kind: "Conflict" });
    return { event_id, version: made.version };
  },
});

/** Brings the occurrences that have events of their own to where they are wanted; the rule itself has those that are left out. */
async function moveOccurrences(http: Http, calendar: string, series: string, now: Loaded["instances"], event: SyncedEvent): Promise<void> {
  const wanted = new Map(event.exceptions.map((one) => [one.original, one]));
  for (const { original } of now)
    if (!wanted.has(original)) wanted.set(original, { original, start: original, end: after(original, event.start, event.end) });
  for (const { original, start, end } of wanted.values()) {
    const own = now.find((one) => one.original === original);
    if (start === null || end === null || (own && own.start === start && own.end === end)) continue;
    const at = path`/calendar/v3/calendars/${calendar}/events/${own?.id ?? instanceId(series, original, event.time_zone)}`;
    const when = (clock: string) => whenOf(clock, event.time_zone, true);
    await http.patch(at, {
      json: { start: when(start), end: when(end), status: "confirmed" },
      headers: { "If-Match": own?.etag },
      accept: [404, 410], // the rule has no such occurrence any more
    });
  }
}

const remove = google.implement(removeCalendarEvent, {
  scopes: [EVENTS],
  idempotent: true,
  async run({ http, input: { calendar, event_id, version } }) {
    const series = isSeries(version) ? await load(http, calendar, event_id) : undefined;
    if (series === null) return { event_id, removed: true };
    if (series && series.version !== version) refuse({ kind: "Conflict" });
    await http.delete(path`/calendar/v3/calendars/${calendar}/events/${event_id}`, {
      headers: { "If-Match": series?.etag ?? version },
      accept: [404, 410], // gone already
    });
    return { event_id, removed: true };
  },
});

export const writing = [put, remove];
