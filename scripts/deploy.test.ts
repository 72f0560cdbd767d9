import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOST_EVENTS_SECRET } from "@junction/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deployedWorkers, type WorkerConfig } from "./configs.ts";
import { refusals } from "./deploy/rules.ts";
import { wranglerProgram } from "./deploy/wrangler.ts";
import { deploy, dryRun } from "./deploy.ts";
import { projectRoot } from "./project.ts";
import { type StandIn, standIn } from "./testing/stand-in.ts";
import { generateWorkers } from "./workers.ts";

let project: StandIn;
beforeAll(() => {
  project = standIn();
});
afterAll(() => project.remove());

interface Account {
  readonly calls: readonly { readonly line: string; readonly input: number }[];
  readonly databases: readonly { readonly uuid: string; readonly name: string }[];
  readonly workers: Readonly<
    Record<string, { readonly secrets: Readonly<Record<string, string>>; readonly config: Readonly<Record<string, unknown>> }>
  >;
}
const GATEWAY = {
  PUBLIC_URL: "https://junction.example",
  SESSION_ISSUER: "https://crm.example",
  SESSION_AUDIENCE: "junction",
  SESSION_JWKS_URL: "https://crm.example/jwks.json",
};

describe("a deployment, against a stand-in for wrangler and the account behind it", () => {
  let said: string[];
  const path = () => join(project.root, "account.json");
  const account = (): Account => JSON.parse(readFileSync(path(), "utf8"));
  const lines = () => account().calls.map(({ line }) => line);
  const change = (changes: object) => writeFileSync(path(), JSON.stringify({ ...account(), calls: [], ...changes }));
  const run = (env: Readonly<Record<string, string>> = GATEWAY) => {
    const wrangler = wranglerProgram({
      ...process.env,
      JUNCTION_WRANGLER: join(projectRoot, "scripts/testing/fake-wrangler.mjs"),
      FAKE_ACCOUNT: path(),
    });
    return deploy({ root: project.root, wrangler, env, say: (line) => said.push(line) });
  };
  beforeEach(() => {
    said = [];
    writeFileSync(path(), JSON.stringify({ calls: [], databases: [], namespaces: [], queues: [], buckets: [], workers: {} }));
  });

  test("makes what is lacking, deploys vault, vendors, gateway, and a second run makes nothing", async () => {
    await run();
    expect(lines()).toEqual([
      "d1 list --json",
      "d1 create junction-vault --update-config=false",
      "d1 create junction --update-config=false",
      "d1 list --json",
      "kv namespace list",
      "kv namespace create junction-vault-cache --update-config=false",
      "kv namespace list",
      "queues info junction-later",
      "queues create junction-later",
      "r2 bucket info junction-files",
      "r2 bucket create junction-files --update-config=false",
      "d1 migrations apply DB --remote junction-vault",
      "d1 migrations apply DB --remote junction-gateway",
      "deploy junction-vault",
      "secret list --name junction-vault --format json",
      "secret put KEYRING --name junction-vault",
      "deploy junction-acme",
      "deploy junction-gateway",
    ]);
    const { workers } = account();
    expect(workers["junction-gateway"]?.config).toMatchObject({
      vars: GATEWAY,
      d1_databases: [{ binding: "DB", database_id: "uuid-of-junction" }],
      services: [{ binding: "VAULT" }, { binding: "VENDOR_ACME", service: "junction-acme" }],
    });
    expect(workers["junction-vault"]?.config).toMatchObject({ kv_namespaces: [{ binding: "CACHE", id: "id-of-junction-vault-cache" }] });
    expect(workers["junction-acme"]?.config).toMatchObject({
      workers_dev: false,
      services: [{ binding: "VAULT", service: "junction-vault", entrypoint: "VendorVault", props: { vendor: "acme" } }],
    });

    const keyring = workers["junction-vault"]?.secrets["KEYRING"] ?? "";
    const key: string = JSON.parse(keyring).keys.k1;
    expect(Buffer.from(key, "base64")).toHaveLength(32);
    expect([...said, ...lines()].join("\n"), "the keyring is neither said nor an argument").not.toContain(key);

    change({});
    await run();
    expect(lines().filter((line) => /create|put/.test(line))).toEqual([]);
    expect(account().workers["junction-vault"]?.secrets["KEYRING"], "a keyring is never replaced").toBe(keyring);
    expect(lines().at(-1)).toBe("deploy junction-gateway");

    generateWorkers(project.root);
    expect(
      readFileSync(join(project.root, ".junction/gateway/wrangler.json"), "utf8"),
      "the local stack never sees a true id",
    ).not.toContain("uuid-of");
  });

  test("stops at the first failure, says what failed, and goes on from there the next time", async () => {
    change({ failOn: "deploy", failFor: "junction-acme" });
    await expect(run()).rejects.toThrow(/Deploying junction-acme failed(.|\n)*A request to the Cloudflare API failed/);
    expect(lines()).not.toContain("deploy junction-gateway");
    change({ failOn: "" });
    await run();
    expect(lines().filter((line) => /create|put/.test(line))).toEqual([]);
    expect(account().workers).toHaveProperty("junction-gateway");
  });

  describe("where the host CRM takes events", () => {
    const URL_ALONE = { ...GATEWAY, HOST_EVENTS_URL: "https://crm.example/events" };
    const secret = `whsec_${Buffer.from("canary-canary-canary-canary-1234").toString("base64")}`;
    const everything = () => [...said, ...lines(), JSON.stringify(account().workers["junction-gateway"]?.config)].join("\n");

    test("the secret they are signed with is set on the gateway through standard input alone, and again when it changes", async () => {
      await run({ ...URL_ALONE, HOST_EVENTS_SECRET: secret });
      expect(lines().slice(-2)).toEqual(["deploy junction-gateway", "secret put HOST_EVENTS_SECRET --name junction-gateway"]);
      expect(account().workers["junction-gateway"]?.secrets).toEqual({ HOST_EVENTS_SECRET: secret });
      expect(said).toContain("set junction-gateway HOST_EVENTS_SECRET");
      expect(everything()).not.toContain(secret.slice("whsec_".length));
      expect(readFileSync(join(project.root, ".junction/gateway/wrangler.deploy.json"), "utf8")).not.toContain("whsec_");

      const next = `whsec_${Buffer.from("another-another-another-another").toString("base64")}`;
      await run({ ...URL_ALONE, HOST_EVENTS_SECRET: next });
      expect(account().workers["junction-gateway"]?.secrets).toEqual({ HOST_EVENTS_SECRET: next });
    });

    test("one who gives none is told that no event is sent, and what is set stays", async () => {
      await run(URL_ALONE);
      expect(said.at(-1)).toContain("junction-gateway sends no events");
      await run({ ...URL_ALONE, HOST_EVENTS_SECRET: secret });
      change({});
      said = [];
      await run(URL_ALONE);
      expect(lines().filter((line) => line.includes("put"))).toEqual([]);
      expect(said.join("\n")).not.toContain("sends no events");
      expect(account().workers["junction-gateway"]?.secrets).toEqual({ HOST_EVENTS_SECRET: secret });
    });

    test("without an address there is nothing to sign, so it is left alone", async () => {
      await run({ ...GATEWAY, HOST_EVENTS_SECRET: secret });
      expect(lines().at(-1)).toBe("deploy junction-gateway");
      expect(account().workers["junction-gateway"]?.secrets).toEqual({});
    });

    test.each([
      ["no whsec_", secret.slice("whsec_".length)],
      ["too few bytes", `whsec_${Buffer.from("canary").toString("base64")}`],
      ["what is no base64", "whsec_canary canary canary canary canary"],
      ["the sandbox's own", HOST_EVENTS_SECRET],
    ])("a secret with %s is refused before anything is touched, and not repeated", async (_, given) => {
      const refused = run({ ...URL_ALONE, HOST_EVENTS_SECRET: given });
      await expect(refused).rejects.toThrow(/^HOST_EVENTS_SECRET /);
      await expect(refused).rejects.not.toThrow(given);
      expect(lines()).toEqual([]);
    });
  });

  test("touches nothing while the gateway does not know who signs its sessions", async () => {
    const { SESSION_ISSUER: _, ...incomplete } = GATEWAY;
    await expect(run(incomplete)).rejects.toThrow("junction-gateway lacks SESSION_ISSUER");
    await expect(run({ ...GATEWAY, SESSION_JWKS_URL: "http://127.0.0.1:8787/sandbox/issuer/jwks.json" })).rejects.toThrow(
      "SESSION_JWKS_URL that is not https",
    );
    expect(lines()).toEqual([]);
  });
});

