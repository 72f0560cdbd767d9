/** Whether the contractor is open: by the clock on their wall, whatever daylight saving did to it. */
import { type CallRouting, clockAt, WEEKDAYS } from "@junction/core";

/** What calendar and clock show there: `2026-11-01` and `08:30`. */
export function wallClock(instant: number, timeZone: string): { readonly date: string; readonly time: string } {
  const clock = clockAt(instant, timeZone);
  return { date: clock.slice(0, 10), time: clock.slice(11, 16) };
}

/** No hours at all: always, but for the days on which it is closed. */
export function isOpen({ time_zone, hours, closed_on }: Pick<CallRouting, "time_zone" | "hours" | "closed_on">, now: number): boolean {
  const { date, time } = wallClock(now, time_zone);
  if (closed_on.includes(date)) return false;
  if (hours.length === 0) return true;
  const weekday = WEEKDAYS[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
  return hours.some(({ days, from, until }) => days.some((day) => day === weekday) && from <= time && time < until);
}
