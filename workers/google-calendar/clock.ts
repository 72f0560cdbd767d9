/** Google's times and the clocks' own: an event is told by the time its zone's clocks show, so that it stays there when they change. */
import { aheadAt, clockAt, instantOf as instantIn } from "@junction/kit";
import * as z from "zod/mini";

export const When = z.object({ dateTime: z.optional(z.string()), date: z.optional(z.string()), timeZone: z.optional(z.string()) });
export type When = z.output<typeof When>;

/** The instant at which the zone's clocks show this time. */
const instantOf = (clock: string, zone: string): number =>
  instantIn(Date.parse(`${clock.length === 10 ? `${clock}T00:00:00` : clock}Z`), zone);

/** The time on the clocks of the zone it was given in, whatever offset it came with; of a whole day its date. */
export const clockOf = ({ dateTime = "", date, timeZone }: When, zone = timeZone): string =>
  date ?? (/(Z|[+-]\d\d:\d\d)$/i.test(dateTime) ? clockAt(Date.parse(dateTime), zone ?? "UTC") : dateTime.slice(0, 19));

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
