/** One occurrence of a series changed or taken out, and no other. */
import { refuse } from "@junction/kit";
import ICAL from "ical.js";
import {
  type CalendarObject,
  floats,
  keyOf,
  revise,
  shown,
  textOf,
  times,
  view,
  type Wishes,
  wholeOf,
  write,
  type Zone,
} from "./calendar-object.ts";

const { utcTimezone } = ICAL.Timezone;

/** Changes the whole event, or one occurrence of a series and no other. */
export function change(object: CalendarObject, occurrence: string | undefined, wishes: Wishes, zone: Zone) {
  const event = occurrence === undefined ? wholeOf(object) : occurrenceOf(object, occurrence, zone);
  if (!event) return refuse({ kind: "NotFound" });
  const [start, end] = [event.startDate, event.endDate];
  const moves = wishes.start !== undefined || wishes.end !== undefined;
  if (moves && event.isRecurring())
    refuse({ kind: "InvalidRequest", issues: ["the event repeats: give the event_id of one occurrence, as crm/list_events gives it"] });
  if (moves && start.isDate && (wishes.start === undefined || wishes.end === undefined))
    refuse({ kind: "InvalidRequest", issues: ["give start and end together: the event lasts whole days"] });
  const whole = { start: shown(start, zone), end: shown(end, zone), ...defined(wishes) };
  write(event, moves ? whole : { ...wishes, start: undefined, end: undefined }, floats(start) ? utcTimezone : start.zone);
  return { text: textOf(object), event: view(event, event.startDate, event.endDate, zone) };
}

/** Takes one occurrence out of its series. `gone`: there was none; `empty`: nothing is left. */
export function exclude(object: CalendarObject, occurrence: string, zone: Zone): "gone" | "empty" | { readonly text: string } {
  const own = changed(object, occurrence, zone);
  if (own) object.removeSubcomponent(own);
  const series = wholeOf(object);
  const time = series && timeOf(series, occurrence, zone);
  if (series && time) {
    const property = new ICAL.Property("exdate");
    if (!floats(time) && time.zone !== utcTimezone) property.setParameter("tzid", time.zone.tzid);
    property.setValue(time);
    series.component.addProperty(property);
    revise(series);
  }
  if (!own && !time) return "gone";
  return object.getFirstSubcomponent("vevent") ? { text: textOf(object) } : "empty";
}

/** The component of an occurrence that was changed before. */
const changed = (object: CalendarObject, occurrence: string, zone: Zone): ICAL.Component | undefined =>
  object
    .getAllSubcomponents("vevent")
    .find((one) => one.hasProperty("recurrence-id") && keyOf(new ICAL.Event(one).recurrenceId, zone) === occurrence);

/** The occurrence as an event of its own, made out of its series if it was never changed before. */
function occurrenceOf(object: CalendarObject, occurrence: string, zone: Zone): ICAL.Event | undefined {
  const own = changed(object, occurrence, zone);
  if (own) return new ICAL.Event(own);
  const series = wholeOf(object);
  const time = series && timeOf(series, occurrence, zone);
  if (!series || !time) return undefined;
  const { startDate, endDate } = series.getOccurrenceDetails(time);
  const component = new ICAL.Component(structuredClone(series.component.toJSON()));
  for (const rule of ["rrule", "rdate", "exrule", "exdate"]) component.removeAllProperties(rule);
  object.addSubcomponent(component);
  const event = new ICAL.Event(component);
  event.recurrenceId = time;
  event.endDate = endDate;
  event.startDate = startDate;
  return event;
}

function timeOf(series: ICAL.Event, occurrence: string, zone: Zone): ICAL.Time | undefined {
  for (const time of times(series)) {
    const key = keyOf(time, zone);
    if (key === occurrence) return time;
    if (key > occurrence) return undefined;
  }
  return undefined;
}

const defined = <T extends object>(wishes: T): T =>
  Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined)) as T;
