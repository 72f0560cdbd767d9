/**
 * Who waits for a broken integration: set down when a call is refused, woken in order once it would be granted. Whether it would is asked of
 * what is stored, each time, so nothing that happens in between (a crash, a break while others are being woken) can lose a waiter.
 */
import { vendorById } from "@junction/catalog";
import { allowanceOf, choose, pinned } from "./acquire.ts";
import { type Desk, effectByKey, provision, wake } from "./desk.ts";
import { lacks } from "./health.ts";
import { room } from "./limits.ts";
import type { Connection } from "./records.ts";
import type { ParkAsk, Parking, Waiter, WaiterRpc, WaitingWorkflow } from "./rpc.ts";

/** Woken in one second at the most, whatever the vendor allows: each of them asks this object for leave at once. */
const MOST_A_SECOND = 20;
const BEGINS_ANEW_MS = 30_000;
/** Who could not be woken is tried again after this, and twice as long each time, up to the longest. */
const AGAIN_MS = 2_000;
const LONGEST_MS = 10 * 60_000;

interface Row {
  readonly [column: string]: SqlStorageValue;
  readonly kind: Waiter["kind"];
  readonly id: string;
  /** Another one each time it is set down: a wake that was on its way does not take away what was set down since. */
  readonly ticket: string;
  readonly tries: number;
}
/** A kind of call that is waited for: it is granted to all who wait for it, or to none. */
interface Group {
  readonly [column: string]: SqlStorageValue;
  readonly tool: string;
  readonly pin: string | null;
  readonly dueAt: number;
}

export function park(desk: Desk, ask: ParkAsk): Parking {
  provision(desk, ask.contractor);
  const pin = pinned(ask.key === undefined ? undefined : effectByKey(desk, ask.key), ask.vendor) ?? null;
  const found = servable(desk, ask.tool, pin, ask.now);
  if ("connection" in found) {
    unpark(desk, ask);
    return { parked: false };
  }
  desk.storage.sql.exec(
    `INSERT INTO parked (kind, id, workflow, name, tool, pin, vendor, since, ticket, dueAt, tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)
     ON CONFLICT (kind, id) DO UPDATE SET tool = excluded.tool, pin = excluded.pin, vendor = excluded.vendor, ticket = excluded.ticket, dueAt = 0, tries = 0`,
    ...[ask.kind, ask.id, ask.workflow?.id ?? null, ask.workflow?.name ?? null, ask.tool, pin, found.vendor, ask.now, crypto.randomUUID()],
  );
  return { parked: true, vendor: found.vendor };
}

export function unpark(desk: Desk, { kind, id }: Pick<Waiter, "kind" | "id">): void {
  if (desk.contractor !== null) desk.storage.sql.exec("DELETE FROM parked WHERE kind = ? AND id = ?", kind, id);
}

/** The connection that would serve the call now, or else the vendor whose mending is waited for. */
function servable(
  desk: Desk,
  tool: string,
  pin: string | null,
  now: number,
): { readonly connection: Connection } | { readonly vendor: string } {
  const chosen = choose(desk, tool, now, pin ?? undefined);
  if ("kind" in chosen) return { vendor: (chosen.kind === "NeedsReconnect" ? chosen.vendor : (pin ?? vendorsOf(chosen)[0])) ?? tool };
  return lacks(chosen.evidence, tool) ? { vendor: chosen.vendor } : { connection: chosen };
}
const vendorsOf = (refusal: object): readonly string[] => ("vendors" in refusal ? (refusal.vendors as readonly string[]) : []);

/** The calls that are waited for and would be granted now, by the vendor that would serve them. */
function ready(desk: Desk, now: number): Map<string, Group[]> {
  const found = new Map<string, Group[]>();
  if (desk.contractor === null) return found;
  for (const group of desk.storage.sql.exec<Group>("SELECT tool, pin, min(dueAt) AS dueAt FROM parked GROUP BY tool, pin").toArray()) {
    const served = servable(desk, group.tool, group.pin, now);
    if ("connection" in served) found.set(served.connection.vendor, [...(found.get(served.connection.vendor) ?? []), group]);
  }
  return found;
}

/** Sees to it that the alarm rings for those who can be woken. Called whenever a connection or a route has changed. */
export function rouse(desk: Desk, now: number): void {
  for (const [vendor, groups] of ready(desk, now))
    wake(desk, Math.max(now, desk.waking.get(vendor)?.nextAt ?? 0, Math.min(...groups.map(({ dueAt }) => dueAt))));
}

