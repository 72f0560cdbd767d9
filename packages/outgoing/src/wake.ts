/** Wake-ups over the queue. One that is lost, late or doubled changes nothing: the rows are the truth, and the sweep sees to them. */
import { note, type Outgoing, told, type Wakeup } from "./outgoing.ts";

const DELAY_MS = 1_000;
/** Cloudflare's longest delay. */
const LONGEST_SECONDS = 43_200;
/** By subscription: when it was last woken, and until when a wake-up that was sent surely waits. */
const woken = new Map<string, { readonly at: number; readonly heldUntil: number }>();
const FORGET_AFTER = 10_000;

/** Has a subscription's deliveries sent: at once, and while more keep coming once a second. */
export async function wake(queue: Outgoing["queue"], subscription: Extract<Wakeup, { subscription: string }>): Promise<void> {
  const now = Date.now();
  const last = woken.get(subscription.subscription);
  if (last && now < last.heldUntil) return;
  const held = last !== undefined && now - last.at < DELAY_MS;
  if (!(await wakeAfter(queue, subscription, held ? DELAY_MS : 0))) return;
  if (woken.size > FORGET_AFTER) woken.clear(); // costs some messages more
  woken.set(subscription.subscription, held ? { at: last.at, heldUntil: now + DELAY_MS } : { at: now, heldUntil: 0 });
}

/** Sends one for later; says whether it was sent. */
export async function wakeAfter(queue: Outgoing["queue"], wakeup: Wakeup, delayMs: number): Promise<boolean> {
  try {
    await queue.send(wakeup, { delaySeconds: Math.min(Math.ceil(delayMs / 1000), LONGEST_SECONDS) });
    return true;
  } catch (error) {
    note("warn", { what: "a wake-up was not sent", contractor: wakeup.contractor, error: told(error) });
    return false;
  }
}
