/** A calendar's Durable Object, one for each contractor and integration: one round at a time, whoever asks for one. Thin. Its name is `<contractor>/<vendor>`. */
import { DurableObject } from "cloudflare:workers";
import type { WaiterRpc } from "@junction/dispatch";
import type { CalendarReach } from "./round.ts";
import { type LiveSync, nudge, openSync, work } from "./work.ts";

export interface CalendarRpc extends WaiterRpc {
  /** Something may have changed, here or there. Asked often, it looks once. */
  nudge(ask: { readonly contractor: string; readonly vendor: string }): Promise<void>;
  erase(): Promise<void>;
}

/** The class, over whatever bindings the Worker has that it lives in. */
export function calendarObject<Env>(reachOf: (env: Env, ctx: Pick<DurableObjectState, "waitUntil">) => CalendarReach) {
  return class CalendarObject extends DurableObject<Env> implements CalendarRpc {
    #live: Promise<LiveSync>;
    #reach: CalendarReach;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#live = ctx.blockConcurrencyWhile(() => openSync(ctx.storage));
      this.#reach = reachOf(env, ctx);
    }

    async nudge(ask: Parameters<CalendarRpc["nudge"]>[0]) {
      await nudge(await this.#live, ask);
    }
    async mended() {
      await nudge(await this.#live);
    }
    async turn() {
      // Places are among a workflow's runs: a calendar waits for none.
    }
    async erase() {
      const live = await this.#live;
      live.kept = null; // what is under way finds nothing to go on with
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    }
    override async alarm() {
      await work(await this.#live, this.#reach);
    }
  };
}
