/** A vault in real workerd for the tests, with one tiny Worker for each who may call it. */
import { join } from "node:path";
import type { CredentialRef, VaultAdminRpc, VaultPayloadsRpc, VendorVaultRpc } from "@junction/core";
import type { Keyring } from "@junction/vault";
import { build } from "esbuild";
import { expect, vi } from "vitest";
import { D1_DOOR, d1At } from "../../../packages/db/src/testing/d1-door.ts";
import { askAt } from "../../../scripts/local/ask-at.ts";
import { newKeeper } from "../../../scripts/local/keeper.ts";
import { migrate } from "../../../scripts/local/migrations.ts";
import { convertV4MiniflareOptions, Miniflare } from "../../../scripts/local/miniflare.ts";
import type { LeaseState } from "./lease.ts";

export const DEMO = { contractor: "demo", connection: "con_1" };
export const CANARY = "canary-secret-0123456789abcdef";
/** What `VaultAdmin.store` is asked in most tests. */
export const TWILIO = {
  ...DEMO,
  vendor: "twilio",
  type: "api_key",
  fields: { account_sid: "AC1", auth_token: CANARY },
  secrets: ["auth_token"],
} as const;

// Says what a call gave or threw; `methods` lists what the entrypoint class really has, up to the platform's own base class.
const CALLER = `
import { VaultAdmin, VaultPayloads, VendorVault } from "./index.ts";
const d1 = ${D1_DOOR};
function methods(of) {
  const names = new Set();
  for (let at = of.prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== "constructor") names.add(name);
  }
  return [...names];
}
export default {
  async fetch(request, env) {
    const asked = await request.json();
    if ("texts" in asked) return d1(asked, env);
    const { binding, method, args } = asked;
    if (method === "lease state") {
      const stub = env.LEASE.get(env.LEASE.idFromName(args[0]));
      return Response.json({ value: await stub.state() });
    }
    if (method === "methods") {
      const classes = { VaultAdmin, VaultPayloads, VendorVault };
      return Response.json({ value: Object.fromEntries(Object.entries(classes).map(([name, of]) => [name, methods(of)])) });
    }
    try {
      return Response.json({ value: await env[binding][method](...args) });
    } catch (error) {
      return Response.json({ failed: error instanceof Error ? error.message : String(error) });
    }
  },
};
`;

export interface RigOptions {
  /** Name of a vault Worker → its keyring's text. All share one D1, KV and lease object, as isolates of a rollout do. */
  readonly vaults?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

export const KEYRING: Keyring = { current: "k1", keys: { k1: btoa("1".repeat(32)) } };

export async function startRig({ vaults = { vault: JSON.stringify(KEYRING) }, directory }: RigOptions = {}) {
  const script = await bundle();
  const common = { compatibilityDate: "2026-11-01", modules: true };
  const storage = { d1Databases: { DB: "junction-vault" }, kvNamespaces: { CACHE: "junction-vault-cache" } };
  const reachable = { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] };
  const first = Object.keys(vaults)[0] ?? "vault";
  const keeper = newKeeper({ d1Databases: storage.d1Databases });
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      host: "127.0.0.1",
      ...(directory === undefined ? {} : { resourcePersistencePath: directory }),
      workers: [
        ...Object.entries(vaults).map(([name, keyring]) => ({
          ...common,
          name,
          script: script.vault,
          ...storage,
          durableObjects: { LEASE: { className: "RefreshLease", useSQLite: true, ...(name === first ? {} : { scriptName: first }) } },
          bindings: keyring === undefined ? {} : { KEYRING: keyring },
        })),
        ...["twilio", "stripe", "google-calendar", "junction"].map((vendor) => ({
          ...{ ...common, ...reachable },
          name: vendor,
          script: script.caller,
          serviceBindings: Object.fromEntries(
            Object.keys(vaults).map((name) => [name, { name, entrypoint: "VendorVault", props: { vendor } }]),
          ),
        })),
        {
          ...{ ...common, ...reachable, ...storage },
          name: "gateway",
          script: script.caller,
          durableObjects: { LEASE: { className: "RefreshLease", useSQLite: true, scriptName: first } },
          serviceBindings: Object.fromEntries(
            Object.keys(vaults).flatMap((name) => [
              [name, { name, entrypoint: "VaultAdmin" }],
              [`${name} payloads`, { name, entrypoint: "VaultPayloads" }],
            ]),
          ),
        },
        keeper.worker,
      ],
    }),
  );
  const db = d1At(() => mf.unsafeGetDirectURL("gateway"));
  await migrate(keeper, mf, "DB", join(import.meta.dirname, "../migrations"));

  async function send(worker: string, binding: string, method: string, args: readonly unknown[]): Promise<unknown> {
    return askAt(await mf.unsafeGetDirectURL(worker), { binding, method, args });
  }
  function caller<R extends object>(worker: string, binding: string): R {
    const handler = {
      get: (_: object, method: string) => (method === "then" ? undefined : (...args: unknown[]) => send(worker, binding, method, args)),
    };
    return new Proxy({}, handler) as R; // each method of R goes over HTTP to the caller Worker, and by RPC from there
  }

  return {
    mf,
    db,
    send,
    kv: caller<KVNamespace>("gateway", "CACHE"),
    admin: caller<VaultAdminRpc>("gateway", first),
    adminOf: (vault: string) => caller<VaultAdminRpc>("gateway", vault),
    payloads: (vault = first) => caller<VaultPayloadsRpc>("gateway", `${vault} payloads`),
    vendor: (vendor: string, vault = first) => caller<VendorVaultRpc>(vendor, vault),
    fetchVault: async () => (await mf.getWorker(first)).fetch("http://vault/"),
    leaseState: (vendor: string, ref: CredentialRef) =>
      send("gateway", first, "lease state", [`${vendor}/${ref.contractor}/${ref.connection}`]) as Promise<LeaseState>,
    dispose: () => mf.dispose(),
  };
}

/** Waits until KV holds a copy of this generation, which is written after the answer. */
export async function copyInKv(rig: Rig, generation: number, ref = DEMO): Promise<string> {
  return vi.waitFor(async () => {
    const text = await rig.kv.get(`${ref.contractor}/${ref.connection}`, "text");
    expect(JSON.parse(text ?? "{}")).toMatchObject({ generation });
    return text ?? "";
  }, 10_000);
}

/** Runs while D1 has neither credentials nor keys to give, so that whatever opens came from a cache. */
export async function withoutD1<T>(rig: Rig, run: () => Promise<T>): Promise<T> {
  await rig.db.prepare("ALTER TABLE credentials RENAME TO credentials_away").run();
  await rig.db.prepare("ALTER TABLE contractor_keys RENAME TO contractor_keys_away").run();
  try {
    return await run();
  } finally {
    await rig.db.prepare("ALTER TABLE contractor_keys_away RENAME TO contractor_keys").run();
    await rig.db.prepare("ALTER TABLE credentials_away RENAME TO credentials").run();
  }
}

let bundled: { vault: string; caller: string } | undefined;

async function bundle(): Promise<{ vault: string; caller: string }> {
  if (bundled) return bundled;
  const resolveDir = import.meta.dirname;
  const one = async (contents: string) => {
    const result = await build({
      stdin: { contents, resolveDir, loader: "ts" },
      bundle: true,
      format: "esm",
      external: ["cloudflare:*"],
      conditions: ["workerd", "worker", "browser"],
      write: false,
    });
    return result.outputFiles[0]?.text ?? "";
  };
  bundled = { vault: await one('export * from "./index.ts"; export { default } from "./index.ts";'), caller: await one(CALLER) };
  return bundled;
}
