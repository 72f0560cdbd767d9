/**
 * Every Worker in one process, on the real runtime, from the very configurations that are deployed. `npm start`, the
 * end-to-end tests and the benchmark all stand on this.
 */
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import type { VaultAdminRpc } from "@junction/core";
import { HOST_CRM, HOST_EVENTS_SECRET } from "@junction/sandbox";
import { newKeyring } from "@junction/vault";
import type { V4WorkerOptions, V4WorkerOptionsShape } from "miniflare";
import { CommandError } from "./command.ts";
import type { WorkerConfig } from "./configs.ts";
import { bundle } from "./local/bundle.ts";
import { newKeeper } from "./local/keeper.ts";
import { localKeyring } from "./local/keyring.ts";
import { shareWhatStandsBeside } from "./local/lean.ts";
import { migrate } from "./local/migrations.ts";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, MiniflareCoreError } from "./local/miniflare.ts";
import { killRuntimesWithThisProcess } from "./local/orphans.ts";
import { lockState } from "./local/state-lock.ts";
import { workerOptions } from "./local/worker-options.ts";
import { projectRoot, workerName } from "./project.ts";
import { buildSettings } from "./settings.ts";
import { generateWorkers, LOCAL_VAULT } from "./workers.ts";

export interface StackOptions {
  /** Default: this project. */
  readonly root?: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Where D1, KV, Durable Objects, queues and the keyring are kept; absent, they live as long as the stack. */
  readonly stateDir?: string;
  /** Where vendors' requests go: the sandbox (the default), the vendors themselves, or `<URL>/<vendor host>/<path>`. */
  readonly egress?: "sandbox" | "live" | URL;
  /** Plain-text bindings, by Worker (`junction-gateway`), over those of the configurations. */
  readonly vars?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Stand-ins beside the project's Workers, as Miniflare 4 describes them. */
  readonly extraWorkers?: readonly V4WorkerOptions[];
  /** Only these vendors' Workers are started; a call to another throws. Default: all. */
  readonly vendors?: readonly string[];
  /** How often each Worker's cron fires, whatever its schedule says: here nobody waits a minute. Default 5 s; 0: never by itself. */
  readonly cronMs?: number;
  /** Workers to give a port of their own, past Miniflare's entry proxy: for measurements. */
  readonly directSockets?: readonly string[];
  /** Has each Worker's heap looked into, by the inspector's protocol: for measurements. */
  readonly inspected?: boolean;
  /** What the Workers print: default, to this process's own output. */
  readonly log?: (line: { readonly level: string; readonly message: string }) => void;
}

export interface Stack {
  /** The gateway's origin, without a slash at its end. */
  readonly url: string;
  readonly mf: Miniflare;
  /** The origin of one of `directSockets`. */
  directUrl(worker: string): Promise<string>;
  /** What the operator does with the vault: our own apps at vendors, and the keyring's rotation. */
  readonly vault: Pick<VaultAdminRpc, "keyring" | "rewrap" | "storePlatform"> & {
    /** Makes the vault go on with this keyring; no call notices. */
    handOver(keyring: string): Promise<void>;
  };
  /** Fires each Worker's cron once, and waits for what that does. */
  fireCrons(): Promise<void>;
  dispose(): Promise<void>;
}

/** Who signs sessions in development. These values stand nowhere else; a deployment that carries them is refused. */
const development = (url: string) => ({
  PUBLIC_URL: url,
  SESSION_ISSUER: "junction-development",
  SESSION_AUDIENCE: "junction",
  SESSION_JWKS_URL: `${url}/sandbox/issuer/jwks.json`,
  SIGN_IN_URL: `${url}/sandbox/issuer/login`,
  MAIL_FROM: "Junction <alerts@junction.example>",
  HOST_EVENTS_URL: `${url}/sandbox/${HOST_CRM}/events`,
  HOST_EVENTS_SECRET,
});