/**
 * Wakes those who have waited longest, as many as the vendor can take, and comes back for the others. One after the other, not in a
 * throng: neither the vendor nor whoever shares its machine notices.
 */
export async function wakeParked(
  desk: Desk,
  waiter: (kind: Waiter["kind"], id: string) => WaiterRpc,
  now: number,
  wait = (ms: number): Promise<unknown> => scheduler.wait(ms),
): Promise<void> {
  const wakeFor = async (vendor: string, groups: readonly Group[]) => {
    if ((desk.waking.get(vendor)?.nextAt ?? 0) > now) return;
    const { most, everyMs } = pace(desk, vendor, now);
    const next = groups.flatMap(({ tool, pin }) =>
      desk.storage.sql
        .exec<Row & { since: number }>(
          "SELECT kind, id, ticket, tries, since FROM parked WHERE tool = ? AND pin IS ? AND dueAt <= ? ORDER BY since, id LIMIT ?",
          ...[tool, pin, now, most],
        )
        .toArray(),
    );
    if (next.length === 0) return;
    desk.waking.set(vendor, { nextAt: now + everyMs, most });
    const first = next.sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1)).slice(0, most);
    const apart = everyMs / first.length;
    await Promise.all(
      first.map(async (row, place) => {
        if (place > 0) await wait(place * apart);
        await call(desk, vendor, row, waiter(row.kind, row.id), now);
      }),
    );
  };
  await Promise.all([...ready(desk, now)].map(([vendor, groups]) => wakeFor(vendor, groups)));
  rouse(desk, now);
}

/**
 * How many may be woken at once, and how soon the next: at the vendor's own rate, and no more than it can take now. It begins with one and
 * doubles: only the first tell how many requests they take, and whether it works at all.
 */
function pace(desk: Desk, vendor: string, now: number): { readonly most: number; readonly everyMs: number } {
  const limit = vendorById(vendor)?.limit;
  const before = desk.waking.get(vendor);
  const grown = before && now - before.nextAt < BEGINS_ANEW_MS ? before.most * 2 : 1;
  if (!limit) return { most: Math.min(MOST_A_SECOND, grown), everyMs: 1000 };
  const perSecond = Math.min(MOST_A_SECOND, limit.requests / limit.perSeconds);
  const most = Math.min(Math.floor(perSecond), grown, room(allowanceOf(desk, vendor, now), limit, now));
  return { most: Math.max(1, most), everyMs: Math.ceil(Math.max(1000, 1000 / perSecond)) };
}

async function call(desk: Desk, vendor: string, row: Row, waiter: WaiterRpc, now: number): Promise<void> {
  const { kind, id, ticket, tries } = row;
  try {
    await waiter.mended({ vendor, now });
    desk.storage.sql.exec("DELETE FROM parked WHERE kind = ? AND id = ? AND ticket = ?", kind, id, ticket);
  } catch (error) {
    console.error(JSON.stringify({ at: "wake", contractor: desk.contractor, kind, id, tries, error: String(error) }));
    const dueAt = now + Math.min(AGAIN_MS * 2 ** tries, LONGEST_MS);
    desk.storage.sql.exec(
      "UPDATE parked SET dueAt = ?, tries = tries + 1 WHERE kind = ? AND id = ? AND ticket = ?",
      ...[dueAt, kind, id, ticket],
    );
  }
}

/** Who waits for what, as the owner is told: a workflow with its runs, the longest-waiting first. */
export function waiting(desk: Desk): WaitingWorkflow[] {
  if (desk.contractor === null) return [];
  return desk.storage.sql
    .exec<{ vendor: string; workflow: string | null; name: string | null; count: number; since: number }>(
      "SELECT vendor, workflow, max(name) AS name, count(*) AS count, min(since) AS since FROM parked GROUP BY vendor, workflow ORDER BY since",
    )
    .toArray()
    .map(({ vendor, workflow, name, count, since }) => ({
      ...{ vendor, count, since },
      workflow: workflow === null ? null : { id: workflow, name: name ?? workflow },
    }));
}

/** The names of the workflows that wait for a vendor. */
export const waitingNames = (desk: Desk, vendor: string): string[] =>
  waiting(desk).flatMap(({ vendor: broken, workflow }) => (broken === vendor && workflow ? [workflow.name] : []));
