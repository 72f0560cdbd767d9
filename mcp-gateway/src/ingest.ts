/** Ingest, put together from the gateway's bindings. */
import { type Ingest, TIMING, type Timing } from "@junction/ingest";
import { answerCall } from "@junction/receptionist";
import { consumersOf } from "./consumers.ts";
import { type Env, meshOf } from "./env.ts";

export function ingestOf(env: Env, ctx: Pick<ExecutionContext, "waitUntil">): Ingest {
  return {
    ...meshOf(env, ctx),
    db: env.DB,
    payloads: env.PAYLOADS,
    queue: env.EVENTS,
    receptionist: (ask) => answerCall(env.DB, ask),
    consumers: consumersOf(env),
    timing: timingOf(env),
  };
}

function timingOf({ EVENT_LEASE_MS, EVENT_BACKOFF_MS }: Env): Timing {
  return {
    leaseMs: EVENT_LEASE_MS === undefined ? TIMING.leaseMs : Number(EVENT_LEASE_MS),
    backoffMs: EVENT_BACKOFF_MS === undefined ? TIMING.backoffMs : EVENT_BACKOFF_MS.split(",").map(Number),
  };
}