/** Starts everything, migrated and ready for the first request. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { stateDir } = options;
  const lock = stateDir === undefined ? undefined : lockState(stateDir);
  try {
    const stack = await launch(options, () => lock?.release());
    lock?.announce(stack.url);
    return stack;
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function launch(options: StackOptions, released: () => void): Promise<Stack> {
  const { root = projectRoot, host = "127.0.0.1", stateDir, extraWorkers = [], log, vendors } = options;
  const port = await usablePort(host, options.port ?? 0);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  await buildSettings(root);
  const workers = generateWorkers(root);
  const entry = ({ kind, folder, config }: WorkerConfig) => join(root, kind === "vault" ? LOCAL_VAULT : join(folder, config.main));
  const [script, read] = await Promise.all([
    bundle(root, Object.fromEntries(workers.map((worker) => [worker.config.name, entry(worker)]))),
    workerOptions(
      root,
      workers.map(({ folder }) => folder),
    ),
  ]);
  const here = { url, keyring: stateDir === undefined ? JSON.stringify(newKeyring()) : localKeyring(stateDir) };
  const started = vendors ? workers.filter(({ kind, id }) => kind !== "vendor" || vendors.includes(id)) : workers;
  const unknown = vendors?.filter((id) => !started.some((worker) => worker.kind === "vendor" && worker.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`there are no vendors ${unknown.join(", ")}`);
  const left = new Set(workers.filter((worker) => !started.includes(worker)).map(({ config }) => config.name));
  const project = gatewayFirst(started).map((worker) =>
    withoutServices(local(worker, read[worker.folder], script(worker.config.name), options, here), left),
  );
  const databases = workers.flatMap(({ folder, config }) =>
    (config.d1_databases ?? []).flatMap(({ database_id, migrations_dir }) =>
      database_id !== undefined && migrations_dir !== undefined ? [{ database_id, directory: join(root, folder, migrations_dir) }] : [],
    ),
  );
  const crons = workers.flatMap(({ config }) => ((config.triggers?.crons ?? []).length > 0 ? [config.name] : []));
  const keeper = keeperOf(
    databases.map(({ database_id }) => database_id),
    crons,
  );
  const settings = convertV4MiniflareOptions({
    host,
    port,
    cf: false, // a made-up request.cf would be fetched over the network
    telemetry: { enabled: false },
    log: new Log(LogLevel.ERROR),
    ...(options.inspected && { inspectorPort: 0 }),
    ...(log && { handleStructuredLogs: log }),
    ...(stateDir !== undefined && { resourcePersistencePath: join(stateDir, "storage") }),
    workers: [...project, keeper.worker, ...(left.size > 0 ? [ABSENT] : []), ...extraWorkers],
  });
  shareWhatStandsBeside();
  const mf = withOwnSignals(() => new Miniflare(settings));
  try {
    await mf.ready;
    for (const { database_id, directory } of databases) await migrate(keeper, mf, database_id, directory);
  } catch (error) {
    await Promise.allSettled([mf.dispose()]); // it repeats the same error
    const taken = error instanceof MiniflareCoreError && error.code === "ERR_ADDRESS_IN_USE";
    if (!taken) throw error;
    if (options.port) throw portTaken(port);
    return launch(options, released); // someone took the free port in the moment before the runtime did
  }
  const fire = (binding: string) => keeper.ask(mf, { order: "cron", binding });
  const stopCrons = repeatedly(() => Promise.allSettled(crons.map(fire)), crons.length === 0 ? 0 : (options.cronMs ?? 5_000));
  const admin = keeper.rpc<VaultAdminRpc>(mf, "ADMIN");
  return {
    url,
    mf,
    directUrl: async (worker) => (await mf.unsafeGetDirectURL(worker)).origin,
    vault: {
      keyring: () => admin.keyring(),
      storePlatform: (ask) => admin.storePlatform(ask),
      rewrap: (ask) => admin.rewrap(ask),
      handOver: (keyring) => keeper.rpc<Pick<Stack["vault"], "handOver">>(mf, "HANDOVER").handOver(keyring),
    },
    fireCrons: async () => void (await Promise.all(crons.map(fire))),
    dispose: async () => {
      await stopCrons();
      await mf.dispose();
      released();
    },
  };
}

/** Reaches the databases, the vault, and the Workers that have a cron. */
const keeperOf = (databases: readonly string[], crons: readonly string[]) =>
  newKeeper({
    d1Databases: Object.fromEntries(databases.map((id) => [id, id])),
    serviceBindings: {
      ...Object.fromEntries(crons.map((name) => [name, name])),
      ADMIN: { name: workerName("vault"), entrypoint: "VaultAdmin" },
      HANDOVER: { name: workerName("vault"), entrypoint: "KeyringHandover" },
    },
  });

