/** How many runs of a workflow go on at a time: those in, and behind them those who wait, in the order in which they came. */
import { type Desk, provision, wake } from "./desk.ts";
import type { ContractorRpc, WaiterRpc } from "./rpc.ts";

/** A place that fell free is offered again after this, should whoever it is for not have heard. */
const AGAIN_MS = 2_000;

interface Place {
  readonly [column: string]: SqlStorageValue;
  readonly run: string;
}

/** `waiting` has no place; `called` has one, and has not heard of it yet; `in` has one. */
export function enter(desk: Desk, { contractor, workflow, run, limit, now }: Parameters<ContractorRpc["enter"]>[0]): "go" | "wait" {
  provision(desk, contractor);
  const { sql } = desk.storage;
  sql.exec("INSERT OR IGNORE INTO turns (workflow, run, state, most, since) VALUES (?, ?, 'waiting', ?, ?)", workflow, run, limit, now);
  sql.exec("UPDATE turns SET most = ? WHERE workflow = ? AND most <> ? AND state = 'waiting'", limit, workflow, limit);
  fill(desk, workflow, now);
  const { state } = sql.exec<{ state: string }>("SELECT state FROM turns WHERE run = ?", run).one();
  if (state === "waiting") return "wait";
  sql.exec("UPDATE turns SET state = 'in' WHERE run = ?", run); // it hears of it by this answer
  return "go";
}

export function leave(desk: Desk, { workflow, run, now }: Parameters<ContractorRpc["leave"]>[0]): void {
  if (desk.contractor === null) return;
  desk.storage.sql.exec("DELETE FROM turns WHERE run = ?", run);
  fill(desk, workflow, now);
}

/** Gives the free places to those who have waited longest. */
function fill(desk: Desk, workflow: string, now: number): void {
  const { sql } = desk.storage;
  const { taken } = sql
    .exec<{ taken: number }>("SELECT count(*) AS taken FROM turns WHERE workflow = ? AND state <> 'waiting'", workflow)
    .one();
  const given = sql.exec(
    `UPDATE turns SET state = 'called' WHERE run IN (
       SELECT run FROM turns WHERE workflow = ?1 AND state = 'waiting' ORDER BY since, run
       LIMIT max(0, coalesce((SELECT most FROM turns WHERE workflow = ?1 AND state = 'waiting' LIMIT 1), 0) - ?2)) RETURNING run`,
    ...[workflow, taken],
  );
  if (given.toArray().length > 0) wake(desk, now);
}

/** Tells those who were given a place. Who cannot be reached keeps it, and is told again. */
export async function callTurns(desk: Desk, waiter: (kind: "run", id: string) => WaiterRpc, now: number): Promise<void> {
  if (desk.contractor === null) return;
  const called = desk.storage.sql.exec<Place>("SELECT run FROM turns WHERE state = 'called' ORDER BY since, run LIMIT 100").toArray();
  await Promise.all(
    called.map(async ({ run }) => {
      try {
        await waiter("run", run).turn({ now });
        desk.storage.sql.exec("UPDATE turns SET state = 'in' WHERE run = ? AND state = 'called'", run);
      } catch (error) {
        console.error(JSON.stringify({ at: "turn", contractor: desk.contractor, run, error: String(error) }));
      }
    }),
  );
  if (desk.storage.sql.exec("SELECT 1 FROM turns WHERE state = 'called' LIMIT 1").toArray().length > 0) wake(desk, now + AGAIN_MS);
}
