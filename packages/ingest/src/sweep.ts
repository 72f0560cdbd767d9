/** What makes good whatever was lost: a wake-up, a worker, the moment in which a quarantine could be released. And what is too old goes. */
import { connectionsHolding, contractorsDue, expireQuarantined, freeLost, purgeEvents } from "@junction/db";
import { DAY, type Ingest, KEPT_DAYS, note, QUARANTINE, type Wakeup } from "./ingest.ts";

const CONTRACTORS = 1_000;
const CONNECTIONS = 20;
const ROWS = 1_000;
/** A worker that is lost this many times more than an event may fail takes the event with it. */
const LOSSES = 6;

export async function sweep(ingest: Pick<Ingest, "db" | "queue" | "timing">, now: number): Promise<void> {
  const { db, queue, timing } = ingest;
  const freed = await freeLost(db, now, timing.backoffMs.length + LOSSES);
  const expired = await expireQuarantined(db, now - QUARANTINE.days * DAY, ROWS);
  const purged = await purgeEvents(db, { before: now - KEPT_DAYS * DAY, limit: ROWS });
  if (freed + expired + purged > 0) note("info", { what: "sweep", freed, expired, purged });
  const wakeups: Wakeup[] = [
    ...(await contractorsDue(db, now, CONTRACTORS)).map((contractor) => ({ contractor })),
    ...(await connectionsHolding(db, CONNECTIONS)).map(({ contractor, ...release }) => ({ contractor, release })),
  ];
  for (let at = 0; at < wakeups.length; at += 100) await queue.sendBatch(wakeups.slice(at, at + 100).map((body) => ({ body })));
}
