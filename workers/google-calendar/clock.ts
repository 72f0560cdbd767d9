/** Google's times and the clocks' own: an event is told by the time its zone's clocks show, so that it stays there when they change. */
import * as z from "zod";

export const When = z.object({ dateTime: z.string().optional(), date: z.string().optional(), timeZone: z.string().optional() });
export type When = z.output<typeof When>;

const formats = new Map<string, Intl.DateTimeFormat>();
function format(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  const made = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...parts });
  formats.set(timeZone, made);
  return made;
}

/** Whether the runtime knows the zone. */
export function isZone(zone: string): boolean {
  try {
    return format(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function aheadAt(instant: number, zone: string): number {
  const parts = format(zone).formatToParts(instant);
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)?.value ?? 0);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(instant / 1000) * 1000;
}

/** What the zone's clocks show: `2027-03-14T09:00:00`. */
const shown = (instant: number, zone: string): string => new Date(instant + aheadAt(instant, zone)).toISOString().slice(0, 19);

const DAY = 86_400_000;

/** The instant at which the zone's clocks show this time: the first of two in autumn; so much after the change, where they skip it. */
export function instantOf(clock: string, zone: string): number {
  const local = Date.parse(`${clock.length === 10 ? `${clock}T00:00:00` : clock}Z`);
  const readings = [local - aheadAt(local - DAY, zone), local - aheadAt(local + DAY, zone)];
  const shows = readings.filter((at) => at + aheadAt(at, zone) === local);
  return shows.length > 0 ? Math.min(...shows) : Math.max(...readings);
}

/** The time on the clocks of the zone it was given in, whatever offset it came with; of a whole day its date. */
export const clockOf = ({ dateTime = "", date, timeZone }: When, zone = timeZone): string =>
  date ?? (/(Z|[+-]\d\d:\d\d)$/i.test(dateTime) ? shown(Date.parse(dateTime), zone ?? "UTC") : dateTime.slice(0, 19));

export const instantAt = ({ dateTime, date }: When, zone: string): number =>
  dateTime === undefined ? instantOf(date ?? "", zone) : Date.parse(dateTime);

/** `20270314T130000Z`; of a whole day `20270314`. */
export const basic = (clock: string, zone: string | null): string =>
  zone === null ? clock.replaceAll("-", "") : new Date(instantOf(clock, zone)).toISOString().replace(/[-:]|\.\d+/g, "");

/** With the offset that its zone's clocks have then: Google asks for one, and goes by the zone that is named beside it. */
export function withOffset(clock: string, zone: string): string {
  const minutes = Math.round(aheadAt(instantOf(clock, zone), zone) / 60_000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${clock}${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** So much later on the clocks: `until` − `from` after `at`. */
export function after(at: string, from: string, until: string): string {
  const utc = (clock: string) => Date.parse(clock.length === 10 ? `${clock}T00:00:00Z` : `${clock}Z`);
  return new Date(utc(at) + utc(until) - utc(from)).toISOString().slice(0, at.length);
}
