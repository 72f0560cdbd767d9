/** Every contender in one runtime, each on a socket of its own, all before the same stand-in. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Identity, sha256, type VaultAdminRpc } from "@junction/core";
import type { AgentKey, ContractorRpc } from "@junction/dispatch";
import { newKeyring } from "@junction/vault";
import type { V4WorkerOptions } from "miniflare";
import { bundle } from "../local/bundle.ts";
import { type Stack, startStack } from "../stack.ts";
import type { Ground } from "./ground.ts";
import { FIELDS, SECRETS, sealed } from "./record.ts";
import { runtimes } from "./runtime.ts";

export const RIVALS = ["empty", "floor", "low-level", "naive"] as const;
export type Rival = (typeof RIVALS)[number];
export const GATEWAY = "junction-gateway";

export interface Arena {
  readonly stack: Stack;
  readonly key: string;
  /** The runtime's process, where the system tells. */
  readonly pid: number | undefined;
  /** Where each is reached, past the runtime's entry proxy. */
  readonly url: Readonly<Record<Rival | "gateway" | "parts", string>>;
  /** Where the floor of webhooks is reached, and the address its deliveries are signed for. */
  readonly hookFloor: { readonly url: string; readonly address: string };
  /** Writes down whatever calls have left to be written after their answers. */
  drain(): Promise<void>;
  dispose(): Promise<void>;
}

export interface GatewayBindings {
  readonly CONTRACTOR: { idFromName(name: string): unknown; get(id: unknown): ContractorRpc };
  readonly VAULT: VaultAdminRpc;
}

export const compatibilityDate = "2026-11-01";

export async function openArena({ root }: Ground): Promise<Arena> {
  const keyring = newKeyring();
  const names = [...RIVALS, "parts"] as const;
  const code = await bundle(root, Object.fromEntries(names.map((name) => [name, join(root, `scripts/bench/workers/${name}.ts`)])));
  const rivals = names.map(
    (name): V4WorkerOptions => ({
      name: `bench-${name}`,
      compatibilityDate,
      modules: [{ type: "ESModule", path: `${name}.mjs`, contents: readFileSync(code(name), "utf8") }],
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      ...(name !== "empty" && {
        bindings: { KEYRING: JSON.stringify(keyring) },
        kvNamespaces: { CACHE: "bench-cache" },
        serviceBindings: { VENDOR: "junction-sandbox", ...(name === "parts" && { NEAR: { name: "bench-parts", entrypoint: "Near" } }) },
      }),
      ...(name === "parts" && { durableObjects: { LEDGER: { className: "Ledger", useSQLite: true } }, d1Databases: { DB: "bench-parts" } }),
    }),
  );
  const floor = await hookFloor(root);
  const others = runtimes();
  const stack = await startStack({ root, stateDir: join(root, "state"), extraWorkers: [...rivals, floor], directSockets: [GATEWAY] });
  try {
    const cache = await stack.mf.getKVNamespace("CACHE", "bench-floor");
    await cache.put("credential", JSON.stringify(await sealed(keyring)));
    const { key, drain } = await seed(stack);
    const urls = await Promise.all(names.map(async (name) => [name, await stack.directUrl(`bench-${name}`)]));
    const url = { ...Object.fromEntries(urls), gateway: `${await stack.directUrl(GATEWAY)}/mcp` };
    const pid = runtimes().find((one) => !others.includes(one));
    await (await stack.mf.getD1Database("DB", floor.name)).exec(
      "CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, payload TEXT NOT NULL)",
    );
    const hooks = { url: await stack.directUrl(floor.name), address: FLOOR_ADDRESS };
    return { stack, key, pid, url, hookFloor: hooks, drain, dispose: () => stack.dispose() };
  } catch (error) {
    await stack.dispose();
    throw error;
  }
}

const FLOOR_ADDRESS = "https://bench.example/hook";

async function hookFloor(root: string): Promise<V4WorkerOptions & { readonly name: string }> {
  const code = await bundle(root, { floor: join(root, "scripts/bench/workers/hook-floor.ts") });
  return {
    name: "bench-hook-floor",
    compatibilityDate,
    modules: [{ type: "ESModule", path: "hook-floor.mjs", contents: readFileSync(code("floor"), "utf8") }],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    bindings: { TOKEN: FIELDS.auth_token, ADDRESS: FLOOR_ADDRESS },
    d1Databases: { DB: "bench-hooks" },
  };
}

export const CONTRACTOR = "bench";

/** A contractor with Twilio and Google Maps connected, and an agent key for every tool. */
export async function seed(stack: Stack): Promise<{ readonly key: string; drain(): Promise<void> }> {
  const { CONTRACTOR: objects, VAULT } = await stack.mf.getBindings<GatewayBindings>(GATEWAY);
  const contractor = objects.get(objects.idFromName(CONTRACTOR));
  const now = Date.now();
  const key = `jn_${CONTRACTOR}_${"0123456789abcdefghijABCDEFGHIJ0123456789"}`;
  const all: AgentKey = { id: "key_bench", name: "bench", tools: null, createdAt: now, expiresAt: null, revokedAt: null, lastUsedAt: null };
  await contractor.addKey({ contractor: CONTRACTOR, hash: await sha256(key), key: all });
  const connect = async (vendor: string, fields: Readonly<Record<string, string>>, secrets: readonly string[]) => {
    const owner = { contractor: CONTRACTOR, connection: await contractor.connectionId({ contractor: CONTRACTOR, vendor, now }) };
    const { generation } = await VAULT.store({ ...owner, vendor, type: "api_key", fields, secrets });
    const account: Identity = { id: vendor, name: vendor };
    await contractor.attach({ ...owner, vendor, account, generation, scopes: [], now, call: "call_bench" });
  };
  await connect("twilio", FIELDS, SECRETS);
  await connect("google-maps", { api_key: "AIza0123456789abcdef0123456789abcdef" }, ["api_key"]);
  return {
    key,
    async drain() {
      await Promise.all([contractor.flush({ contractor: CONTRACTOR }), VAULT.opens({ contractor: CONTRACTOR, limit: 1 })]);
    },
  };
}
