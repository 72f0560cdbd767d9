/** Wake-ups over the queue, few of them: one at once, and while events keep coming one a second. */
import { type Ingest, note, told, type Wakeup } from "./ingest.ts";

const DELAY_SECONDS = 1;
/** For each contractor: when one was last sent that may be delivered at once, and until when one that was sent is surely not delivered. */
const sent = new Map<string, { readonly at: number; readonly heldUntil: number }>();
const FORGET_AFTER = 10_000;

/**
 * Has the contractor's events worked off, those that are durable now. Left out only where a message that was sent is certain to be
 * delivered after now; a failure is no one's trouble but the sweep's.
 */
export async function wake({ queue }: Pick<Ingest, "queue">, contractor: string): Promise<void> {
  const now = Date.now();
  const last = sent.get(contractor);
  if (last && now < last.heldUntil) return;
  const held = last !== undefined && now - last.at < DELAY_SECONDS * 1000;
  try {
    await queue.send({ contractor }, held ? { delaySeconds: DELAY_SECONDS } : {});
  } catch (error) {
    note("warn", { what: "a wake-up was not sent", contractor, error: told(error) });
    return;
  }
  if (sent.size > FORGET_AFTER) sent.clear(); // costs a message more than needed, and no event
  const before = sent.get(contractor);
  sent.set(
    contractor,
    held ? { at: before?.at ?? now, heldUntil: now + DELAY_SECONDS * 1000 } : { at: now, heldUntil: before?.heldUntil ?? 0 },
  );
}

/** Wakes at once, or after a time: what goes on, not what arrived. */
export async function wakeAgain({ queue }: Pick<Ingest, "queue">, wakeup: Wakeup, delayMs = 0): Promise<void> {
  try {
    await queue.send(wakeup, { delaySeconds: Math.min(Math.ceil(delayMs / 1000), 43_200) });
  } catch (error) {
    note("warn", { what: "a wake-up was not sent", contractor: wakeup.contractor, error: told(error) });
  }
}

/** Has a connection's quarantine looked through: its secret was set, or the vendor connected again. */
export const askRelease = (ingest: Pick<Ingest, "queue">, contractor: string, vendor: string, connection: string): Promise<void> =>
  wakeAgain(ingest, { contractor, release: { vendor, connection } });
