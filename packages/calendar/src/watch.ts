/** Channels on which a vendor tells of changes: opened, opened anew before they end, and closed. */
import { type CalendarSync, type Channel, changeCalendarSync } from "@junction/db";
import type { Calls } from "./calls.ts";
import { calendarIn } from "./key.ts";

const [HOUR, DAY] = [3_600_000, 86_400_000];
const LASTS = 7 * DAY;
/** The next one is opened this long before one ends. */
const BEFORE = DAY;
const AGAIN = 6 * HOUR;

/** Where a vendor delivers to, and which secret proves it. */
export interface HookAddress {
  readonly address: string;
  readonly secretGeneration: number;
}

export const isOpen = (channel: Channel | null, now: number): boolean => channel?.id != null && channel.expiresAt > now;

/** Whether a channel is to be opened: there is none, it ends soon, or its secret is not the one that counts. */
export function isDue(channel: Channel | null, hook: HookAddress, now: number): boolean {
  if (channel === null) return true;
  if (channel.id === null) return now - channel.triedAt > AGAIN;
  return channel.expiresAt - BEFORE < now || channel.secretGeneration < hook.secretGeneration;
}

/** Opens the next channel before it closes the last: in between both tell, and neither harms. */
export async function openChannel(db: D1Database, calls: Calls, sync: CalendarSync, hook: HookAddress, now: number): Promise<void> {
  const { channel: last } = sync;
  const input = {
    calendar: calendarIn(sync.calendar),
    address: hook.address,
    secret_generation: hook.secretGeneration,
    until: new Date(now + LASTS).toISOString(),
  };
  const opened = await calls.make("crm/watch_calendar", input);
  const about = { secretGeneration: hook.secretGeneration, triedAt: now };
  const channel: Channel =
    typeof opened === "string"
      ? { id: null, resource: null, expiresAt: 0, ...about }
      : { id: opened.channel_id, resource: opened.resource_id ?? null, expiresAt: Date.parse(opened.expires_at), ...about };
  await changeCalendarSync(db, sync, { channel });
  if (typeof opened !== "string" && last !== null && isOpen(last, now)) await close(calls, last);
}

/** Closes the channel there is. */
export async function closeChannel(db: D1Database, calls: Calls, sync: CalendarSync): Promise<void> {
  if (sync.channel !== null && isOpen(sync.channel, Date.now())) await close(calls, sync.channel);
  await changeCalendarSync(db, sync, { channel: null });
}

async function close(calls: Calls, { id, resource }: Channel): Promise<void> {
  // Without the resource's id it cannot be closed, and ends by itself.
  if (id !== null && resource !== null) await calls.make("crm/unwatch_calendar", { channel_id: id, resource_id: resource });
}
