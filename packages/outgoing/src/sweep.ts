/** Makes good what a lost wake-up or a crash left lying, and forgets what is old. */
import { dueSubscriptions, purgeDeliveries } from "@junction/db";
import { KEPT_MS, note, type Outgoing } from "./outgoing.ts";
import { wakeAfter } from "./wake.ts";

const MOST_WOKEN = 100;
const MOST_PURGED = 1_000;

export async function sweepDeliveries({ db, queue }: Pick<Outgoing, "db" | "queue">): Promise<void> {
  const now = Date.now();
  const due = await dueSubscriptions(db, now, MOST_WOKEN);
  await Promise.all(due.map((one) => wakeAfter(queue, one, 0)));
  const purged = await purgeDeliveries(db, now - KEPT_MS, MOST_PURGED);
  if (due.length > 0 || purged > 0) note("info", { what: "sweep", woken: due.length, purged });
}
