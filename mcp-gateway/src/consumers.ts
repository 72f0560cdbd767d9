/** Who takes part in working off events. */
import type { Consumer } from "@junction/core";
import { leads } from "@junction/leads";
import { subscriptionsConsumer } from "@junction/outgoing";
import type { Env } from "./env.ts";

export const consumersOf = (env: Env): readonly Consumer[] => [
  leads(env.DB),
  subscriptionsConsumer({ db: env.DB, payloads: env.PAYLOADS, queue: env.DELIVERIES }),
];