/** Does it now, since an earlier process may have left work behind, and from then on, one at a time; 0: never. Gives what ends that. */
function repeatedly(fire: () => Promise<unknown>, everyMs: number): () => Promise<unknown> {
  if (everyMs === 0) return async () => {};
  let running: Promise<unknown> | undefined;
  const tick = () => {
    running ??= fire().then(() => {
      running = undefined;
    });
  };
  tick();
  const timer = setInterval(tick, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

/** Miniflare sends what no route claims to the first Worker. */
const gatewayFirst = (workers: readonly WorkerConfig[]) =>
  [...workers].sort((a, b) => Number(b.kind === "gateway") - Number(a.kind === "gateway"));

/** Stands where a vendor's Worker was not started. */
const ABSENT: V4WorkerOptions = {
  name: "junction-absent",
  compatibilityDate: "2026-11-01",
  modules: [
    {
      type: "ESModule",
      path: "absent.mjs",
      contents: `import { WorkerEntrypoint } from "cloudflare:workers";
        export default class extends WorkerEntrypoint {}`,
    },
  ],
};

/** The Worker with `ABSENT` in the place of those that are not started. */
function withoutServices(worker: V4WorkerOptions, left: ReadonlySet<string>): V4WorkerOptions {
  const bound = Object.entries(worker.serviceBindings ?? {}).map(([binding, service]) => {
    const name = typeof service === "object" && "name" in service ? service.name : service;
    return [binding, typeof name === "string" && left.has(name) ? ABSENT.name : service];
  });
  return { ...worker, serviceBindings: Object.fromEntries(bound) };
}

const prefix = ({ href }: URL): string => href.replace(/\/$/, "");

/** A deployed configuration as the local runtime takes it, with what is only there locally. */
function local(
  { id, kind, config: { name } }: WorkerConfig,
  { email: _, ...workerOptions }: V4WorkerOptionsShape = {}, // locally the sandbox is the mailer
  script: string,
  { egress = "sandbox", vars, directSockets }: StackOptions,
  { url, keyring }: { readonly url: string; readonly keyring: string },
): V4WorkerOptions {
  const added: Record<string, string> = {
    ...(kind === "gateway" && development(url)),
    // A browser that is sent to a vendor's consent page goes where the vendors' requests go.
    ...(kind === "gateway" && egress !== "live" && { VENDOR_PAGES: egress === "sandbox" ? `${url}/sandbox` : prefix(egress) }),
    ...(kind === "vault" && { KEYRING: keyring }),
    ...((kind === "vendor" || kind === "gateway") && egress instanceof URL && { EGRESS: prefix(egress) }),
    ...(kind === "gateway" && egress !== "live" && { PLAIN_TARGETS: "yes" }),
    ...vars?.[name],
  };
  return {
    ...workerOptions,
    name,
    modulesRoot: dirname(script),
    modules: [{ type: "ESModule", path: script }],
    bindings: { ...workerOptions.bindings, ...added },
    serviceBindings: {
      ...workerOptions.serviceBindings,
      ...((kind === "vendor" || kind === "gateway") &&
        egress === "sandbox" && {
          // Whose it is, since several of Google's vendors share a host and its authorization server.
          EGRESS: { name: workerName("sandbox"), ...(kind === "vendor" && { props: { vendor: id } }) },
        }),
      ...(kind === "gateway" && { MAILER: { name: workerName("sandbox"), entrypoint: "Mailbox" } }),
    },
    ...(kind === "sandbox" && { routes: ["*/sandbox*"] }),
    ...(directSockets?.includes(name) && { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] }),
  };
}

/** Miniflare ends the process by itself on a signal; whoever starts a stack decides that, and disposes of it first. */
function withOwnSignals<T>(make: () => T): T {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const before = signals.map((signal) => process.listeners(signal));
  killRuntimesWithThisProcess();
  const made = make();
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) if (!before[index]?.includes(listener)) process.removeListener(signal, listener);
  }
  return made;
}

const portTaken = (port: number) =>
  new CommandError(`Port ${port} is in use by another program. Stop that one, or take another port: npm start -- --port ${port + 1}`);

/** The port itself if it can be listened on, a free one for 0. */
function usablePort(host: string, wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") reject(portTaken(wanted));
      else reject(new CommandError(`Port ${wanted} of ${host} cannot be listened on: ${error.message}`));
    });
    server.listen(wanted, host, () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : wanted));
    });
  });
}
