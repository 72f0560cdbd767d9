/** Workflows' runs and fetches, put together from the gateway's bindings. */
import { fetchObject, runObject, type Starting, type Sweeping, timingOf } from "@junction/workflow";
import { type Env, meshOf, runOf } from "./env.ts";

export const RunObject = runObject<Env>((env, ctx) => ({
  ...{ mesh: meshOf(env, ctx), db: env.DB, timing: timingOf(env) },
  outgoing: { db: env.DB, payloads: env.PAYLOADS, queue: env.DELIVERIES },
}));

export const FetchObject = fetchObject<Env>((env, ctx) => ({
  ...{ mesh: meshOf(env, ctx), db: env.DB, timing: timingOf(env) },
  run: (contractor, run) => runOf(env, contractor, run),
}));

/** What starts runs. */
export const startingOf = (env: Env): Starting => ({ db: env.DB, run: (contractor, run) => runOf(env, contractor, run) });

/** What looks after runs, and forgets them. */
export const sweepingOf = (env: Env): Sweeping => ({ db: env.DB, run: (contractor, run) => runOf(env, contractor, run) });
