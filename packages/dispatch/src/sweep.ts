/** The alarm's work: audit rows to D1, effects a crash left behind, and old entries out. */

import { actionOf } from "@junction/catalog";
import { newId, type Outcome, type VendorRpc } from "@junction/core";
import { type CallRecord, saveCalls } from "@junction/db";
import { LOST_GRACE_MS, PROBE_WINDOW_MS } from "./acquire.ts";
import { announceLasting, deliver } from "./alerts.ts";
import { lastHeard, tested } from "./connections.ts";
import { type Desk, type Effect, effectByKey, openEffects, saveKey, wake } from "./desk.ts";
import { saveCounts } from "./endpoints.ts";
import { RETEST_AFTER_MS } from "./health.ts";
import type { Notify } from "./notify.ts";
import { rouse, waitingNames, wakeParked } from "./parked.ts";
import type { Connection } from "./records.ts";
import type { Waiter, WaiterRpc } from "./rpc.ts";
import { finish, settle } from "./settle.ts";
import { callTurns } from "./turns.ts";

const BATCH = 200;
const MOST_PROBES = 5;
/** A re-test that could not be made is made again this much later. */
const RETEST_AGAIN_MS = 10 * 60_000;
const PROBE_AGAIN_MS = 5 * 60_000;
/** Clearing out reads the whole ledger. */
const PRUNE_EVERY_MS = 3_600_000;
/** How long a repeat of an idempotency key is still answered with the stored result. */
const RETENTION_MS = 7 * 24 * 3_600_000;

/** Writes the outbox to D1; a row leaves it only after D1 has it. */
export async function flush(desk: Desk, db: D1Database): Promise<void> {
  if (desk.contractor === null) return;
  const { sql } = desk.storage;
  for (;;) {
    const rows = sql.exec<{ call: string; record: string }>("SELECT call, record FROM audit LIMIT ?", BATCH).toArray();
    if (rows.length === 0) return;
    await saveCalls(
      db,
      rows.map(({ record }) => JSON.parse(record) as CallRecord),
    );
    // The same row may have been written again while D1 answered: then it stays.
    for (const { call, record } of rows) sql.exec("DELETE FROM audit WHERE call = ? AND record = ?", call, record);
  }
}

export interface Reach {
  readonly db: D1Database;
  readonly vendor: (id: string) => VendorRpc;
  readonly waiter: (kind: Waiter["kind"], id: string) => WaiterRpc;
  readonly notify: Notify;
}

export async function sweep(desk: Desk, { db, vendor, waiter, notify }: Reach, now: number): Promise<void> {
  desk.alarmAt = null;
  if (desk.contractor === null) return;
  await Promise.all([wakeParked(desk, waiter, now), callTurns(desk, waiter, now)]);
  const { contractor, ownerEmail } = desk;
  saveCounts(desk);
  for (const effect of openEffects(desk)) {
    if (effect.state === "sent" && effect.deadline + LOST_GRACE_MS <= now) settle(desk, lost(desk, effect, now));
    const open = effectByKey(desk, effect.key);
    if (open) await look(desk, open, vendor, now);
  }
  if (now - desk.prunedAt > PRUNE_EVERY_MS) {
    desk.prunedAt = now;
    desk.storage.sql.exec("DELETE FROM effects WHERE state IN ('confirmed', 'failed') AND sentAt < ?", now - RETENTION_MS);
  }
  for (const [hash, key] of desk.keys) if (key.lastUsedAt !== null) saveKey(desk, hash, key);
  for (const connection of desk.connections.values()) await retest(desk, connection, vendor, now);
  announceLasting(desk, now);
  try {
    await deliver(desk, (notice) => notify({ contractor, ownerEmail, notice, waiting: waitingNames(desk, notice.alert.vendor) }), now);
    await flush(desk, db);
  } finally {
    schedule(desk, now); // D1 down: the rows stay, and the alarm rings again
  }
}

/** Asks the vendor whether an effect of unknown outcome happened, if the vendor can be asked. */
async function look(desk: Desk, effect: Effect, vendor: (id: string) => VendorRpc, now: number): Promise<void> {
  if (nextLook(desk, effect) > now || effect.state !== "unknown") return;
  const { contractor, connections } = desk;
  const connection = connections.get(effect.vendor);
  if (contractor === null || !connection) return;
  const { generation, id } = connection;
  let outcome: Outcome<unknown> | "fault";
  try {
    const ask = {
      contractor,
      connection: id,
      generation,
      call: newId("call", now),
      tool: effect.tool,
      input: JSON.parse(effect.input ?? "null"),
      idempotencyKey: effect.key,
      sentAt: effect.sentAt,
    };
    outcome = await vendor(effect.vendor).probe(ask);
  } catch (error) {
    console.error(JSON.stringify({ at: "sweep", fault: effect.call, contractor, vendor: effect.vendor, error: String(error) }));
    outcome = "fault";
  }
  settle(desk, { ...lost(desk, effect, Date.now()), source: "probe", outcome });
}

/** Tests a connection of which nothing was heard for long; it also keeps refresh tokens alive that lapse when idle. */
async function retest(desk: Desk, connection: Connection, vendor: (id: string) => VendorRpc, now: number): Promise<void> {
  if (!connection.connected || desk.contractor === null || lastHeard(connection.evidence) + RETEST_AFTER_MS > now) return;
  const call = newId("call", now);
  try {
    const outcome = await vendor(connection.vendor).check({
      contractor: desk.contractor,
      connection: connection.id,
      generation: connection.generation,
      call,
    });
    tested(desk, { vendor: connection.vendor, call, outcome, now: Date.now() });
  } catch (error) {
    console.error(
      JSON.stringify({ at: "retest", fault: call, contractor: desk.contractor, vendor: connection.vendor, error: String(error) }),
    );
  }
}

/** When an effect of unknown outcome is looked for next: never, where the vendor cannot be asked or was asked often enough. */
function nextLook(desk: Desk, effect: Effect): number {
  const able = actionOf(effect.vendor, effect.tool)?.probe && effect.input !== null && desk.connections.get(effect.vendor)?.connected;
  return able && effect.probes < MOST_PROBES ? effect.sentAt + PROBE_WINDOW_MS + effect.probes * PROBE_AGAIN_MS : Number.POSITIVE_INFINITY;
}

/** An attempt that never reported back. */
function lost(desk: Desk, effect: Effect, now: number) {
  finish(desk, effect.key);
  return {
    contractor: desk.contractor ?? "",
    call: effect.call,
    actor: { kind: "user", id: "sweep", role: "owner" } as const,
    tool: effect.tool,
    grant: effect,
    startedAt: effect.sentAt,
    now,
    attempts: 1,
    source: "call" as const,
    key: effect.key,
    outcome: "fault" as const,
  };
}

function schedule(desk: Desk, now: number): void {
  rouse(desk, now);
  for (const effect of openEffects(desk)) {
    const at = effect.state === "sent" ? effect.deadline + LOST_GRACE_MS : nextLook(desk, effect);
    if (Number.isFinite(at)) wake(desk, Math.max(at, now + 1_000));
  }
  for (const { connected, evidence } of desk.connections.values())
    if (connected) wake(desk, Math.max(lastHeard(evidence) + RETEST_AFTER_MS, now + RETEST_AGAIN_MS));
  if (desk.storage.sql.exec("SELECT 1 FROM audit LIMIT 1").toArray().length > 0) wake(desk, now + 5_000);
}
