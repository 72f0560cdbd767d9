/** Workflows' runs, put together from the gateway's bindings. */
import { runObject, type Starting, timingOf } from "@junction/workflow";
import { type Env, meshOf, runOf } from "./env.ts";

export const RunObject = runObject<Env>((env, ctx) => ({
  ...{ mesh: meshOf(env, ctx), db: env.DB, timing: timingOf(env) },
  outgoing: { db: env.DB, payloads: env.PAYLOADS, queue: env.DELIVERIES },
}));

/** What starts runs. */
export const startingOf = (env: Env): Starting => ({ db: env.DB, run: (contractor, run) => runOf(env, contractor, run) });
