/** Events worked off again, and deliveries read again. */
import { type ReplayFilter, reopenEvents } from "@junction/db";
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
