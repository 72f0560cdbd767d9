/** The keeper of a local runtime: a Worker beside the others, through which the process that started them reaches databases, crons and the vault. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Miniflare, V4WorkerOptions } from "miniflare";
import { askAt } from "./ask-at.ts";

const NAME = "junction-keeper";

/** An order of `keeper.mjs` about one of its bindings, with what that order takes. */
export interface Order {
  readonly order: "migrate" | "cron" | "call";
  readonly binding: string;
  readonly [given: string]: unknown;
}

export interface Keeper {
  /** To be started beside the others. */
  readonly worker: V4WorkerOptions & { readonly name: string };
  /** Has it carried out; throws what that threw. What is no JSON does not fit through. */
  ask(mf: Miniflare, order: Order): Promise<unknown>;
  /** The entrypoint behind one of the bindings. */
  rpc<R extends object>(mf: Miniflare, binding: string): R;
}

/** `bindings`: what it is to reach. */
export function newKeeper(bindings: Partial<V4WorkerOptions>): Keeper {
  const SECRET = randomBytes(32).toString("hex");
  const keeper: Keeper = {
    worker: {
      ...bindings,
      name: NAME,
      compatibilityDate: "2026-11-01",
      compatibilityFlags: ["service_binding_extra_handlers"],
      bindings: { SECRET },
      modulesRoot: import.meta.dirname,
      modules: [{ type: "ESModule", path: join(import.meta.dirname, "keeper.mjs") }],
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    },
    ask: async (mf, order) => askAt(await mf.unsafeGetDirectURL(NAME), order, { authorization: SECRET }),
    rpc<R extends object>(mf: Miniflare, binding: string): R {
      const get = (_: object, method: string) => (ask: unknown) => keeper.ask(mf, { order: "call", binding, method, ask });
      return new Proxy({}, { get }) as R; // each method of R goes to the keeper, and by RPC from there
    },
  };
  return keeper;
}
