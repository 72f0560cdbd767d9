/** A job's event written into a calendar object: over what is there, and beside what else it holds. */
import type { SyncedEvent } from "@junction/tools";
import ICAL from "ical.js";
import { type CalendarObject, plain, revise, textOf, wholeOf, type Zone } from "./calendar-object.ts";
import { after, changedIn, eventIn, lengthOf, utc } from "./synced.ts";
import { vtimezone } from "./zones.ts";

/** The text of an object with nothing but this event. */
export function newObject(uid: string, event: SyncedEvent): string {
  const object = new ICAL.Component("vcalendar");
  object.addPropertyWithValue("version", "2.0");
  object.addPropertyWithValue("prodid", "-//Junction//Calendar//EN");
  const component = new ICAL.Component("vevent");
  object.addSubcomponent(component);
  component.addPropertyWithValue("uid", uid);
  return written(object, component, event, undefined);
}

/** The text of an object with its event made this one; what else it holds stays. */
export function rewritten(object: CalendarObject, event: SyncedEvent, calendar: Zone): string | null {
  const whole = wholeOf(object);
  return whole ? written(object, whole.component, event, calendar) : null;
}

function written(object: CalendarObject, component: ICAL.Component, event: SyncedEvent, calendar: Zone): string {
  const { start, end, time_zone: zone, recurrence } = event;
  const before = component.hasProperty("dtstart") ? eventIn(object, calendar) : null;
  if (zone !== null && zone !== "UTC" && !object.getTimeZoneByID(zone))
    object.addSubcomponent(new ICAL.Component(ICAL.parse(vtimezone(zone, utc(start), recurrence === null ? 1 : AHEAD_YEARS))));
  for (const [name, value] of Object.entries({ summary: event.title, location: event.location, description: event.notes }))
    if (value === null) component.removeAllProperties(name);
    else component.updatePropertyWithValue(name, plain(value));
  setTime(component, "dtstart", start, zone);
  component.removeAllProperties("duration");
  setTime(component, "dtend", end, zone);
  for (const name of ["rrule", "rdate", "exrule", "exdate"]) component.removeAllProperties(name);
  for (const line of recurrence?.split("\n") ?? []) component.addProperty(ICAL.Property.fromString(line));
  // Occurrences of the rule that was are none of the new one's.
  const ruled = before !== null && before.start === start && before.time_zone === zone && before.recurrence === recurrence;
  moveOccurrences(object, component, event, ruled, calendar);
  revise(new ICAL.Event(component));
  return textOf(object);
}

/** How far ahead the changes of the clocks are written out for what repeats. Apple's own programs go by the zone's name. */
const AHEAD_YEARS = 12;

function moveOccurrences(object: CalendarObject, series: ICAL.Component, event: SyncedEvent, ruled: boolean, calendar: Zone): void {
  const { time_zone: zone, exceptions } = event;
  const wanted = new Map(exceptions.map((one) => [one.original, one]));
  for (const { original, start } of exceptions) if (start === null) addTime(series, "exdate", original, zone);
  for (const { event: own, original } of changedIn(object, zone, calendar)) {
    const { start, end } = wanted.get(original) ?? { start: original, end: after(original, lengthOf(event)) };
    if ((!ruled && !wanted.has(original)) || start === null || end === null) object.removeSubcomponent(own.component);
    else {
      setTime(own.component, "dtstart", start, zone);
      own.component.removeAllProperties("duration");
      setTime(own.component, "dtend", end, zone);
    }
    wanted.delete(original);
  }
  for (const { original, start, end } of wanted.values()) {
    if (start === null || end === null) continue;
    const component = new ICAL.Component(structuredClone(series.toJSON()));
    for (const name of ["rrule", "rdate", "exrule", "exdate"]) component.removeAllProperties(name);
    object.addSubcomponent(component);
    setTime(component, "recurrence-id", original, zone);
    setTime(component, "dtstart", start, zone);
    setTime(component, "dtend", end, zone);
    revise(new ICAL.Event(component));
  }
}

function setTime(component: ICAL.Component, name: string, clock: string, zone: string | null): void {
  component.removeAllProperties(name);
  addTime(component, name, clock, zone);
}
function addTime(component: ICAL.Component, name: string, clock: string, zone: string | null): void {
  const property = new ICAL.Property(name);
  if (zone !== null && zone !== "UTC") property.setParameter("tzid", zone);
  property.setValue(zone === null ? ICAL.Time.fromDateString(clock) : ICAL.Time.fromDateTimeString(zone === "UTC" ? `${clock}Z` : clock));
  component.addProperty(property);
}
