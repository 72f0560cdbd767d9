/** A round of a calendar's sync: what people decided, what changed there, what changed here, busy times, the channel. What a crash cut short is done again. */
import { type CalendarSync, changeCalendarSync, getCalendarSync } from "@junction/db";
import type { Mesh } from "@junction/dispatch";
import { isStale, readBusy } from "./busy.ts";
import { callsOf } from "./calls.ts";
import { calendarIn, isOf } from "./key.ts";
import { lookForUnmet, pullPage } from "./pull.ts";
import { applyDecisions, pushSome } from "./push.ts";
import type { Settling } from "./settle.ts";
import { closeChannel, type HookAddress, isDue, isOpen, openChannel } from "./watch.ts";

export interface CalendarReach {
  readonly mesh: Mesh;
  readonly db: D1Database;
  /** Where a vendor delivers a contractor's events to; its secret is made if there is none. Null: the vendor tells of nothing. */
  hook(contractor: string, vendor: string): Promise<HookAddress | null>;
  /** Has the contractor's other calendars look at their jobs. */
  others(contractor: string, vendor: string): Promise<void>;
}

/** Calls in one go: a Worker's invocation may make so many requests and no more. */
const MOST_CALLS = 12;
const MINUTE = 60_000;
const ELSEWHERE = 360 * MINUTE;
/** How soon the next look is, with a channel that tells of changes, and without. */
const EVERY = { told: 30 * MINUTE, untold: 10 * MINUTE };

/** When to come back; null: never, until somebody asks. */
export type After = { readonly at: number } | null;

export async function round(reach: CalendarReach, contractor: string, vendor: string): Promise<After> {
  const { db } = reach;
  const begun = await getCalendarSync(db, contractor, vendor);
  if (!begun) return null;
  const calls = callsOf(reach.mesh, begun, MOST_CALLS);
  if (begun.state === "off") {
    if (begun.channel !== null) await closeChannel(db, calls, begun);
    return null;
  }
  if (await isAnothers(reach.mesh, begun)) {
    // Its events are not ours, and none of ours is there: nothing may be concluded from that.
    const at = Date.now() + ELSEWHERE;
    await changeCalendarSync(db, begun, {
      nextAt: at,
      reason: "Another account is connected now: turn this off, and choose one of its calendars",
    });
    return { at };
  }
  let taken = false;
  let repeated = false;
  const work: Settling = {
    ...{ db, calls, place: { contractor, vendor, calendar: begun.calendar, id: calendarIn(begun.calendar) } },
    taken: () => {
      taken = true;
    },
    repeated: () => {
      repeated = true;
    },
  };
  try {
    return await go(reach, work, begun);
  } finally {
    if (repeated) await changeCalendarSync(db, begun, { busyAt: 0 });
    if (taken) await reach.others(contractor, vendor);
  }
}

/** Whether the integration is connected to another account than the calendar's. */
async function isAnothers(mesh: Mesh, { contractor, vendor, calendar }: CalendarSync): Promise<boolean> {
  const connections = await mesh.contractor(contractor).connections({ now: Date.now() });
  const account = connections.find((one) => one.vendor === vendor)?.account;
  return account != null && !isOf(calendar, account.id);
}

async function go(reach: CalendarReach, work: Settling, begun: CalendarSync): Promise<After> {
  const { db, calls } = work;
  const { contractor, vendor } = begun;
  const fresh = async () => (await getCalendarSync(db, contractor, vendor)) ?? begun;
  const soon = { at: Date.now() };
  await applyDecisions(work);
  for (let sync = begun; await pullPage(work, sync); sync = await fresh()) if (calls.left <= 0) return soon;
  while (await lookForUnmet(work, await fresh())) if (calls.left <= 0) return soon;
  while (await pushSome(work, begun.since)) if (calls.left <= 0) return soon;
  if (calls.left <= 0) return soon;
  const sync = await fresh();
  if (sync.state === "off" || sync.calendar !== begun.calendar) return soon; // changed meanwhile
  const now = Date.now();
  const hook = calls.can("crm/watch_calendar") ? await reach.hook(contractor, vendor) : null;
  if (hook !== null && isDue(sync.channel, hook, now)) await openChannel(db, calls, sync, hook, now);
  if (isStale(sync, now)) await readBusy(work, sync, now);
  const { channel } = await fresh();
  const every = isOpen(channel, now) ? EVERY.told : EVERY.untold;
  const at = now + Math.round(every * (0.85 + 0.3 * Math.random())); // not all contractors at once
  await changeCalendarSync(db, sync, { lastOkAt: now, nextAt: at, reason: null });
  return { at };
}
