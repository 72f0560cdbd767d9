/** Calendar objects as the server looks into them: to refuse what is none, and to find those within a time range. */
import ICAL from "ical.js";

/** Reads a text; throws if it is no iCalendar object. */
export const objectOf = (text: string): ICAL.Component => new ICAL.Component(ICAL.parse(text));

/** What is wrong with an object for a calendar of events (RFC 4791 §4.1), or its UID. */
export function uidOf(text: string): { readonly uid: string } | { readonly wrong: string } {
  let object: ICAL.Component;
  try {
    object = objectOf(text);
  } catch (error) {
    return { wrong: String(error) };
  }
  const events = object.getAllSubcomponents("vevent");
  if (object.name !== "vcalendar" || events.length === 0) return { wrong: "it holds no event" };
  if (!object.hasProperty("version") || !object.hasProperty("prodid")) return { wrong: "VERSION and PRODID are required" };
  if (object.hasProperty("method")) return { wrong: "METHOD must not be there" };
  const uids = new Set(events.map((event) => String(event.getFirstPropertyValue("uid") ?? "")));
  const [uid = ""] = uids;
  if (uids.size !== 1 || uid === "") return { wrong: "all its events must have one UID" };
  for (const event of events) {
    if (!event.hasProperty("dtstamp") || !event.hasProperty("dtstart")) return { wrong: "DTSTAMP and DTSTART are required" };
    for (const property of event.getAllProperties()) {
      const zone = property.getFirstParameter("tzid");
      if (zone && !object.getTimeZoneByID(zone)) return { wrong: `TZID ${zone} has no VTIMEZONE` };
    }
  }
  return { uid };
}

export const summaryOf = (object: ICAL.Component, property: string): string | undefined => {
  const value = object.getFirstSubcomponent("vevent")?.getFirstPropertyValue(property);
  return typeof value === "string" ? value : undefined;
};

const MOST = 2000;
/** When an object's events happen, from the first on. */
export function occurrences(object: ICAL.Component): readonly { readonly start: string; readonly end: string }[] {
  const iso = (time: ICAL.Time): string => new Date(time.convertToZone(ICAL.Timezone.utcTimezone).toUnixTime() * 1000).toISOString();
  const span = (start: ICAL.Time, end: ICAL.Time) => ({ start: iso(start), end: iso(end) });
  const events = object.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  return events.flatMap((event) => {
    if (event.isRecurrenceException() || !event.isRecurring()) return [span(event.startDate, event.endDate)];
    const expansion = event.iterator();
    const spans = [];
    for (let time = expansion.next(); time && spans.length < MOST; time = expansion.next()) {
      const { startDate, endDate } = event.getOccurrenceDetails(time);
      spans.push(span(startDate, endDate));
    }
    return spans;
  });
}
