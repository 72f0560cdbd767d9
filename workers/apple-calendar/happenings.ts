/** What happens on a calendar between two times: series taken apart, in the order of their start. */
import ICAL from "ical.js";
import { type CalendarObject, calendarText, keyOf, millis, times, view, type Zone } from "./calendar-object.ts";
import { resources } from "./dav.ts";

export interface Happening {
  readonly from: number;
  readonly until: number;
  /** It takes none of the owner's time. */
  readonly free: boolean;
  readonly event: ReturnType<typeof view> & { readonly event_id: string };
}

/** Reads a REPORT's answer; throws if any of it cannot be read: an event that is passed over would leave its time free. */
export function happenings(text: string, from: number, until: number, zone: Zone): readonly Happening[] {
  return resources(text)
    .flatMap(({ href, props }) => {
      const data = props.get("calendar-data")?.text;
      const name = decodeURIComponent(href.split("/").at(-1) ?? "");
      return data === undefined ? [] : within(calendarText(data), name, from, until, zone);
    })
    .sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

function within(object: CalendarObject, name: string, from: number, until: number, zone: Zone): readonly Happening[] {
  const found: Happening[] = [];
  const add = (event: ICAL.Event, start: ICAL.Time, end: ICAL.Time, key: string | null): void => {
    const status = event.component.getFirstPropertyValue("status");
    const [begins, ends] = [millis(start, zone), millis(end, zone)];
    if (status === "CANCELLED" || begins >= until || (ends <= from && begins < from)) return;
    const free = event.component.getFirstPropertyValue("transp") === "TRANSPARENT";
    const event_id = key === null ? name : `${name}#${key}`;
    found.push({ from: begins, until: ends, free, event: { event_id, ...view(event, start, end, zone) } });
  };
  const events = object.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
  for (const event of events) {
    if (event.isRecurrenceException()) {
      add(event, event.startDate, event.endDate, keyOf(event.recurrenceId, zone));
      continue;
    }
    for (const time of times(event)) {
      if (millis(time, zone) >= until) break;
      const { item, startDate, endDate } = event.getOccurrenceDetails(time);
      // A changed occurrence is listed for itself, above: it may have been moved into or out of these times.
      if (item.isRecurrenceException() && keyOf(item.recurrenceId, zone) === keyOf(time, zone)) continue;
      add(item, startDate, endDate, event.isRecurring() ? keyOf(time, zone) : null);
    }
  }
  return found;
}

const sortKey = ({ from, event }: Happening): string => `${new Date(from).toISOString()} ${event.event_id}`;

/** The page after the one that ended in `page`. The page's name is where it ended, so what is added meanwhile shifts nothing. */
export function pageOf(all: readonly Happening[], limit: number, page: string | undefined) {
  const rest = page === undefined ? all : all.filter((one) => sortKey(one) > page);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { events: items.map(({ event }) => event), next_page: last && rest.length > limit ? sortKey(last) : undefined };
}

/** Busy spans within the bounds, those that touch or overlap made one. */
export function busySpans(all: readonly Happening[], from: number, until: number) {
  const joined: { from: number; until: number }[] = [];
  for (const one of all) {
    const [begins, ends] = [Math.max(one.from, from), Math.min(one.until, until)];
    if (one.free || begins >= ends) continue;
    const last = joined.at(-1);
    if (last && begins <= last.until) last.until = Math.max(last.until, ends);
    else joined.push({ from: begins, until: ends });
  }
  const iso = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
  return joined.map((span) => ({ start: iso(span.from), end: iso(span.until) }));
}