describe("what is refused", () => {
  const worker = (id: string) => {
    const found = deployedWorkers(project.root).find((each) => each.id === id);
    if (!found) throw new Error(`no ${id}`);
    return found;
  };
  const changed = (id: string, config: object): WorkerConfig => ({ ...worker(id), config: { ...worker(id).config, ...config } });
  const why = (found: WorkerConfig) => refusals(found, { complete: false }).join("\n");

  test("nothing, of what is generated", () => {
    expect(deployedWorkers(project.root).flatMap((each) => refusals(each, { complete: false }))).toEqual([]);
  });

  test.each<[string, object]>([
    ["a database", { d1_databases: [{ binding: "DB", database_id: "x" }] }],
    ["a variable", { vars: { TOKEN: "x" } }],
    ["a KV namespace", { kv_namespaces: [{ binding: "KV", id: "x" }] }],
    ["a kind of binding nobody thought of", { browser: { binding: "B" } }],
    ["a second service", { services: [...capability("acme"), { binding: "OTHER", service: "junction-stripe" }] }],
    ["another vendor's capability", { services: capability("stripe") }],
    ["the vault's other entrypoint", { services: [{ binding: "VAULT", service: "junction-vault", entrypoint: "VaultAdmin" }] }],
    ["no vault at all", { services: [] }],
    ["an address", { workers_dev: true }],
  ])("a vendor's Worker with %s", (_, config) => {
    expect(why(changed("acme", config))).toMatch(/^junction-acme /);
  });

  test.each<[string, object]>([
    ["the development issuer", { SESSION_ISSUER: "junction-development" }],
    ["keys from this machine", { SESSION_JWKS_URL: "https://localhost/jwks.json" }],
    ["keys over plain HTTP", { SESSION_JWKS_URL: "http://crm.example/jwks.json" }],
    ["keys from a loopback address", { SESSION_JWKS_URL: "https://[::1]/jwks.json" }],
    ["a secret in plain sight", { HOST_EVENTS_SECRET: "x" }],
    ["the sandbox's pages", { VENDOR_PAGES: "https://x.example" }],
  ])("a gateway with %s", (_, vars) => {
    expect(why(changed("gateway", { vars: { ...GATEWAY, ...vars } }))).toMatch(/^junction-gateway /);
    expect(why(changed("gateway", { vars: GATEWAY }))).toBe("");
  });
});

