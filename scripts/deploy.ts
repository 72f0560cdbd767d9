/** `npm run deploy`: brings Cloudflare to what this checkout says; `--dry-run` builds and checks it all without an account. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newKeyring } from "@junction/vault";
import { CommandError, command, readOptions } from "./command.ts";
import { deployedWorkers, type WorkerConfig } from "./configs.ts";
import { ensureKeyring, eventsSecretOf, setEventsSecret, withResources } from "./deploy/resources.ts";
import { GATEWAY_OPTIONAL_VARS, GATEWAY_VARS, refusals } from "./deploy/rules.ts";
import { overweight } from "./deploy/weight.ts";
import { must, type Wrangler, wranglerProgram } from "./deploy/wrangler.ts";
import { generate } from "./generate.ts";
import { saveKeyring } from "./local/keyring.ts";
import { projectRoot, workerName, writeIfChanged } from "./project.ts";
import { generateWorkers } from "./workers.ts";

const HELP = `npm run deploy [-- options]

  --dry-run        build and check every Worker, print sizes and bindings, change nothing; needs no account
  --keyring FILE   the keyring of the vault: made there if the file is missing, given to a vault that has none; without it a new one
                   is kept in the vault's secret alone, which cannot be read back, nor rotated

The gateway's ${GATEWAY_VARS.join(", ")}, and if wanted
${GATEWAY_OPTIONAL_VARS.join(", ")}, come from wrangler.toml or the environment.
HOST_EVENTS_SECRET, from the environment alone, becomes a secret of the gateway's where there is a HOST_EVENTS_URL.
`;

interface Deployment {
  readonly root: string;
  readonly wrangler: Wrangler;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly keyring?: string;
}

/** Builds and checks every Worker as `wrangler deploy` would. */
export async function dryRun({ root, wrangler, env, say }: Deployment): Promise<void> {
  const workers = configured(root, env);
  refuse(workers, { complete: false });
  const built = await pooled(write(root, workers), async (worker) => {
    const printed = await must(wrangler, `Building ${worker.config.name}`, ["deploy", "--dry-run", "--config", configPath(root, worker)]);
    const [, raw = "?", gzip = "?"] = /Total Upload: (.+?) \/ gzip: (.+)/.exec(printed) ?? [];
    const bindings = [...printed.matchAll(/^env\.(\S+)(?: \((.*?)\))? {2,}(.+?) *$/gm)].map(([, name = "", to, type = ""]) => ({
      name,
      to: to ?? type,
    }));
    return { worker, raw, gzip, bindings };
  });
  for (const { worker, gzip, bindings } of built) {
    // What wrangler saw, whatever our own reading of the configuration says.
    const seen = bindings.map(({ name, to }) => `${name} ${to}`);
    if (worker.kind === "vendor" && (seen.length !== 1 || seen[0] !== `VAULT ${workerName("vault")}#VendorVault`))
      throw new CommandError(
        `${worker.config.name} has the bindings ${seen.join(", ")}; a vendor's Worker has its vault capability and no other`,
      );
    const heavy = worker.kind === "vendor" && overweight(Number.parseFloat(gzip) * 1024);
    if (heavy) throw new CommandError(`${worker.config.name} ${heavy}`);
  }
  say(
    table([
      ["Worker", "Size", "gzip", "Bindings"],
      ...built.map(({ worker, raw, gzip, bindings }) => [
        worker.config.name,
        raw,
        gzip,
        bindings.map(({ name, to }) => `${name} → ${to}`).join(", "),
      ]),
    ]),
  );
  say(`\n${built.length} Workers can be deployed.`);
}

/** Makes what is lacking, then deploys vault, vendors, gateway. Stops at the first failure; a repeat goes on from there. */
export async function deploy({ root, wrangler, env, say, keyring }: Deployment): Promise<void> {
  const planned = configured(root, env);
  refuse(planned, { complete: true });
  const eventsSecret = eventsSecretOf(env);
  const workers = write(root, await withResources(planned, wrangler, say));
  for (const worker of workers) {
    for (const { binding } of worker.config.d1_databases ?? []) {
      await must(wrangler, `Migrating ${worker.config.name}'s database`, [
        "d1",
        "migrations",
        "apply",
        binding,
        "--remote",
        "--config",
        configPath(root, worker),
      ]);
      say(`migrated ${worker.config.name} ${binding}`);
    }
  }
  const send = async (worker: WorkerConfig) => {
    await must(wrangler, `Deploying ${worker.config.name}`, ["deploy", "--config", configPath(root, worker)]);
    say(`deployed ${worker.config.name}`);
  };
  const of = (kind: WorkerConfig["kind"]) => workers.filter((worker) => worker.kind === kind);
  await pooled(of("vault"), send);
  await ensureKeyring(workerName("vault"), wrangler, say, keyring);
  await pooled(of("vendor"), send);
  await pooled(of("gateway"), send);
  for (const { config } of of("gateway"))
    if (config.vars?.["HOST_EVENTS_URL"]) await setEventsSecret(config.name, wrangler, say, eventsSecret);
}

/** The Workers with the gateway's variables from the environment laid over those of its configuration. */
function configured(root: string, env: Deployment["env"]): WorkerConfig[] {
  generateWorkers(root);
  const given = Object.fromEntries([...GATEWAY_VARS, ...GATEWAY_OPTIONAL_VARS].flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  return deployedWorkers(root).map((worker) =>
    worker.kind === "gateway" ? { ...worker, config: { ...worker.config, vars: { ...worker.config.vars, ...given } } } : worker,
  );
}

function refuse(workers: readonly WorkerConfig[], how: { readonly complete: boolean }): void {
  const found = workers.flatMap((worker) => refusals(worker, how));
  if (found.length > 0) throw new CommandError(`Not deployed:\n${found.map((line) => `  ${line}`).join("\n")}`);
}

const configPath = (root: string, { folder }: WorkerConfig): string => join(root, folder, "wrangler.deploy.json");

/** Beside the local configuration, so that its paths hold, and apart from it, so that the local stack never sees a true id. */
function write(root: string, workers: readonly WorkerConfig[]): readonly WorkerConfig[] {
  for (const worker of workers) writeIfChanged(configPath(root, worker), JSON.stringify(worker.config, null, 2) + "\n");
  return workers;
}

/** Two at a time, in order, none begun after a failure. */
async function pooled<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const rest = [...items.entries()];
  let failed = false;
  const lane = async () => {
    for (let next = rest.shift(); next !== undefined && !failed; next = rest.shift()) {
      const [index, item] = next;
      results[index] = await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled([lane(), lane()]);
  for (const lane of ended) if (lane.status === "rejected") throw lane.reason;
  return results;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function keyringOf(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  if (!existsSync(path)) saveKeyring(path, newKeyring());
  return readFileSync(path, "utf8");
}

if (import.meta.main) {
  await command(async () => {
    const options = { "dry-run": { type: "boolean" }, keyring: { type: "string" }, help: { type: "boolean" } } as const;
    const { values } = readOptions(process.argv.slice(2), options, HELP);
    if (values.help === true) return console.info(HELP);
    await generate(projectRoot);
    const keyring = values["dry-run"] === true ? undefined : keyringOf(values.keyring);
    const deployment = {
      root: projectRoot,
      wrangler: wranglerProgram(process.env),
      env: process.env,
      say: console.info,
      ...(keyring !== undefined && { keyring }),
    };
    await (values["dry-run"] === true ? dryRun(deployment) : deploy(deployment));
  });
}
