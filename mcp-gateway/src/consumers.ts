/** Who takes part in working off events. */
import { calendarsConsumer } from "@junction/calendar";
import type { Consumer } from "@junction/core";
import { ledgerConsumer } from "@junction/dispatch";
import { leads } from "@junction/leads";
import { subscriptionsConsumer } from "@junction/outgoing";
import { workflowsConsumer } from "@junction/workflow";
import { calendarsAt } from "./calendars.ts";
import { contractorOf, type Env, runOf } from "./env.ts";

export const consumersOf = (env: Env): readonly Consumer[] => [
  ledgerConsumer((contractor) => contractorOf(env, contractor)),
  leads(env.DB),
  subscriptionsConsumer({ db: env.DB, payloads: env.PAYLOADS, queue: env.DELIVERIES }),
  calendarsConsumer(calendarsAt(env)),
  workflowsConsumer({ db: env.DB, run: (contractor, run) => runOf(env, contractor, run) }),
];