function capability(vendor: string) {
  return [{ binding: "VAULT", service: "junction-vault", entrypoint: "VendorVault", props: { vendor } }];
}

test("a dry run builds every Worker with wrangler itself, and prints its size and bindings", async () => {
  const said: string[] = [];
  const program = wranglerProgram(process.env);
  const ran = new Map<string, ReturnType<typeof program>>();
  const wrangler: typeof program = (args) => {
    const before = ran.get(args.join(" ")) ?? program(args); // each is seconds of work
    ran.set(args.join(" "), before);
    return before;
  };
  const dry = { root: project.root, wrangler, env: {}, say: (line: string) => said.push(line) };
  await dryRun(dry);
  expect(said.join("\n")).toMatch(/junction-acme +[\d.]+ KiB +[\d.]+ KiB +VAULT → junction-vault#VendorVault\n/);
  expect(said.join("\n")).toContain("3 Workers can be deployed.");

  const weighing = (kib: string) =>
    dryRun({
      ...dry,
      wrangler: async (args) => {
        const ran = await wrangler(args);
        return { ...ran, stdout: ran.stdout.replace(/gzip: .+/, `gzip: ${kib} KiB`) };
      },
    });
  await expect(weighing("58.60")).rejects.toThrow("junction-acme weighs 60.1 kB compressed, over the 60 kB it may");
  await expect(weighing("some")).rejects.toThrow("over the 60 kB");
  await weighing("58.59");

  project.write("workers/broken/broken.ts", "export default nothing here");
  await expect(dryRun(dry)).rejects.toThrow(/Building junction-broken failed(.|\n)*broken\.ts/);
}, 120_000); // wrangler is four processes of its own here
