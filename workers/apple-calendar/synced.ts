/** A job's event within a calendar object, as the calendar's sync compares it (RFC 5545). */
import { aheadAt, isZone } from "@junction/kit";
import type { SyncedEvent } from "@junction/tools";
import ICAL from "ical.js";
import { type CalendarObject, floats, millis, wholeOf, type Zone } from "./calendar-object.ts";

const { utcTimezone } = ICAL.Timezone;
type Exception = SyncedEvent["exceptions"][number];

/** The zone whose clocks a time is on; null: it lasts whole days. Apple writes some zones with a path before their name. */
function zoneOf(time: ICAL.Time, calendar: Zone): string | null {
  if (time.isDate) return null;
  if (time.zone === utcTimezone) return "UTC";
  if (floats(time)) return calendar ?? "UTC";
  const names = [time.zone.tzid, /[A-Za-z_]+\/[A-Za-z_+-]+(\/[A-Za-z_]+)?$/.exec(time.zone.tzid)?.[0] ?? ""];
  return names.find((name) => name !== "" && isZone(name)) ?? "UTC";
}

/** The time on the clocks of this zone. */
function clockOf(time: ICAL.Time, zone: string | null, calendar: Zone): string {
  if (time.isDate) return time.toString();
  const at = millis(time, calendar);
  const clock = new Date(at + (zone === null ? 0 : aheadAt(at, zone))).toISOString();
  return clock.slice(0, zone === null ? 10 : 19);
}

export const lengthOf = ({ start, end }: Pick<SyncedEvent, "start" | "end">): number => utc(end) - utc(start);
export const utc = (clock: string): number => Date.parse(clock.length === 10 ? `${clock}T00:00:00Z` : `${clock}Z`);
export const after = (clock: string, ms: number): string => new Date(utc(clock) + ms).toISOString().slice(0, clock.length);

/** The object's event; null where it holds nothing but single occurrences of somebody else's series. */
export function eventIn(object: CalendarObject, calendar: Zone): SyncedEvent | null {
  const event = wholeOf(object);
  if (!event) return null;
  const { component } = event;
  const zone = zoneOf(event.startDate, calendar);
  const [start, end] = [clockOf(event.startDate, zone, calendar), clockOf(event.endDate, zone, calendar)];
  const lines = ["rrule", "rdate", "exrule"].flatMap((name) => component.getAllProperties(name).map((property) => property.toICALString()));
  const text = (name: string, most: number): string | null => String(component.getFirstPropertyValue(name) ?? "").slice(0, most) || null;
  return {
    ...{ title: text("summary", 1000) ?? "(no title)", start, end, time_zone: zone },
    ...{ location: text("location", 1000), notes: text("description", 8192) },
    recurrence: lines.join("\n").slice(0, 2000) || null,
    exceptions: lines.length === 0 ? [] : exceptionsIn(object, event, { start, end }, zone, calendar),
  };
}

function exceptionsIn(
  object: CalendarObject,
  series: ICAL.Event,
  span: Pick<SyncedEvent, "start" | "end">,
  zone: string | null,
  calendar: Zone,
) {
  const found = new Map<string, Exception>();
  for (const property of series.component.getAllProperties("exdate"))
    for (const time of property.getValues() as ICAL.Time[]) {
      const original = clockOf(time, zone, calendar);
      found.set(original, { original, start: null, end: null });
    }
  for (const { event, original } of changedIn(object, zone, calendar)) {
    const out = event.component.getFirstPropertyValue("status") === "CANCELLED";
    const [start, end] = [clockOf(event.startDate, zone, calendar), clockOf(event.endDate, zone, calendar)];
    if (out) found.set(original, { original, start: null, end: null });
    // What was changed of an occurrence besides its time stays with the calendar.
    else if (start !== original || end !== after(original, lengthOf(span))) found.set(original, { original, start, end });
  }
  return [...found.values()].sort((a, b) => (a.original < b.original ? -1 : 1)).slice(0, 400);
}

/** The occurrences that have a component of their own. */
export const changedIn = (object: CalendarObject, zone: string | null, calendar: Zone) =>
  object
    .getAllSubcomponents("vevent")
    .filter((one) => one.hasProperty("recurrence-id"))
    .map((component) => new ICAL.Event(component))
    .map((event) => ({ event, original: clockOf(event.recurrenceId, zone, calendar) }));
