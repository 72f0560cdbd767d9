/** When the calendar's events take time, for some weeks ahead. Of what is not a job nothing else is kept. */
import { type BusyTime, type CalendarSync, changeCalendarSync, replaceBusy } from "@junction/db";
import type { Settling } from "./settle.ts";

const DAY = 86_400_000;
/** As far ahead as jobs are offered. */
const AHEAD = 120 * DAY;
/** Read anew at least this often, since what is ahead moves on. */
const EVERY = 12 * 3_600_000;
const MOST_PAGES = 20;

export const isStale = ({ busyAt }: Pick<CalendarSync, "busyAt">, now: number): boolean => now - busyAt > EVERY;

export async function readBusy({ db, calls, place }: Settling, sync: CalendarSync, now: number): Promise<void> {
  const span = { from: new Date(now - DAY).toISOString(), until: new Date(now + AHEAD).toISOString() };
  const times: BusyTime[] = [];
  let page: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const found = await calls.make("crm/list_busy_times", { calendar: place.id, ...span, ...(page !== undefined && { page }) });
    if (typeof found === "string") throw new Error(`listing busy times gave ${found}`);
    times.push(
      ...found.times.map(({ event_id, start, end }) => ({ event: event_id, startsAt: Date.parse(start), endsAt: Date.parse(end) })),
    );
    if (found.next_page === undefined || found.next_page === page) break;
    page = found.next_page;
  }
  await replaceBusy(db, place, times);
  await changeCalendarSync(db, sync, { busyAt: now });
}
