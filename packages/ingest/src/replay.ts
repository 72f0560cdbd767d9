/** What a person does with events that are over: has them worked off again, or deleted. */
import { purgeEvents, type ReplayFilter, reopenEvents } from "@junction/db";
import type { Ingest } from "./ingest.ts";
import { wakeAgain } from "./wake.ts";

/**
 * Works events off again, and reads deliveries again that could not be read: by id, or all of a time; says how many. Safe, since consumers bear
 * a repeat. What is being worked on, or waits in quarantine, is left alone.
 */
export async function replay(ingest: Pick<Ingest, "db" | "queue">, filter: ReplayFilter): Promise<number> {
  const count = await reopenEvents(ingest.db, filter, Date.now());
  if (count > 0) await wakeAgain(ingest, { contractor: filter.contractor });
  return count;
}

const AT_ONCE = 1_000;
const ROUNDS = 50;

/** Deletes a contractor's events that came before `before`, but none that still has to be worked off; says how many. */
export async function purge(
  { db }: Pick<Ingest, "db">,
  { contractor, before }: { readonly contractor: string; readonly before: number },
): Promise<number> {
  let purged = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const some = await purgeEvents(db, { contractor, before, limit: AT_ONCE });
    purged += some;
    if (some < AT_ONCE) break;
  }
  return purged;
}
