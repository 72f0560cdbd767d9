/** An event as the calendar's sync sees it: a series is its master, and the occurrences that were moved or left out. */
import { type Http, path } from "@junction/kit";
import type { SyncedEvent } from "@junction/tools";
import * as z from "zod/mini";
import { after, basic, clockOf, instantAt, When, withOffset } from "./clock.ts";

export const Item = z.object({
  id: z.string(),
  etag: z.string(),
  status: z._default(z.string(), "confirmed"),
  iCalUID: z._default(z.string(), ""),
  summary: z._default(z.string(), "(no title)"),
  location: z.optional(z.string()),
  description: z.optional(z.string()),
  start: z._default(When, {}),
  end: z._default(When, {}),
  recurrence: z._default(z.array(z.string()), []),
  recurringEventId: z.optional(z.string()),
  originalStartTime: z.optional(When),
});
export type Item = z.output<typeof Item>;
type Exception = SyncedEvent["exceptions"][number];

/** An occurrence that has an event of its own. */
interface Instance extends Exception {
  readonly id: string;
  readonly etag: string;
}
export interface Loaded {
  readonly event_id: string;
  readonly etag: string;
  readonly version: string;
  readonly event: SyncedEvent;
  readonly instances: readonly Instance[];
}

const SERIES = "series:";
/** Whether a version is a series': then it is that of its master and of each occurrence that was changed. */
export const isSeries = (version: string | undefined): boolean => version?.startsWith(SERIES) ?? false;

/** The event as it is now; null where it is not there, or was removed. */
export async function load(http: Http, calendar: string, id: string): Promise<Loaded | null> {
  const reply = await http.get(path`/calendar/v3/calendars/${calendar}/events/${id}`, { accept: [404, 410] });
  if (reply.status === 404 || reply.status === 410) return null;
  const master = reply.json(Item);
  if (master.status === "cancelled") return null;
  if (master.recurrence.length === 0)
    return { event_id: id, etag: master.etag, version: master.etag, event: eventOf(master, []), instances: [] };
  const query = { iCalUID: master.iCalUID, showDeleted: true, maxResults: 2500 };
  const { items } = (await http.get(path`/calendar/v3/calendars/${calendar}/events`, { query })).json(
    z.object({ items: z._default(z.array(Item), []) }),
  );
  const changed = items.filter(({ recurringEventId }) => recurringEventId === id).sort((a, b) => (a.id < b.id ? -1 : 1));
  const instances = changed.map((one): Instance => {
    const { timeZone } = master.start;
    const original = clockOf(one.originalStartTime ?? one.start, timeZone);
    const out = one.status === "cancelled";
    return {
      ...{ id: one.id, etag: one.etag, original },
      ...{ start: out ? null : clockOf(one.start, timeZone), end: out ? null : clockOf(one.end, timeZone) },
    };
  });
  const version = SERIES + [master, ...changed].map(({ etag }) => etag.replaceAll('"', "")).join(",");
  return { event_id: id, etag: master.etag, version: await short(version), event: eventOf(master, instances), instances };
}

/** A version within what may be kept of one: of a series with many changed occurrences, a hash. */
async function short(version: string): Promise<string> {
  if (version.length < 500) return version;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(version)));
  return SERIES + [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function eventOf({ summary, location, description, start, end, recurrence }: Item, instances: readonly Instance[]): SyncedEvent {
  const zone = start.date === undefined ? (start.timeZone ?? "UTC") : null;
  const [from, until] = [clockOf(start, zone ?? undefined), clockOf(end, zone ?? undefined)];
  const moved = instances.filter((one) => one.start !== one.original || one.end !== after(one.original, from, until));
  const out = recurrence.flatMap((line) => (/^EXDATE/i.test(line) ? leftOut(line, zone) : []));
  const exceptions = new Map([...out.map((original) => [original, { original, start: null, end: null }] as const)]);
  const all = new Map<string, Exception>([
    ...exceptions,
    ...moved.map(({ original, start, end }) => [original, { original, start, end }] as const),
  ]);
  return {
    ...{ title: summary, start: from, end: until, time_zone: zone, location: location || null, notes: description || null },
    recurrence: recurrence.filter((line) => !/^EXDATE/i.test(line)).join("\n") || null,
    exceptions: [...all.values()].sort((a, b) => (a.original < b.original ? -1 : 1)),
  };
}

/** `EXDATE;TZID=America/New_York:20270322T090000,…` → when each would have begun. */
function leftOut(line: string, zone: string | null): readonly string[] {
  const [head = "", values = ""] = line.split(":");
  const own = /TZID=([^;:]+)/i.exec(head)?.[1];
  return values.split(",").map((value) => {
    const [, y, mo, d, time, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})(Z?))?$/.exec(value.trim()) ?? [];
    if (time === undefined || zone === null) return `${y}-${mo}-${d}`;
    const clock = `${y}-${mo}-${d}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
    if (!utc && (own === undefined || own === zone)) return clock;
    const at = utc ? Date.parse(`${clock}Z`) : instantAt({ dateTime: undefined, date: clock }, own ?? zone);
    return clockOf({ dateTime: new Date(at).toISOString(), timeZone: zone });
  });
}

/** As Google takes it: occurrences that are left out stand with the rule, those that were moved are events of their own. */
export function bodyOf({ title, start, end, time_zone, location, notes, recurrence, exceptions }: SyncedEvent, patch: boolean) {
  const when = (clock: string) => whenOf(clock, time_zone, patch);
  const out = exceptions.filter((one) => one.start === null).map(({ original }) => exdate(original, time_zone));
  const lines = recurrence === null ? [] : [...recurrence.split("\n"), ...out];
  return {
    ...{ summary: title, start: when(start), end: when(end) },
    ...((patch || location !== null) && { location: location ?? "" }),
    ...((patch || notes !== null) && { description: notes ?? "" }),
    ...((patch || lines.length > 0) && { recurrence: lines }),
  };
}

/** A changed event may have lasted whole days before, or have had a time: what it has no more must be said to be gone. */
export const whenOf = (clock: string, zone: string | null, patch: boolean) =>
  zone === null
    ? { date: clock, ...(patch && { dateTime: null, timeZone: null }) }
    : { dateTime: withOffset(clock, zone), timeZone: zone, ...(patch && { date: null }) };

const exdate = (original: string, zone: string | null): string => {
  const value = original.replace(/[-:]/g, "");
  return zone === null ? `EXDATE;VALUE=DATE:${value}` : `EXDATE;TZID=${zone}:${value}`;
};

/** Google's id of an occurrence. */
export const instanceId = (series: string, original: string, zone: string | null): string => `${series}_${basic(original, zone)}`;
