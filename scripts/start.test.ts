/** `npm start` as a person meets it: a process that is started, asked, stopped, killed, and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import { memoryMiB } from "./bench/runtime.ts";
import { projectRoot } from "./project.ts";
import { readWishes } from "./start.ts";

const children: ChildProcess[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

interface Started {
  readonly child: ChildProcess;
  /** All it has printed so far. */
  printed(): string;
  exited: Promise<number | null>;
}
const BOOTSTRAP = ["scripts/bootstrap.mjs", "start"];
function start(args: readonly string[], [program, ...through] = [process.execPath, ...BOOTSTRAP]): Started {
  const child = spawn(program ?? "", [...through, ...args], { cwd: projectRoot, stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  return { child, printed: () => printed, exited: once(child, "close").then(([code]: (number | null)[]) => code ?? null) };
}
function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "junction-start-"));
  folders.push(folder);
  return folder;
}
async function ready(started: Started): Promise<{ readonly url: string; readonly key: string }> {
  await vi.waitFor(() => expect(started.printed()).toContain("Junction is ready"), { timeout: 120_000, interval: 50 });
  const url = /MCP +(\S+)\/mcp/.exec(started.printed())?.[1] ?? "";
  return { url, key: /jn_demo_\w+/.exec(started.printed())?.[0] ?? "" };
}
async function sendText(url: string, key: string, body: string): Promise<unknown> {
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "crm_send_sms", arguments: { to: "+12025550147", body } } };
  const reply = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify(call),
  });
  return ((await reply.json()) as { readonly result: unknown }).result;
}
async function listen(answer: RequestListener): Promise<Server> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;
/** What a process and all it started hold, in MiB; undefined where the system does not tell. */
function held(pid: number | undefined): number | undefined {
  const path = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(path)) return undefined;
  const children = readFileSync(path, "utf8").split(" ").filter(Boolean);
  return children.reduce((sum, child) => sum + (held(Number(child)) ?? 0), memoryMiB(pid));
}
const gone = (url: string) => vi.waitFor(() => expect(fetch(`${url}/health`)).rejects.toThrow(), { timeout: 20_000, interval: 50 });

// One story, since each start costs seconds: ended early, begun anew, stopped, killed, sent elsewhere, orphaned by the bootstrap and by npm.
test("npm start works, ends, comes back after a kill, and begins anew when asked", async () => {
  const state = temporary();
  const from = ["--port", "0", "--state", state];

  // Where the Node that is asked is not the pinned one, as at the very first start, the command is a process beside the bootstrap.
  const otherNode = join(temporary(), "node");
  copyFileSync(process.execPath, otherNode);

  const ended = start(from, [otherNode, ...BOOTSTRAP]);
  await vi.waitFor(() => expect(readdirSync(state)).not.toEqual([]), { timeout: 60_000, interval: 20 });
  ended.child.kill("SIGTERM"); // while it begins
  expect(await ended.exited).toBe(0);
  writeFileSync(join(state, "left"), "of before");

  const first = start([...from, "--fresh"]);
  const { url, key } = await ready(first);
  expect(readdirSync(state)).not.toContain("left");
  expect(first.printed(), "every vendor of the sandbox is connected").not.toContain("not connected");
  expect(first.printed()).toContain(`claude mcp add --transport http junction ${url}/mcp --header "Authorization: Bearer ${key}"`);
  expect(statSync(join(state, "demo.json")).mode & 0o777).toBe(0o600);
  expect(await sendText(url, key, "one")).toMatchObject({ structuredContent: { status: "queued" } });
  expect(held(first.child.pid) ?? 0, "some 600, and npm itself has another 60").toBeLessThan(760);
  const other = start(from);
  expect(await other.exited).toBe(1);
  expect(other.printed()).toContain(`already running on ${state}`);
  expect(other.printed()).toContain(url);
  first.child.kill("SIGINT");
  expect(await first.exited).toBe(0);
  await gone(url);

  const killed = start(from, [process.execPath, "scripts/start.ts"]);
  const second = await ready(killed);
  expect(second.key, "a restart has the same key").toBe(key);
  expect(await sendText(second.url, key, "two")).toMatchObject({ structuredContent: { status: "queued" } });
  killed.child.kill("SIGKILL");
  await gone(second.url);

  const seen: string[] = [];
  const stranger = await listen(async (request, reply) => {
    const body = await text(request);
    seen.push(`${request.method} ${request.url} ${request.headers.authorization?.split(" ")[0]} ${body}`);
    reply.writeHead(500).end();
  });
  const egress = `http://127.0.0.1:${portOf(stranger)}/vendors`;
  const orphaned = start([...from, "--egress", egress], [otherNode, ...BOOTSTRAP]);
  const third = await ready(orphaned);
  expect(third.key).toBe(key);
  await sendText(third.url, key, "out");
  expect(seen[0]).toMatch(
    /^POST \/vendors\/api\.twilio\.com\/2010-04-01\/Accounts\/AC\w+\/Messages\.json Basic To=%2B12025550147.*Body=out/,
  );
  orphaned.child.kill("SIGKILL"); // the bootstrap alone: what it started must notice
  await gone(third.url);
  stranger.close();

  const underNpm = start(["--", ...from], ["npm", "start"]);
  const fourth = await ready(underNpm);
  underNpm.child.kill("SIGKILL");
  await gone(fourth.url);
}, 300_000);

test("a port in use is named, with what to do", async () => {
  const squatter = await listen(() => {});
  const port = portOf(squatter);
  const started = start(["--port", String(port), "--state", temporary()]);
  expect(await started.exited).toBe(1);
  expect(started.printed()).toContain(
    `Port ${port} is in use by another program. Stop that one, or take another port: npm start -- --port`,
  );
  squatter.close();
}, 60_000);

test("a wrong command line is answered in words", () => {
  expect(() => readWishes(["--prot", "1"], {})).toThrow(/Unknown option '--prot'(.|\n)*--port N/);
  expect(() => readWishes(["--port", "http"], {})).toThrow('"http" is no port');
  expect(() => readWishes(["--port", "65536"], {})).toThrow('"65536" is no port');
  expect(() => readWishes(["--egress", "localhost"], {})).toThrow('--egress "localhost" is no URL');
  expect(() => readWishes(["--live", "--egress", "http://a.test"], {})).toThrow("exclude each other");
  expect(readWishes(["--help"], {})).toBe("help");
  expect(readWishes([], { PORT: "9000" })).toMatchObject({ port: 9000, egress: "sandbox", fresh: false });
});
