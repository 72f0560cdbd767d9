/** What the Workers need at Cloudflare besides themselves: found by name, made where lacking. */
import { HOST_EVENTS_SECRET } from "@junction/sandbox";
import { newKeyring, parseKeyring } from "@junction/vault";
import * as z from "zod";
import { CommandError } from "../command.ts";
import { resourceName, type WorkerConfig } from "../configs.ts";
import { jsonIn, must, type Wrangler } from "./wrangler.ts";

const Databases = z.array(z.object({ uuid: z.string(), name: z.string() }));
const Namespaces = z.array(z.object({ id: z.string(), title: z.string() }));
const Secrets = z.array(z.object({ name: z.string() }));
type Say = (line: string) => void;

/** The same Workers with true ids in the place of names. */
export async function withResources(workers: readonly WorkerConfig[], wrangler: Wrangler, say: Say): Promise<WorkerConfig[]> {
  const databases = await named(wrangler, say, {
    what: "D1 database",
    wanted: workers.flatMap(({ config }) => config.d1_databases?.map(({ database_name }) => database_name ?? "") ?? []),
    list: async () =>
      Databases.parse(jsonIn(await must(wrangler, "Listing D1 databases", ["d1", "list", "--json"]))).map(
        ({ uuid, name }) => [name, uuid] as const,
      ),
    create: (name) => ["d1", "create", name, "--update-config=false"],
  });
  const namespaces = await named(wrangler, say, {
    what: "KV namespace",
    wanted: workers.flatMap(({ config }) => config.kv_namespaces?.map(({ binding }) => resourceName(config.name, binding)) ?? []),
    list: async () =>
      Namespaces.parse(jsonIn(await must(wrangler, "Listing KV namespaces", ["kv", "namespace", "list"]))).map(
        ({ id, title }) => [title, id] as const,
      ),
    create: (name) => ["kv", "namespace", "create", name, "--update-config=false"],
  });
  for (const queue of new Set(workers.flatMap(({ config }) => queuesOf(config)))) {
    if ((await wrangler(["queues", "info", queue])).ok) continue;
    await must(wrangler, `Creating the queue ${queue}`, ["queues", "create", queue]);
    say(`created queue ${queue}`);
  }
  for (const bucket of new Set(workers.flatMap(({ config }) => config.r2_buckets?.map(({ bucket_name }) => bucket_name ?? "") ?? []))) {
    if ((await wrangler(["r2", "bucket", "info", bucket])).ok) continue;
    await must(wrangler, `Creating the bucket ${bucket}`, ["r2", "bucket", "create", bucket, "--update-config=false"]);
    say(`created bucket ${bucket}`);
  }
  return workers.map((worker) => {
    const { config } = worker;
    const d1_databases = config.d1_databases?.map((database) => ({
      ...database,
      database_id: databases.get(database.database_name ?? "") ?? "",
    }));
    const kv_namespaces = config.kv_namespaces?.map((namespace) => ({
      ...namespace,
      id: namespaces.get(resourceName(config.name, namespace.binding)) ?? "",
    }));
    return { ...worker, config: { ...config, ...(d1_databases && { d1_databases }), ...(kv_namespaces && { kv_namespaces }) } };
  });
}

interface Kind {
  readonly what: string;
  readonly wanted: readonly string[];
  readonly list: () => Promise<readonly (readonly [name: string, id: string])[]>;
  readonly create: (name: string) => readonly string[];
}

async function named(wrangler: Wrangler, say: Say, { what, wanted, list, create }: Kind): Promise<ReadonlyMap<string, string>> {
  if (wanted.length === 0) return new Map();
  const found = new Map(await list());
  const lacking = wanted.filter((name) => !found.has(name));
  for (const name of lacking) {
    await must(wrangler, `Creating the ${what} ${name}`, create(name));
    say(`created ${what} ${name}`);
  }
  return lacking.length === 0 ? found : new Map(await list()); // the list gives ids in one form, whatever `create` prints
}

function queuesOf({ queues }: WorkerConfig["config"]): string[] {
  const letters = queues?.consumers?.map(({ dead_letter_queue }) => dead_letter_queue) ?? [];
  return [
    ...(queues?.producers ?? []).map(({ queue }) => queue),
    ...(queues?.consumers ?? []).map(({ queue }) => queue),
    ...letters,
  ].filter((name): name is string => name !== undefined);
}

/** Gives the vault a keyring if it has none; never a second time, since what the first one sealed would be lost. */
export async function ensureKeyring(vault: string, wrangler: Wrangler, say: Say, given: string | undefined): Promise<void> {
  if ((await secretsOf(vault, wrangler)).includes("KEYRING")) return;
  if (given !== undefined) parseKeyring(given);
  await must(wrangler, "Setting the vault's keyring", ["secret", "put", "KEYRING", "--name", vault], given ?? JSON.stringify(newKeyring()));
  say(
    given === undefined
      ? "made the vault's keyring: it is in the secret KEYRING and nowhere else"
      : "gave the vault the keyring of the file",
  );
}

const EVENTS_SECRET = "HOST_EVENTS_SECRET";

/** The secret that events for the host CRM are signed with, as Standard Webhooks has it: 24 to 64 random bytes. No message repeats it. */
export function eventsSecretOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const given = env[EVENTS_SECRET];
  if (!given) return undefined;
  if (given === HOST_EVENTS_SECRET) throw new CommandError(`${EVENTS_SECRET} is the sandbox's, which everyone knows: make one of your own`);
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(given) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  if (bytes.length < 24 || bytes.length > 64 || bytes.toString("base64") !== base64)
    throw new CommandError(
      `${EVENTS_SECRET} must be whsec_ and then 24 to 64 bytes in base64: echo "whsec_$(openssl rand -base64 32)" makes one`,
    );
  return given;
}

/** Gives the gateway the secret, in the place of one it may have; says so if it is to send events and has none. */
export async function setEventsSecret(gateway: string, wrangler: Wrangler, say: Say, secret: string | undefined): Promise<void> {
  if (secret !== undefined) {
    await must(wrangler, `Setting the gateway's ${EVENTS_SECRET}`, ["secret", "put", EVENTS_SECRET, "--name", gateway], secret);
    say(`set ${gateway} ${EVENTS_SECRET}`);
  } else if (!(await secretsOf(gateway, wrangler)).includes(EVENTS_SECRET)) {
    say(`${gateway} sends no events to HOST_EVENTS_URL: it has no ${EVENTS_SECRET}. Put it into the environment, and run the same again.`);
  }
}

async function secretsOf(worker: string, wrangler: Wrangler): Promise<string[]> {
  const printed = await must(wrangler, `Listing the secrets of ${worker}`, ["secret", "list", "--name", worker, "--format", "json"]);
  return Secrets.parse(jsonIn(printed)).map(({ name }) => name);
}
