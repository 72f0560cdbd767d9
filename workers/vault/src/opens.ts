/**
 * The record of every open. Rows wait in the isolate, so that no write stands before an answer, and go to D1 together. What a
 * killed isolate loses is at most the last second's.
 */
import type { OpenRecord } from "@junction/core";
import { insertOpens, type OpenRow } from "./store.ts";

const BATCH = 100;
/** Waits before each try: the first gathers, the others let D1 recover. Together shorter than the 30 s `waitUntil` has. */
const TRIES_MS = [1000, 1000, 3000, 9000];
const PROMISE_MS = 20_000;
const MAX_WAITING = 10_000;

const waiting: OpenRow[] = [];
/** Until then some request's `waitUntil` has promised to flush; if its context was killed, a later open takes over. */
let promisedUntil = 0;

/** Keeps a row and sees to it that someone flushes. */
export function recordOpen(ctx: ExecutionContext, db: D1Database, open: OpenRecord): void {
  waiting.push({ id: crypto.randomUUID(), ...open });
  if (waiting.length === BATCH) ctx.waitUntil(flushOpens(db));
  if (open.at < promisedUntil) return;
  promisedUntil = open.at + PROMISE_MS;
  ctx.waitUntil(flushSoon(db));
}

/** Writes what waits. On failure the rows stay, in order, for the next try. */
export async function flushOpens(db: D1Database): Promise<boolean> {
  while (waiting.length > 0) {
    const rows = waiting.splice(0, BATCH);
    try {
      await insertOpens(db, rows);
    } catch (error) {
      waiting.unshift(...rows);
      console.error(
        JSON.stringify({ at: "vault.opens", message: "opens are not recorded yet", waiting: waiting.length, error: String(error) }),
      );
      // The log is the record of last resort; a row holds no secret.
      for (const lost of waiting.splice(0, Math.max(0, waiting.length - MAX_WAITING))) {
        console.error(JSON.stringify({ at: "vault.opens", message: "open recorded here alone", lost }));
      }
      return false;
    }
  }
  return true;
}

async function flushSoon(db: D1Database): Promise<void> {
  for (const pause of TRIES_MS) {
    await scheduler.wait(pause);
    if (await flushOpens(db)) break;
  }
  promisedUntil = 0;
}
