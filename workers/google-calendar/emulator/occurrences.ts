/** Events that repeat: what Google makes of their rule, and the occurrences that were changed, which are events of their own. */
import type { State } from "@junction/sandbox";
import ICAL from "ical.js";
import type { Calendar, Event } from "./state.ts";
import { millis, shownWhen, type When } from "./times.ts";

/** Enough for any test; Google itself stops at 730. */
const MOST = 730;

const linesOf = ({ recurrence }: Event): readonly string[] => (Array.isArray(recurrence) ? recurrence.map(String) : []);
export const repeats = (event: Event): boolean => linesOf(event).length > 0;

/** What is wrong with the lines of a recurrence; null if nothing is. */
export function wrongRecurrence(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return "Invalid value for: recurrence";
  for (const line of value) {
    const [, name, rule] = /^(RRULE|EXRULE|RDATE|EXDATE)[^:]*:(.+)$/.exec(String(line)) ?? [];
    if (name === undefined || rule === undefined) return "Invalid recurrence rule.";
    if (name !== "RRULE") continue;
    try {
      if (!ICAL.Recur.fromString(rule).freq) return "Invalid recurrence rule.";
    } catch {
      return "Invalid recurrence rule."; // whatever the reader could not take
    }
  }
  return null;
}

/** The time on the zone's clocks, as iCalendar writes it. */
function clock(when: When, zone: string): { readonly time: ICAL.Time; readonly zone: string | null } {
  if (when.date !== undefined) return { time: ICAL.Time.fromDateString(when.date), zone: null };
  const own = when.timeZone ?? zone;
  const local = shownWhen({ ...when }, own, "start").dateTime?.slice(0, 19) ?? "";
  return { time: ICAL.Time.fromDateTimeString(local), zone: own };
}

export interface Occurrence {
  readonly id: string;
  readonly original: When;
  readonly start: When;
  readonly end: When;
}

/** A series' occurrences as its rule has them, up to `until`; without those that its EXDATEs leave out. */
export function occurrences(event: Event, zone: string, until: number): readonly Occurrence[] {
  const begin = clock(event.start, zone);
  const length = millis(event.end, zone, "end") - millis(event.start, zone, "start");
  const days = Math.round(length / 86_400_000);
  const whenOf = (time: ICAL.Time): When =>
    begin.zone === null ? { date: time.toString() } : { dateTime: time.toString(), timeZone: begin.zone };
  const out = new Set(linesOf(event).flatMap((line) => (/^EXDATE/.test(line) ? valuesOf(line, begin.zone ?? zone) : [])));
  const rules = linesOf(event).filter((line) => line.startsWith("RRULE:"));
  const found = new Map<number, Occurrence>();
  const add = (time: ICAL.Time): boolean => {
    const original = whenOf(time);
    const at = millis(original, zone, "start");
    if (at >= until || found.size >= MOST) return false;
    if (out.has(at)) return true;
    const id = `${event.id}_${begin.zone === null ? time.toString().replaceAll("-", "") : stamp(at)}`;
    const end = begin.zone === null ? { date: later(time, days) } : { dateTime: new Date(at + length).toISOString(), timeZone: begin.zone };
    const shown = (when: When, edge: "start" | "end") => shownWhen(when, zone, edge);
    found.set(at, { id, original: shown(original, "start"), start: shown(original, "start"), end: shown(end, "end") });
    return true;
  };
  for (const rule of rules) {
    const expansion = ICAL.Recur.fromString(rule.slice("RRULE:".length)).iterator(begin.time);
    for (let time = expansion.next(); time && add(time.clone()); time = expansion.next()) {
      if (found.size >= MOST) break;
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([, one]) => one);
}

const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
function later(time: ICAL.Time, days: number): string {
  const moved = time.clone();
  moved.adjust(days, 0, 0, 0);
  return moved.toString();
}

/** The instants of an EXDATE line. */
function valuesOf(line: string, zone: string): readonly number[] {
  const [head = "", values = ""] = line.split(":");
  const own = /TZID=([^;:]+)/.exec(head)?.[1] ?? zone;
  return values.split(",").map((value) => {
    const [, y, mo, d, time, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d{6})(Z?))?$/.exec(value) ?? [];
    if (time === undefined) return millis({ date: `${y}-${mo}-${d}` }, own, "start");
    const local = `${y}-${mo}-${d}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`;
    return utc ? Date.parse(`${local}Z`) : millis({ dateTime: local, timeZone: own }, own, "start");
  });
}

/** The occurrence with this id, as an event of its own that nobody has changed yet. */
export function instanceOf(series: Event, { timeZone }: Calendar, id: string): Event | undefined {
  const found = occurrences(series, timeZone, Number.POSITIVE_INFINITY).find((one) => one.id === id);
  return found && asEvent(series, found);
}

function asEvent(series: Event, { id, original, start, end }: Occurrence): Event {
  const { recurrence: _, ...rest } = series;
  return { ...rest, id, start, end, recurringEventId: series.id, originalStartTime: original } as Event;
}

/** Masters taken apart: each occurrence once, as it was changed or as the rule has it; cancelled ones stay out. */
export function takenApart(events: readonly Event[], { timeZone }: Calendar, until: number): readonly Event[] {
  const own = new Map(events.filter(({ recurringEventId }) => recurringEventId !== undefined).map((one) => [one.id, one]));
  return events.flatMap((event) => {
    if (event.recurringEventId !== undefined) return [event];
    if (!repeats(event) || event.status === "cancelled") return [event];
    return occurrences(event, timeZone, until)
      .filter(({ id }) => !own.has(id))
      .map((one) => asEvent(event, one));
  });
}

/** Drops the changed occurrences that a series' rule has no more. */
export function dropStrays(collection: ReturnType<State["collection"]>, series: Event, { timeZone }: Calendar): void {
  const left = new Set(repeats(series) ? occurrences(series, timeZone, Number.POSITIVE_INFINITY).map(({ id }) => id) : []);
  for (const one of collection.list() as readonly Event[])
    if (one.recurringEventId === series.id && !left.has(one.id)) collection.delete(one.id);
}
