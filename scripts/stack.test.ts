import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { keyringPath } from "./local/keyring.ts";
import { statementsOf } from "./local/migrations.ts";
import { projectRoot } from "./project.ts";
import { type Stack, type StackOptions, startStack } from "./stack.ts";
import { type StandIn, standIn } from "./testing/stand-in.ts";

let project: StandIn;
const running = new Set<Stack>();
const folders: string[] = [];
beforeAll(() => {
  project = standIn();
});
afterAll(async () => {
  await Promise.all([...running].map((stack) => stack.dispose()));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  project.remove();
});

async function start(options: StackOptions = {}): Promise<Stack> {
  const stack = await startStack({ root: project.root, ...options });
  running.add(stack);
  return stack;
}
async function stop(stack: Stack): Promise<void> {
  running.delete(stack);
  await stack.dispose();
}
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "junction-state-"));
  folders.push(folder);
  return folder;
}
const text = async (stack: Stack, path: string) => (await fetch(stack.url + path)).text();

describe("a stack of its own", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await start();
  });

  test("answers at the gateway, and at the sandbox under the gateway's own origin", async () => {
    expect(await text(stack, "/mcp")).toBe("gateway /mcp");
    expect(await text(stack, "/sandbox")).toBe("sandbox of acme /sandbox");
    expect(await text(stack, "/sandbox?vendor=acme")).toBe("sandbox of acme /sandbox");
    expect(await text(stack, "/sandbox/api/faults")).toBe("sandbox of acme /sandbox/api/faults");
  });

  test("has each Worker's own database, migrated, and the vendor's id from the configuration", async () => {
    expect(await text(stack, "/notes?a")).toBe('["a"]');
    expect(JSON.parse(await text(stack, "/vendor"))).toEqual({ vendor: "acme", tables: ["secrets"] });
  });

  test("signs development sessions with the sandbox's issuer", async () => {
    expect(JSON.parse(await text(stack, "/vars"))).toMatchObject({
      PUBLIC_URL: stack.url,
      SESSION_ISSUER: "junction-development",
      SESSION_AUDIENCE: "junction",
      SESSION_JWKS_URL: `${stack.url}/sandbox/issuer/jwks.json`,
      VENDOR_PAGES: `${stack.url}/sandbox`,
    });
  });

  test("sends a vendor's requests to the sandbox", async () => {
    expect(await text(stack, "/egress")).toBe("sandbox of acme /api.acme.test/v1");
  });
});

test("queues deliver, and the crons fire once it is up and ever again; not where they are told to keep still", async () => {
  const [often, never] = await Promise.all([start({ cronMs: 20 }), start({ cronMs: 0 })]);
  await text(often, "/later?one");
  await vi.waitFor(async () => expect(await text(often, "/notes")).toBe('["junction-later one"]'), { timeout: 10_000 });
  await vi.waitFor(async () => expect(Number(await text(often, "/crons"))).toBeGreaterThan(3), { timeout: 10_000 });
  expect(await text(never, "/crons")).toBe("0");
  const once = await start({ cronMs: 3_600_000 });
  await vi.waitFor(async () => expect(await text(once, "/crons")).toBe("1"), { timeout: 10_000 });
  await Promise.all([often, never, once].map(stop)); // and nothing goes on firing into what is gone
});

test("several stacks run at once, with the egress, variables, stand-ins and ports each was given", async () => {
  const stranger = { name: "stranger", modules: [{ type: "ESModule" as const, path: "s.mjs", contents: "export default {}" }] };
  const [live, elsewhere] = await Promise.all([
    start({ egress: "live", inspected: true, vars: { "junction-gateway": { EXTRA: "1" } } }),
    start({ egress: new URL("http://127.0.0.1:9/"), extraWorkers: [stranger], directSockets: ["junction-gateway"] }),
  ]);
  expect(await text(live, "/egress")).toBe("the internet");
  expect(JSON.parse(await text(live, "/vars"))).toMatchObject({ EXTRA: "1", PUBLIC_URL: live.url });
  expect(await text(elsewhere, "/egress")).toBe("http://127.0.0.1:9");
  const inspector = await live.mf.getInspectorURL();
  const isolates: { readonly id: string }[] = await (await fetch(`http://${inspector.host}/json`)).json();
  expect(
    isolates.map(({ id }) => id).filter((id) => /^(outbound|cache):\d/.test(id)),
    "one pair serves all",
  ).toEqual(["outbound:0", "cache:0"]);
  const direct = await elsewhere.directUrl("junction-gateway");
  expect(direct).not.toBe(elsewhere.url);
  expect(await (await fetch(`${direct}/mcp`)).text()).toBe("gateway /mcp");
});

test("state outlives a stack, is one stack's at a time, and keeps its keyring to its owner", async () => {
  const stateDir = temporary();
  const first = await start({ stateDir });
  await text(first, "/notes?kept");
  expect(statSync(keyringPath(stateDir)).mode & 0o777).toBe(0o600);
  await expect(start({ stateDir })).rejects.toThrow(`already running on ${stateDir} (process ${process.pid}, ${first.url})`);
  await stop(first);
  const second = await start({ stateDir });
  expect(await text(second, "/notes")).toBe('["kept"]');
  expect(await text(second, "/keyring")).toBe("k1");
  await second.vault.handOver('{"current":"k2"}');
  expect(await text(second, "/keyring")).toBe("k2");
});

test("a port in use is named, and the state is free again", async () => {
  const holder = await start();
  const stateDir = temporary();
  const port = Number(new URL(holder.url).port);
  await expect(start({ port, stateDir })).rejects.toThrow(`Port ${port} is in use`);
  await stop(await start({ stateDir }));
});

test("what was changed in the code or in a configuration is there at the next start", async () => {
  const changed = standIn();
  try {
    await stop(await start({ root: changed.root }));
    changed.write("mcp-gateway/src/index.ts", "export default { fetch: (_, { WORD }) => new Response(WORD) };\n");
    const toml = readFileSync(join(changed.root, "wrangler.toml"), "utf8");
    changed.write("wrangler.toml", toml.replace(/\[\[queues(.|\n)*$/, '[vars]\nWORD = "changed"\n'));
    const stack = await start({ root: changed.root });
    expect(await text(stack, "/")).toBe("changed");
    await stop(stack);
  } finally {
    changed.remove();
  }
});

test("a migration's statements are those that wrangler finds in it", async () => {
  const { unstable_splitSqlQuery: split } = await import("wrangler");
  const bare = (statements: readonly string[]) => statements.map((statement) => statement.replaceAll(/--.*$|;\s*$/gm, "").trim());
  for (const folder of ["migrations", "workers/vault/migrations"]) {
    const names = readdirSync(join(projectRoot, folder)).filter((name) => name.endsWith(".sql"));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const sql = readFileSync(join(projectRoot, folder, name), "utf8");
      expect(bare(statementsOf(sql)), name).toEqual(bare(split(sql)));
    }
  }
});
