/** When a schedule is due. A day or longer is counted in the days of a time zone, so that 09:00 stays 09:00 when the clocks change. */
import { aheadAt, instantOf, isZone } from "@junction/core";
import { spanMs, type Trigger } from "./definition.ts";

type Schedule = Extract<Trigger, { readonly on: "schedule" }>;

const DAY_MS = 86_400_000;
/** The shortest time between two runs. */
export const LEAST_MS = 5 * 60_000;

/** What is wrong with a schedule, with the field; null if nothing is. */
export function scheduleIssue({ every, at, time_zone }: Schedule): { readonly at: string; readonly message: string } | null {
  const span = spanMs(every);
  if (span < LEAST_MS) return { at: "trigger.every", message: "must be at least 5 minutes, PT5M" };
  if (span > DAY_MS && span % DAY_MS !== 0) return { at: "trigger.every", message: "of more than a day must be whole days, such as P7D" };
  if (at !== undefined && span < DAY_MS)
    return { at: "trigger.at", message: "goes with whole days only: leave it out, or have it run every day, P1D" };
  return isZone(time_zone) ? null : { at: "trigger.time_zone", message: "is no time zone; give one such as America/New_York" };
}

/** The first time after `now` at which it is due; `last` is when it was due before. Times missed meanwhile are not made up for. */
export function nextTime({ every, at = "09:00", time_zone }: Schedule, now: number, last: number | null = null): number {
  const span = Math.max(spanMs(every), LEAST_MS);
  if (span < DAY_MS) {
    const from = last ?? now;
    return from + span * Math.max(1, Math.floor((now - from) / span) + 1);
  }
  const [hours = 0, minutes = 0] = at.split(":").map(Number);
  const time = (hours * 60 + minutes) * 60_000;
  const dayOf = (instant: number) => Math.floor((instant + aheadAt(instant, time_zone)) / DAY_MS);
  const due = (day: number) => instantOf(day * DAY_MS + time, time_zone);
  const days = Math.floor(span / DAY_MS);
  let day = last === null ? dayOf(now) : dayOf(last) + days;
  if (due(day) <= now) day += days * Math.max(0, Math.floor((dayOf(now) - day) / days));
  while (due(day) <= now) day += last === null ? 1 : days;
  return due(day);
}
