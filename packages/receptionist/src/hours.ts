/** Whether the contractor is open: by the clock on their wall, whatever daylight saving did to it. */
import { type CallRouting, WEEKDAYS } from "@junction/core";

const formats = new Map<string, Intl.DateTimeFormat>();
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" } as const;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, calendar: "iso8601", hourCycle: "h23", ...parts });
  formats.set(timeZone, made);
  return made;
}

/** What calendar and clock show there: `2026-11-01` and `08:30`. */
export function wallClock(instant: number, timeZone: string): { readonly date: string; readonly time: string } {
  const part: Record<string, string> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(instant)) part[type] = value;
  const { year = "", month = "", day = "", hour = "", minute = "" } = part;
  return { date: `${year.padStart(4, "0")}-${month}-${day}`, time: `${hour}:${minute}` };
}

/** No hours at all: always, but for the days on which it is closed. */
export function isOpen({ time_zone, hours, closed_on }: Pick<CallRouting, "time_zone" | "hours" | "closed_on">, now: number): boolean {
  const { date, time } = wallClock(now, time_zone);
  if (closed_on.includes(date)) return false;
  if (hours.length === 0) return true;
  const weekday = WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  return hours.some(({ days, from, until }) => days.some((day) => day === weekday) && from <= time && time < until);
}
