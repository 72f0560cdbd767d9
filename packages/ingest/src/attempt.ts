/** One try at one claimed event. Whatever goes wrong with it is its own: nothing is thrown. */
import { vendorById } from "@junction/catalog";
import { type Consumer, newId, parseEvent, type StoredEvent, type VendorEvent } from "@junction/core";
import { type EventRow, replaceRaw, type Settled } from "@junction/db";
import { type Ingest, note, told } from "./ingest.ts";
import { eventDrafts, keptIn } from "./rows.ts";
import { sealed } from "./seal.ts";

/** What is to be written of a try; nothing, where the row gave way to others. `retryMs`: when it is tried again. */
export interface Attempted {
  readonly settled?: Settled;
  readonly retryMs?: number;
}
/** The generation of a connection's credential; 0 where it is not connected. */
export type Generations = (connection: string) => Promise<number>;

export async function attempt(ingest: Ingest, row: EventRow, text: string | null, generations: Generations): Promise<Attempted> {
  if (text === null) return dead(row, "it cannot be opened any more");
  try {
    return row.type === null ? await readAgain(ingest, row, text) : await handOn(ingest, row, parseEvent(JSON.parse(text)), generations);
  } catch (error) {
    return failed(ingest, row, done(row), `our code failed on it (${fault(row, "an event", error)})`);
  }
}

/** A delivery that code before this could not read: its events take its place. */
async function readAgain(ingest: Ingest, row: EventRow, text: string): Promise<Attempted> {
  const { delivery, verified } = keptIn(text);
  if (!verified) return dead(row, "it was never verified");
  const received = await ingest.vendor(row.vendor).receive({ delivery, connection: null, secret: null, verified });
  if (received.verdict === "unreadable") return dead(row, `what it says cannot be read: ${received.reason}`);
  if (received.verdict !== "verified") throw new Error(`read again, it is ${received.verdict}`);
  const drafts = eventDrafts(row, received.events, row.receivedAt, Date.now());
  await replaceRaw(ingest.db, row, await sealed(ingest, row.contractor, drafts));
  return {};
}

/** Looks the event up where the vendor's signature proves too little, then tells every consumer that does not have it. */
async function handOn(ingest: Ingest, row: EventRow, said: VendorEvent, generations: Generations): Promise<Attempted> {
  const { id, contractor, vendor, connection, receivedAt } = row;
  const has = done(row);
  let event: VendorEvent | null = said;
  if (vendorById(vendor)?.webhook?.confirm) {
    const held = { contractor, connection, generation: await generations(connection), call: newId("call") };
    const outcome = await within(ingest.timing.leaseMs, ingest.vendor(vendor).confirm({ ...held, event }));
    if (!outcome.ok) {
      const { error } = outcome;
      const least = error.kind === "RateLimited" ? error.retryAfterMs : 0;
      return failed(ingest, row, has, `it could not be looked up at the vendor: ${error.kind}`, least);
    }
    const found = outcome.value;
    if (Array.isArray(found)) {
      // It only told that something is new: what that is takes its place, each under its own id, and what is known already is known.
      const drafts = eventDrafts(row, found, receivedAt, Date.now());
      await replaceRaw(ingest.db, row, await sealed(ingest, contractor, drafts));
      return {};
    }
    event = found;
    if (event === null) return dead(row, "the vendor knows of no such event");
  }
  const stored: StoredEvent = { id, contractor, vendor, connection, receivedAt, event };
  const wanting = ingest.consumers.filter((consumer) => !has.includes(consumer.name) && consumer.wants(stored.event.type));
  const troubles: string[] = [];
  const tell = async (consumers: readonly Consumer[]) => {
    const results = await Promise.allSettled(consumers.map((consumer) => within(ingest.timing.leaseMs, consumer.take(stored))));
    for (const [index, { name }] of consumers.entries()) {
      const result = results[index];
      if (result?.status === "fulfilled") has.push(name);
      else troubles.push(`${name} failed (${fault(row, name, result?.reason)})`);
    }
  };
  const waits = ({ after }: Consumer) => wanting.some(({ name }) => name === after && !has.includes(name));
  const later = wanting.filter(waits);
  await tell(wanting.filter((consumer) => !later.includes(consumer)));
  await tell(later.filter((consumer) => !waits(consumer)));
  if (troubles.length > 0) return failed(ingest, row, has, troubles.join(", "));
  return { settled: { id, state: "done", done: JSON.stringify(has), reason: null, dueAt: row.dueAt } };
}

const done = (row: EventRow): string[] => JSON.parse(row.done) as string[]; // ours alone

const dead = (row: EventRow, reason: string): Attempted => ({
  settled: { id: row.id, state: "dead", done: row.done, reason, dueAt: row.dueAt },
});

/** To be tried again after a time that grows; after the last, dead. */
function failed({ timing }: Ingest, row: EventRow, has: readonly string[], reason: string, leastMs = 0): Attempted {
  const backoff = timing.backoffMs[row.attempts - 1];
  const settled = { id: row.id, done: JSON.stringify(has), reason };
  if (backoff === undefined) return { settled: { ...settled, state: "dead", dueAt: row.dueAt } };
  const retryMs = Math.max(backoff, leastMs);
  return { settled: { ...settled, state: "failed", dueAt: Date.now() + retryMs }, retryMs };
}

/** Logs what an error says under an id by which it is found: what it says may be a customer's, and people read the reason. */
function fault({ id, vendor }: EventRow, what: string, error: unknown): string {
  const number = crypto.randomUUID().slice(0, 8);
  note("error", { what: `${what} failed`, fault: number, event: id, vendor, error: told(error) });
  return `fault ${number}`;
}

/** What takes longer than this is given up: whoever waits for it holds a lane. */
async function within<T>(leaseMs: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("took too long")), leaseMs * 0.75);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
