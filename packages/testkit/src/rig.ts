/** Vendor Workers in real workerd with the real vault, the sandbox's emulators, and between the two a Worker that records. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { VaultAdminRpc, VendorRpc } from "@junction/core";
import { newKeyring } from "@junction/vault";
import { build } from "esbuild";
import { newKeeper } from "../../../scripts/local/keeper.ts";
import { migrate } from "../../../scripts/local/migrations.ts";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "../../../scripts/local/miniflare.ts";
import type { Passed } from "./behaviour.ts";
import { type Egress, startEgress } from "./egress.ts";
import { type Answers, type Ask, type Line, openLine, type Told } from "./line.ts";
import type { Sent } from "./sent.ts";

/** A vendor's file, and its emulator's where it has one. */
export interface Member {
  readonly id: string;
  readonly file: string;
  readonly emulator: string | undefined;
}

export interface Rig {
  readonly egress: Egress;
  readonly admin: VaultAdminRpc;
  vendor(id: string): VendorRpc;
  /** One method of a vendor's Worker, or of a mutant of it, asked many things at once. A delivery's body, given as text, arrives as bytes. */
  each<T>(id: string, method: keyof VendorRpc, asks: readonly unknown[], mutant?: string): Promise<readonly Told<T>[]>;
  /** The sandbox's API, at a path under `/sandbox/api`. */
  sandbox(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Sends a form on one of a vendor's own pages, as a person's browser would. */
  visit(page: URL, form: Readonly<Record<string, string>>): Promise<Passed>;
  /** Everything the Workers printed. */
  readonly logs: readonly string[];
  dispose(): Promise<void>;
}

/** Name of a mutant → what it exports in the vendor's place: an expression in which `vendor` is the vendor. */
export type Mutants = Readonly<Record<string, string>>;

const DATE = "2026-11-01";

const root = join(import.meta.dirname, "../../..");

export async function startRig(members: readonly Member[], mutants: Mutants = {}): Promise<Rig> {
  const emulated = members.filter(({ emulator }) => emulator !== undefined);
  const code = await bundle(members, emulated, mutants);
  let line: Line | undefined;
  const opened = (): Line => {
    if (line === undefined) throw new Error("the rig has not started");
    return line;
  };
  const egress = await startEgress((vendor, sent) => play(opened(), vendor, sent));
  const logs: string[] = [];
  const vendorWorker = (id: string) => ({
    ...worker(`junction-${id}`, code(id)),
    serviceBindings: {
      EGRESS: { name: "rig", entrypoint: "Egress", props: { vendor: id } },
      VAULT: { name: "junction-vault", entrypoint: "VendorVault", props: { vendor: id } },
    },
  });
  const own = {
    ...worker("rig", code("rig")),
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    bindings: { OUTSIDE: egress.url },
    serviceBindings: {
      SANDBOX: "junction-sandbox",
      ...Object.fromEntries(members.map(({ id }) => [id, `junction-${id}`])),
      ...Object.fromEntries(
        members.flatMap(({ id }) =>
          Object.keys(mutants).map((entrypoint) => [`${id}:${entrypoint}`, { name: `junction-${id}`, entrypoint }]),
        ),
      ),
      VAULT: { name: "junction-vault", entrypoint: "VaultAdmin" },
    },
  };
  const vault = {
    ...worker("junction-vault", code("junction-vault")),
    bindings: { KEYRING: JSON.stringify(newKeyring()) },
    d1Databases: { DB: "junction-vault" },
    kvNamespaces: { CACHE: "junction-vault-cache" },
    durableObjects: { LEASE: { className: "RefreshLease", useSQLite: true } },
  };
  const sandbox = {
    ...worker("junction-sandbox", code("junction-sandbox")),
    durableObjects: { VENDOR_STATE: { className: "VendorState", useSQLite: true } },
  };
  const keeper = newKeeper({ d1Databases: { DB: "junction-vault" } });
  const storage = newStorage();
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      resourcePersistencePath: storage,
      cf: false, // a made-up request.cf would be fetched over the network
      telemetry: { enabled: false },
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ message }: { message: string }) => void logs.push(message),
      workers: [own, vault, sandbox, keeper.worker, ...members.map(({ id }) => vendorWorker(id))],
    }),
  );
  await migrate(keeper, mf, "DB", join(root, "workers/vault/migrations"));
  line = openLine(await mf.unsafeGetDirectURL("rig"));
  const each: Rig["each"] = async <T>(id: string, method: string, asks: readonly unknown[], mutant?: string) => {
    const whole = { binding: mutant === undefined ? id : `${id}:${mutant}`, method, asks, vendor: id, rule: egress.rule(id) };
    const { told, sent } = await ask<T>(opened(), whole as Ask);
    await egress.heard(id, sent);
    return told;
  };
  const one = (binding: string, method: string, given: unknown) =>
    binding === "VAULT"
      ? ask(opened(), { binding, method, asks: [given] } as Ask).then(({ told }) => told)
      : each(binding, method as keyof VendorRpc, [given]);
  return {
    egress,
    logs,
    admin: rpc((method, given) => one("VAULT", method, given)),
    vendor: (id) => rpc((method, given) => one(id, method, given)),
    each,
    async sandbox(method, path, body) {
      const json = { "content-type": "application/json" };
      const given = body === undefined ? undefined : JSON.stringify(body);
      const { status, body: said } = await opened().send(method, `/sandbox/api${path}`, json, given);
      if (status >= 400) throw new Error(`the sandbox refused ${method} ${path}: ${said}`);
      return said === "" ? null : JSON.parse(said);
    },
    visit: ({ host, pathname, search }, form) =>
      opened().send(
        "POST",
        `/${host}${pathname}${search}`,
        { "content-type": "application/x-www-form-urlencoded" },
        new URLSearchParams(form).toString(),
      ),
    async dispose() {
      opened().close();
      await mf.dispose();
      await egress.close();
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

const MEMORY = "/dev/shm";
const ROOM_BYTES = 1024 ** 3;

/** A directory of its own; in memory where the system has room there, since the runtime waits for the disk with each write. */
function newStorage(): string {
  const memory = existsSync(MEMORY) ? statfsSync(MEMORY) : undefined;
  return mkdtempSync(join(memory && memory.bavail * memory.bsize > ROOM_BYTES ? MEMORY : tmpdir(), "junction-rig-"));
}

const worker = (name: string, contents: string) => ({
  name,
  modules: [{ type: "ESModule" as const, path: `${name}.mjs`, contents }],
  compatibilityDate: DATE,
});

async function ask<T>(line: Line, ask: Ask): Promise<Answers<T>> {
  const { status, body } = await line.send("POST", "/ask", { "content-type": "application/json" }, JSON.stringify(ask));
  if (status !== 200) throw new Error(`the rig's Worker answered ${status}: ${body}`);
  return JSON.parse(body) as Answers<T>;
}

function rpc<R extends object>(ask: (method: string, given: unknown) => Promise<readonly Told<unknown>[]>): R {
  const get = (_: object, method: string) => async (given: unknown) => {
    const [told] = await ask(method, given);
    if (told?.threw !== undefined) throw new Error(told.threw);
    return told?.value;
  };
  return new Proxy({}, { get }) as R; // each method of R goes to the rig's Worker, and by RPC from there
}

const CONNECTION = ["host", "connection", "content-length", "transfer-encoding"];

/** Takes a request to the sandbox that was decided about outside the runtime. */
function play(line: Line, vendor: string, { method, url, headers, bytes }: Sent): Promise<Passed> {
  const passed = Object.fromEntries([...headers].filter(([name]) => !CONNECTION.includes(name)));
  const length = bytes.length > 0 && { "content-length": String(bytes.length) };
  return line.send(method, url.slice(`https:/`.length), { ...passed, ...length, "x-sandbox-vendor": vendor }, bytes);
}

async function bundle(members: readonly Member[], emulated: readonly Member[], mutants: Mutants): Promise<(name: string) => string> {
  const exported = Object.entries(mutants).map(([name, expression]) => `export const ${name} = serveVendor(${expression}, deliveries);`);
  const entries: Record<string, string> = {
    rig: `export * from "./packages/testkit/src/runtime/index.ts"; export { default } from "./packages/testkit/src/runtime/index.ts";`,
    "junction-vault": `export * from "./workers/vault/src/index.ts"; export { default } from "./workers/vault/src/index.ts";`,
    "junction-sandbox": `import { createSandbox } from "./packages/sandbox/src/worker.ts";
      ${emulated.map(({ emulator }, i) => `import emulator${i} from ${JSON.stringify(emulator)};`).join("\n")}
      const sandbox = createSandbox([${emulated.map((_, i) => `emulator${i}`).join(", ")}]);
      export const VendorState = sandbox.VendorState;
      export default sandbox.handler;`,
    ...Object.fromEntries(
      members.map(({ id, file }) => [
        id,
        `import { deliveries, serveVendor } from "./packages/kit/src/serve.ts"; import vendor from ${JSON.stringify(file)}; export default serveVendor(vendor, deliveries); ${exported.join(" ")}`,
      ]),
    ),
  };
  const { outputFiles } = await build({
    entryPoints: Object.keys(entries).map((name) => ({ in: `entry:${name}`, out: name })),
    outdir: "/bundled",
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    logLevel: "silent", // a failure throws with the same words
    plugins: [
      {
        name: "entries",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice("entry:".length), namespace: "entry" }));
          onLoad({ filter: /.*/, namespace: "entry" }, ({ path }) => ({ contents: entries[path] ?? "", resolveDir: root, loader: "ts" }));
        },
      },
    ],
  });
  const texts = new Map(outputFiles.map(({ path, text }) => [path.slice(path.lastIndexOf("/") + 1, -".js".length), text]));
  return (name) => texts.get(name) ?? "";
}

/** Every folder of `workers/` that holds `<id>.ts`. */
export function membersOnDisk(): readonly Member[] {
  const workers = join(root, "workers");
  return readdirSync(workers)
    .filter((id) => existsSync(join(workers, id, `${id}.ts`)))
    .sort()
    .map((id) => member(join(workers, id, `${id}.ts`), id));
}

/** A vendor by its file; the emulator stands beside it. */
export function member(file: string, id: string): Member {
  const emulator = join(dirname(file), `${id}.emulator.ts`);
  return { id, file, emulator: existsSync(emulator) ? emulator : undefined };
}
