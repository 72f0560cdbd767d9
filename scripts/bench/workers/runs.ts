/** Starts runs from within the runtime, and does the same work without an engine: a bare object that journals a row a step. */
import { DurableObject } from "cloudflare:workers";
import type { RunRpc, StartRun } from "@junction/workflow";
import { open, post, type WorkEnv } from "./work.ts";

interface RunsEnv extends WorkEnv {
  readonly RUN: DurableObjectNamespace;
  readonly BARE: DurableObjectNamespace<Bare>;
}

/** The floor: a row before each call and one after it, the call, and nothing around it. */
export class Bare extends DurableObject<RunsEnv> {
  async go(steps: number): Promise<number> {
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS steps (step INTEGER PRIMARY KEY, record TEXT NOT NULL)");
    let first = 0;
    for (let step = 0; step < steps; step++) {
      const sent = await post(this.env, await open(this.env), { to: "+12025550123", body: "Your technician arrives at 9." });
      first ||= Date.now();
      sql.exec("INSERT INTO steps (step, record) VALUES (?, ?)", step, JSON.stringify(sent));
    }
    return first;
  }
}

const AT_ONCE = 8;

export default {
  /** `POST /<who>?runs=&from=&steps=`: begins so many; `bare` is done when it answers. Gives milliseconds to the first step's answer, where known. */
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const [runs, from, steps] = ["runs", "from", "steps"].map((name) => Number(searchParams.get(name))) as [number, number, number];
    const ask = pathname === "/runs" ? await request.json<Omit<StartRun, "run" | "now">>() : null;
    const alone = searchParams.get("alone") !== null;
    const firsts: number[] = [];
    let next = from;
    const worker = async () => {
      while (next < from + runs) {
        const number = next++;
        const began = Date.now();
        if (ask === null) {
          firsts.push((await env.BARE.getByName(`bare-${number}`).go(steps)) - began);
          continue;
        }
        const run = `run_${number}`;
        const object = env.RUN.getByName(`${ask.contractor}/${run}`) as unknown as RunRpc;
        await object.start({ ...ask, run, now: began });
        if (alone) firsts.push((await ended(object)) - began);
      }
    };
    await Promise.all(Array.from({ length: alone ? 1 : AT_ONCE }, worker));
    return Response.json(firsts);
  },
} satisfies ExportedHandler<RunsEnv>;

/** When the first step was answered. */
async function ended(object: RunRpc): Promise<number> {
  for (;;) {
    const at = (await object.view())?.steps[0]?.endedAt;
    if (typeof at === "number") return at;
    await scheduler.wait(1);
  }
}
