/** Sending out, put together from the gateway's bindings. */
import { type Outgoing, TIMING } from "@junction/outgoing";
import { contractorOf, type Env, targetOf } from "./env.ts";

export const outgoingOf = (env: Env): Outgoing => ({
  db: env.DB,
  payloads: env.PAYLOADS,
  queue: env.DELIVERIES,
  egress: env.EGRESS,
  target: targetOf(env),
  timing: {
    scheduleMs: env.DELIVERY_SCHEDULE_MS === undefined ? TIMING.scheduleMs : env.DELIVERY_SCHEDULE_MS.split(",").map(Number),
    disableAfterMs: env.DELIVERY_DISABLE_MS === undefined ? TIMING.disableAfterMs : Number(env.DELIVERY_DISABLE_MS),
  },
  stopped: ({ contractor, subscription }) =>
    contractorOf(env, contractor).subscription({ contractor, subscription, stopped: true, now: Date.now() }),
});
