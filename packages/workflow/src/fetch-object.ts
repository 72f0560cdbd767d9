/** A fetch's Durable Object. Thin: each method is one of the functions beside it. Its name is `<contractor>/<fetch>`. */
import { DurableObject } from "cloudflare:workers";
import type { FetchRpc, StartFetch } from "./fetch.ts";
import { beginFetch, cancelFetch, type FetchReach, type LiveFetch, lookAtFetch, mendedFetch, openFetch, workFetch } from "./fetch-work.ts";

/** The class, over whatever bindings the Worker has that it lives in. */
export function fetchObject<Env>(reachOf: (env: Env, ctx: Pick<DurableObjectState, "waitUntil">) => FetchReach) {
  return class FetchObject extends DurableObject<Env> implements FetchRpc {
    #live: Promise<LiveFetch>;
    #reach: FetchReach;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#live = ctx.blockConcurrencyWhile(() => openFetch(ctx.storage));
      this.#reach = reachOf(env, ctx);
    }

    async start(ask: StartFetch) {
      return beginFetch(await this.#live, this.#reach, ask);
    }
    async view({ now }: Parameters<FetchRpc["view"]>[0]) {
      return lookAtFetch(await this.#live, now);
    }
    async cancel() {
      return cancelFetch(await this.#live, this.#reach);
    }
    async mended({ now }: Parameters<FetchRpc["mended"]>[0]) {
      await mendedFetch(await this.#live, this.#reach, now);
    }
    async turn() {
      // Places are among a workflow's runs: a fetch waits for none.
    }
    async erase() {
      const live = await this.#live;
      live.kept = null; // what is under way finds nothing to go on with
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      this.#live = openFetch(this.ctx.storage);
    }
    override async alarm() {
      await workFetch(await this.#live, this.#reach);
    }
  };
}
