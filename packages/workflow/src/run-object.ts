/** A run's Durable Object. Thin: each method is one of the functions beside it. Its name is `<contractor>/<run>`. */
import { DurableObject } from "cloudflare:workers";
import { advance, outlived, rest } from "./advance.ts";
import { begin, type Live, openJournal, viewOf } from "./journal.ts";
import { happened, known, mended, obey, timeIsUp, turn } from "./orders.ts";
import type { Reach } from "./reach.ts";
import type { RunRpc, RunView, StartRun } from "./run.ts";
import { tell } from "./tell.ts";

/** The class, over whatever bindings the Worker has that it lives in. */
export function runObject<Env>(reachOf: (env: Env, ctx: Pick<DurableObjectState, "waitUntil">) => Reach) {
  return class RunObject extends DurableObject<Env> implements RunRpc {
    #live: Promise<Live>;
    #reach: Reach;

    constructor(ctx: DurableObjectState, env: Env) {
      super(ctx, env);
      this.#live = ctx.blockConcurrencyWhile(() => openJournal(ctx.storage));
      this.#reach = reachOf(env, ctx);
    }

    async start(ask: StartRun): Promise<RunView> {
      const live = await this.#live;
      if (!live.ask) begin(live, ask);
      this.#goOn(live);
      await tell(live, this.#reach); // so that whoever lists runs next finds it
      return seen(live);
    }
    async view() {
      return viewOf(await this.#live);
    }
    async order(order: Parameters<RunRpc["order"]>[0]) {
      const live = await this.#live;
      if (!live.ask) return null;
      const refused = await obey(live, this.#reach, live.ask, order);
      if (refused !== null) return { refused };
      this.#goOn(live);
      await (live.going === null ? rest(live, this.#reach) : tell(live, this.#reach));
      return seen(live);
    }
    async mended({ now }: Parameters<RunRpc["mended"]>[0]) {
      const live = await this.#live;
      mended(live, now);
      this.#goOn(live);
    }
    async turn({ now }: Parameters<RunRpc["turn"]>[0]) {
      const live = await this.#live;
      turn(live, now);
      this.#goOn(live);
      if (live.going === null) await rest(live, this.#reach);
    }
    async known({ now }: Parameters<RunRpc["known"]>[0]) {
      const live = await this.#live;
      known(live, now);
      this.#goOn(live);
    }
    async happened(event: Parameters<RunRpc["happened"]>[0]) {
      const live = await this.#live;
      if (live.ask) await happened(live, this.#reach, live.ask, event);
      this.#goOn(live);
    }
    async nudge({ now }: Parameters<RunRpc["nudge"]>[0]) {
      const live = await this.#live;
      if (!live.ask) return false;
      if (live.going === null) await this.#wake(live, now);
      return true;
    }
    async erase() {
      const live = await this.#live;
      live.ask = null; // what is under way finds nothing to go on with
      live.standing = { ...live.standing, state: "cancelled" };
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
      this.#live = openJournal(this.ctx.storage);
    }
    override async alarm() {
      const live = await this.#live;
      live.alarmAt = null;
      if (outlived(live, Date.now())) return this.erase();
      await this.#wake(live, Date.now());
    }

    async #wake(live: Live, now: number): Promise<void> {
      await timeIsUp(live, this.#reach, now);
      await (live.standing.state === "running" ? advance(live, this.#reach) : rest(live, this.#reach));
    }

    /** Goes on after the answer, if there is anything to do. If it breaks, the alarm goes on from the journal. */
    #goOn(live: Live): void {
      if (!live.ask || live.standing.state !== "running") return;
      const { run, contractor } = live.ask;
      const broke = (error: unknown) => console.error(JSON.stringify({ at: "run", what: "broke", run, contractor, error: String(error) }));
      this.ctx.waitUntil(advance(live, this.#reach).catch(broke));
    }
  };
}

function seen(live: Live): RunView {
  const view = viewOf(live);
  if (!view) throw new Error("the run is gone");
  return view;
}
