/** Working off what is on its way: claimed row by row, so that two who work at once do not send the same, and none is forgotten. */
import {
  type ClaimedDelivery,
  claimDeliveries,
  type DeliveryState,
  disableSubscription,
  getSubscription,
  markFailing,
  markWorking,
  type Subscription,
  settleDelivery,
} from "@junction/db";
import { attempt, signed, type Tried, taken } from "./attempt.ts";
import { announce } from "./fan-out.ts";
import { note, type Outgoing, told, Wakeup } from "./outgoing.ts";
import { wakeAfter } from "./wake.ts";

/** How many of a subscription's deliveries are sent side by side, and how many rounds before others get a turn. */
const SLICE = { deliveries: 10, rounds: 5 };
/** Longer than an attempt and all that goes with it may take. */
const LEASE_MS = 60_000;

/** The queue's consumer. A message that could not be worked off comes again. */
export async function deliver(messages: readonly Pick<Message, "body" | "ack" | "retry">[], reach: Outgoing): Promise<void> {
  const bySubscription = new Map<string, { contractor: string; messages: Pick<Message, "ack" | "retry">[] }>();
  const work: Promise<void>[] = [];
  for (const message of messages) {
    const { data } = Wakeup.safeParse(message.body);
    if (data === undefined) {
      note("error", { what: "a wake-up is none" });
      message.ack();
    } else if ("announce" in data) work.push(done([message], () => announce(reach, data.contractor, data.announce)));
    else {
      const same = bySubscription.get(data.subscription) ?? { contractor: data.contractor, messages: [] };
      same.messages.push(message);
      bySubscription.set(data.subscription, same);
    }
  }
  for (const [subscription, { contractor, messages }] of bySubscription)
    work.push(done(messages, () => workOff(reach, contractor, subscription)));
  await Promise.all(work);
}

async function done(messages: readonly Pick<Message, "ack" | "retry">[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
    for (const message of messages) message.ack();
  } catch (error) {
    note("error", { what: "deliveries were not worked off", error: told(error) });
    for (const message of messages) message.retry();
  }
}

/** Sends what a subscription has due, in slices; wakes it again where more is left. */
export async function workOff(reach: Outgoing, contractor: string, id: string): Promise<void> {
  for (let round = 0; round < SLICE.rounds; round++) {
    const subscription = await getSubscription(reach.db, contractor, id);
    if (subscription?.state !== "active") return;
    const claim = crypto.randomUUID();
    const now = Date.now();
    const claimed = await claimDeliveries(reach.db, { subscription: id, claim, now, until: now + LEASE_MS, most: SLICE.deliveries });
    if (claimed.length === 0) return;
    const tried = await sendAll(reach, subscription, claimed);
    await Promise.all(tried.map((one) => settle(reach, one, claim)));
    await judge(
      reach,
      subscription,
      tried.map(({ attempt }) => attempt),
    );
    if (claimed.length < SLICE.deliveries) return;
    // A receiver that takes nothing is given time, and does not keep others waiting meanwhile.
    if (!tried.some(({ attempt }) => taken(attempt))) {
      await wakeAfter(reach.queue, { contractor, subscription: id }, reach.timing.scheduleMs[0] ?? 0);
      return;
    }
  }
  await wakeAfter(reach.queue, { contractor, subscription: id }, 0);
}

interface Sent {
  readonly delivery: ClaimedDelivery;
  readonly attempt: Tried;
  /** It can never be sent. */
  readonly hopeless: boolean;
}

async function sendAll(reach: Outgoing, { id, contractor, url }: Subscription, claimed: readonly ClaimedDelivery[]): Promise<Sent[]> {
  const texts = await reach.payloads.unseal({ contractor, items: claimed.map((one) => ({ id: one.id, sealed: one.payload })) });
  const timestamp = Date.now();
  const messages = claimed.map((one, at) => ({ id: one.event, timestamp, body: texts[at] ?? "" }));
  const signatures = await signed(reach, contractor, id, messages);
  return Promise.all(
    claimed.map(async (delivery, at): Promise<Sent> => {
      const message = messages[at];
      if (message === undefined || texts[at] === null || texts[at] === undefined)
        return { delivery, hopeless: true, attempt: { ...NOT_OPENED, at: timestamp } };
      return { delivery, hopeless: false, attempt: await attempt(reach, url, message, signatures[at] ?? "") };
    }),
  );
}

const NOT_OPENED = { status: null, ms: 0, error: "Its body cannot be opened any more.", gone: false, retryAfterMs: 0 };

async function settle({ db, queue, timing }: Outgoing, { delivery, attempt, hopeless }: Sent, claim: string): Promise<void> {
  const { at, status, ms, error, retryAfterMs } = attempt;
  const delay = timing.scheduleMs[delivery.attempts];
  const state: DeliveryState = taken(attempt) ? "delivered" : delay === undefined || hopeless ? "dead" : "failed";
  // A tenth either way, so that what failed together does not come back together.
  const wait = Math.max((delay ?? 0) * (0.9 + Math.random() * 0.2), retryAfterMs);
  const dueAt = Math.round(at + ms + (state === "failed" ? wait : 0));
  await settleDelivery(db, delivery, claim, { attempt: { at, status, ms, error }, state, dueAt });
  const { id, contractor, subscription, event } = delivery;
  note("info", { what: "delivery", id, contractor, subscription, event, attempt: delivery.attempts + 1, state, status, ms });
  if (state === "failed") await wakeAfter(queue, { contractor, subscription }, wait);
}

/** One success ends what failed before; nothing but failure for days, or a receiver that says it is gone, ends the subscription. */
async function judge({ db, timing, stopped }: Outgoing, { id, contractor }: Subscription, attempts: readonly Tried[]): Promise<void> {
  if (attempts.some(taken)) return markWorking(db, id);
  const now = Date.now();
  const since = await markFailing(db, id, now);
  if (since === null || (now - since < timing.disableAfterMs && !attempts.some(({ gone }) => gone))) return;
  await stopped({ contractor, subscription: id }); // told first: telling twice is harmless, not at all is not
  await disableSubscription(db, id, now);
  note("warn", { what: "a subscription was switched off", contractor, subscription: id });
}
