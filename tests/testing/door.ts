/** The inside of a started mesh, for tests that begin or look behind its API: the gateway's database and its Durable Objects, over HTTP. */
import type { Miniflare, V4WorkerOptions } from "miniflare";
import { D1_DOOR, d1At } from "../../packages/db/src/testing/d1-door.ts";
import { askAt } from "../../scripts/local/ask-at.ts";

const NAME = "junction-door";
const GATEWAY = "junction-gateway";
const OBJECTS = { CONTRACTOR: "ContractorObject", RUN: "RunObject" } as const;

/** To be started beside the mesh. */
export const DOOR: V4WorkerOptions = {
  name: NAME,
  compatibilityDate: "2026-11-01",
  d1Databases: { DB: "junction" },
  durableObjects: Object.fromEntries(
    Object.entries(OBJECTS).map(([binding, className]) => [binding, { className, scriptName: GATEWAY, useSQLite: true }]),
  ),
  unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
  modules: [
    {
      type: "ESModule",
      path: "door.mjs",
      contents: `const d1 = ${D1_DOOR};
const object = async ({ binding, name, method, args }, env) => {
  try {
    return Response.json({ value: await env[binding].getByName(name)[method](...args) });
  } catch (error) {
    return Response.json({ failed: error.message });
  }
};
export default { async fetch(request, env) {
  const asked = await request.json();
  return "binding" in asked ? object(asked, env) : d1(asked, env);
} };`,
    },
  ],
};

export interface Inside {
  readonly db: D1Database;
  /** The gateway's object of this name; what is no JSON does not fit through. */
  object<Rpc extends object>(binding: keyof typeof OBJECTS, name: string): Rpc;
}

/** What lies behind the door of a runtime that was started with it. */
export function inside(mf: Miniflare): Inside {
  const door = () => mf.unsafeGetDirectURL(NAME);
  return {
    db: d1At(door),
    object<Rpc extends object>(binding: keyof typeof OBJECTS, name: string): Rpc {
      const call = async (method: string, args: readonly unknown[]) => askAt(await door(), { binding, name, method, args });
      const get = (_: object, method: string) => (method === "then" ? undefined : (...args: unknown[]) => call(method, args));
      return new Proxy({}, { get }) as Rpc; // each method of Rpc goes to the door, and by RPC from there
    },
  };
}
