/** Who takes part in working off events. */
import type { Consumer } from "@junction/core";
import { leads } from "@junction/leads";
import { subscriptionsConsumer } from "@junction/outgoing";
import { startRun, type Triggering, workflowsConsumer } from "@junction/workflow";
import { type Env, runOf } from "./env.ts";
import { startingOf } from "./runs.ts";

export const consumersOf = (env: Env): readonly Consumer[] => [
  leads(env.DB),
  subscriptionsConsumer({ db: env.DB, payloads: env.PAYLOADS, queue: env.DELIVERIES }),
  workflowsConsumer(triggeringOf(env)),
];

/** What events and schedules start workflows with. */
export const triggeringOf = (env: Env): Triggering => ({
  db: env.DB,
  run: (contractor, run) => runOf(env, contractor, run),
  start: (ask) => startRun(startingOf(env), ask),
});
