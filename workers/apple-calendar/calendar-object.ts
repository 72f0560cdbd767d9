/** One resource of a calendar: an iCalendar object with one event, or a series and its changed occurrences (RFC 5545, RFC 4791 §4.1). */
import { aheadAt, isZone, refuse } from "@junction/kit";
import ICAL from "ical.js";
import { utc } from "./dav.ts";
import { instantOf, offset, vtimezone } from "./zones.ts";

export type CalendarObject = ICAL.Component;
/** The calendar's time zone: what floating times and whole days are taken in. */
export type Zone = string | undefined;

/** Reads an iCalendar text; throws if it holds no event. */
export function calendarText(text: string): CalendarObject {
  const object = new ICAL.Component(ICAL.parse(text));
  if (object.name !== "vcalendar" || !object.getFirstSubcomponent("vevent")) throw new Error("no event");
  return object;
}

const { utcTimezone, localTimezone } = ICAL.Timezone;
export const floats = (time: ICAL.Time): boolean => time.isDate || time.zone === localTimezone;

/** The instant of a time; a whole day begins at midnight in the calendar's zone. */
export function millis(time: ICAL.Time, zone: Zone): number {
  const local = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second);
  return floats(time) ? instantOf(local, zone ?? "UTC") : local - time.utcOffset() * 1000;
}

/** A time as a caller reads it: with the offset of its own zone, or of the calendar's; a whole day as a date. */
export function shown(time: ICAL.Time, zone: Zone): string {
  if (time.isDate) return time.toString();
  const at = millis(time, zone);
  const own = floats(time) || time.zone === utcTimezone ? undefined : time.utcOffset() * 1000;
  if (own === undefined && zone === undefined) return `${new Date(at).toISOString().slice(0, 19)}Z`;
  const ahead = own ?? aheadAt(at, zone ?? "UTC");
  return new Date(at + ahead).toISOString().slice(0, 19) + offset(ahead, ":");
}

export function view(event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, zone: Zone) {
  const url = event.component.getFirstPropertyValue("url");
  return {
    title: event.summary || "(no title)",
    start: shown(start, zone),
    end: shown(end, zone),
    location: event.location || undefined,
    url: typeof url === "string" && URL.canParse(url) ? url : undefined,
  };
}

/** Which occurrence of a series a time names: `20261120T140000Z`, or `20261120` where it lasts whole days. */
export const keyOf = (time: ICAL.Time, zone: Zone): string => (time.isDate ? time.toString().replaceAll("-", "") : utc(millis(time, zone)));

export interface Wishes {
  readonly title?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly location?: string | undefined;
  readonly notes?: string | undefined;
}

/** The iCalendar text of a new event. */
export function newEvent(wishes: Wishes & { readonly uid: string; readonly time_zone?: string | undefined; start: string }): string {
  const object = new ICAL.Component("vcalendar");
  object.addPropertyWithValue("version", "2.0");
  object.addPropertyWithValue("prodid", "-//Junction//Calendar//EN");
  const component = new ICAL.Component("vevent");
  const zone = wishes.time_zone;
  if (zone !== undefined && !isZone(zone))
    refuse({ kind: "InvalidRequest", issues: ["time_zone must be an IANA time zone, such as America/New_York"] });
  if (zone !== undefined && zone !== "UTC")
    object.addSubcomponent(new ICAL.Component(ICAL.parse(vtimezone(zone, Date.parse(wishes.start)))));
  object.addSubcomponent(component);
  component.addPropertyWithValue("uid", wishes.uid);
  const known = zone === undefined ? null : object.getTimeZoneByID(zone);
  write(new ICAL.Event(component), wishes, known ?? utcTimezone);
  return textOf(object);
}

/** The event that is no changed occurrence. */
export function wholeOf(object: CalendarObject): ICAL.Event | undefined {
  const component = object.getAllSubcomponents("vevent").find((one) => !one.hasProperty("recurrence-id"));
  return component && new ICAL.Event(component);
}

/** A daily event of fifty years; a rule that goes on beyond that is not for a request to follow. */
const MOST_TIMES = 20_000;

/** When a series begins each time, without what was taken out of it; an event that does not repeat begins once. */
export function* times(event: ICAL.Event): Generator<ICAL.Time> {
  if (!event.isRecurring()) return yield event.startDate;
  const expansion = event.iterator();
  for (let count = 0; count < MOST_TIMES; count++) {
    const time: ICAL.Time | null | undefined = expansion.next();
    if (!time) return;
    yield time;
  }
  throw new Error("a rule of repetition without end");
}

export function write(event: ICAL.Event, wishes: Wishes, zone: ICAL.Timezone): void {
  const { title, start, end, location, notes } = wishes;
  if (start !== undefined && end !== undefined) {
    if (Date.parse(end) <= Date.parse(start)) refuse({ kind: "InvalidRequest", issues: ["end must be after start"] });
    const time = (text: string) => ICAL.Time.fromJSDate(new Date(text), true).convertToZone(zone);
    event.endDate = time(end);
    event.startDate = time(start);
  }
  if (title !== undefined) event.summary = plain(title);
  if (location !== undefined) event.location = plain(location);
  if (notes !== undefined) event.description = plain(notes);
  revise(event);
}

/** A new revision: what other devices tell a change by. */
export function revise({ component }: ICAL.Event): void {
  const now = ICAL.Time.fromJSDate(new Date(), true);
  const sequence = component.getFirstPropertyValue("sequence");
  component.updatePropertyWithValue("sequence", component.hasProperty("dtstamp") ? Number(sequence ?? 0) + 1 : 0);
  component.updatePropertyWithValue("dtstamp", now);
  component.updatePropertyWithValue("last-modified", now);
}

/** Line breaks as iCalendar has them, and none of the characters it has no place for: a bare carriage return would begin a new line. */
export const plain = (text: string): string => text.replace(/\r\n?/g, "\n").replace(/(?![\n\t])\p{Cc}/gu, "");
export const textOf = (object: CalendarObject): string => `${object.toString()}\r\n`;
