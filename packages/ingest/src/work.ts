/** A slice of one contractor's work: the heads of its lanes, side by side, until nothing is due or the slice is over. */
import { claimHeads, type EventRow, settleEvents } from "@junction/db";
import { type Attempted, attempt, type Generations } from "./attempt.ts";
import type { Ingest } from "./ingest.ts";
import { unsealed } from "./seal.ts";
import { wakeAgain } from "./wake.ts";

/** How many lanes are worked on at a time. */
const SIDE_BY_SIDE = 6;

/**
 * Works off what is due, and wakes the contractor again where that is not all: at the back of the queue, so that others come in between.
 * Whatever kills it leaves claims behind, which end by themselves.
 */
export async function workOff(
  ingest: Ingest,
  contractor: string,
  { after, until, most }: { readonly after: string; readonly until: number; readonly most: number },
): Promise<void> {
  const claim = crypto.randomUUID();
  const generations = heldOnce(ingest, contractor);
  const underWay = new Set<Promise<void>>();
  const ended: Attempted[] = [];
  let from = after;
  let room = most;
  for (;;) {
    const over = room <= 0 || Date.now() >= until;
    const free = over ? 0 : Math.min(room, SIDE_BY_SIDE - underWay.size);
    const heads = free === 0 ? [] : await nextHeads(ingest, contractor, from, claim, free);
    const texts = await unsealed(ingest, contractor, heads);
    for (const [index, row] of heads.entries()) {
      const work = attempt(ingest, row, texts[index] ?? null, generations).then((result) => {
        ended.push(result);
        underWay.delete(work);
      });
      underWay.add(work);
    }
    room -= heads.length;
    from = heads.at(-1)?.lane ?? from;
    if (underWay.size === 0 && ended.length === 0) {
      if (over) await wakeAgain(ingest, { contractor, after: from });
      return;
    }
    if (ended.length === 0) await Promise.race(underWay);
    await scheduler.wait(0); // those that end together are written together
    await settle(ingest, contractor, claim, ended.splice(0));
  }
}

async function settle(ingest: Ingest, contractor: string, claim: string, ended: readonly Attempted[]): Promise<void> {
  const settled = ended.flatMap(({ settled: one }) => (one ? [one] : []));
  await settleEvents(ingest.db, claim, settled, Date.now());
  const retries = ended.flatMap(({ retryMs }) => (retryMs === undefined ? [] : [retryMs]));
  if (retries.length > 0) await wakeAgain(ingest, { contractor }, Math.min(...retries));
}

/** Heads of the lanes after `from`, and once those are through, from the first on: no lane waits for another to be empty. */
async function nextHeads(ingest: Ingest, contractor: string, from: string, claim: string, free: number): Promise<readonly EventRow[]> {
  const claimed = async (after: string, limit: number) => {
    const { leaseMs } = ingest.timing;
    const rows = await claimHeads(ingest.db, { contractor, after, claim, now: Date.now(), leaseMs, limit });
    return rows.toSorted((a, b) => (a.lane < b.lane ? -1 : 1));
  };
  const heads = await claimed(from, free);
  return heads.length === free || from === "" ? heads : [...heads, ...(await claimed("", free - heads.length))];
}

/** The credential generation of each connection, asked for once, and only by an event that has to be looked up. */
function heldOnce(ingest: Ingest, contractor: string): Generations {
  let asked: Promise<ReadonlyMap<string, number>> | undefined;
  const ask = async () => {
    const connections = await ingest.contractor(contractor).connections({ now: Date.now() });
    return new Map(connections.map(({ id, generation, health }) => [id, health.status === "not_connected" ? 0 : generation]));
  };
  return async (connection) => {
    asked ??= ask();
    return (await asked).get(connection) ?? 0;
  };
}
