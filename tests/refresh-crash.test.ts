/** Everything is killed between a token endpoint's answer and our note of it. HubSpot ends a grant whose refresh token is used twice. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { type Users, usersOf } from "./mesh.ts";

const LEASE_MS = 4000;
const stateDir = mkdtempSync(join(tmpdir(), "junction-refresh-"));
let running: ChildProcess | undefined;
afterAll(async () => {
  if (running) await kill(running);
  rmSync(stateDir, { recursive: true, force: true });
});

async function start(): Promise<Users> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "short-lease.ts"), stateDir, String(LEASE_MS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running = child;
  let said = "";
  for await (const chunk of child.stdout) {
    said += String(chunk);
    const [, url] = /ready at (\S+)\n/.exec(said) ?? [];
    if (url) {
      child.stdout.resume();
      return usersOf(url);
    }
  }
  throw new Error(`the mesh ended before it was ready:\n${said}`);
}

/** SIGKILL: no handler runs, nothing is flushed. */
async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

test("the refresh token is not spent twice: one probe, the call goes on while the token is good, then a person reconnects", async () => {
  let mesh = await start();
  const counts = async (): Promise<Record<string, number>> =>
    (await mesh.sandbox("GET", "/sandbox/api/counts?vendor=hubspot")).body.counts.hubspot;
  const status = async () => (await mesh.api("GET", "/connections/hubspot")).body;
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "hubspot", tokenLifetimeSeconds: 200 }); // due from the beginning, and good
  await mesh.connect("demo", "hubspot");
  const { key } = await mesh.key("demo");
  const find = () => mesh.call(key, "crm_find_contact", { query: "ada@example.com" });

  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "hubspot", operation: "token", fault: "slow", ms: 60_000 });
  const dialling = find().catch(() => "cut off");
  await vi.waitFor(async () => expect((await counts())["token"]).toBe(2), { timeout: 10_000 }); // the exchange, and the refresh
  const granted = Date.now();
  if (running) await kill(running);
  await dialling;

  mesh = await start();
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hubspot");
  const before = await counts();
  // While the lease lasts its holder may live, so the good token is used and nothing is said of it.
  await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(granted + LEASE_MS), { timeout: 10_000 });
  const replies = await Promise.all(Array.from({ length: 20 }, find));
  for (const { body } of replies) expect(body.structuredContent).toMatchObject({ contacts: [expect.anything()] });
  expect(await status()).toMatchObject({ status: "warning", because: { source: "refresh" } });
  const after = await counts();
  expect(after["token"]).toBe(before["token"]);
  expect(after["introspect"]).toBe((before["introspect"] ?? 0) + 1); // the vendor's test call: the one probe

  // The vendor says that the token is over: what is left cannot be mended here, and is not tried with what may be spent.
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "hubspot", clockAheadSeconds: 300 });
  expect((await find()).body).toMatchObject({ isError: true });
  expect(await status()).toMatchObject({ status: "error" });
  for (let round = 0; round < 3; round++) await find();
  expect((await counts())["token"]).toBe(before["token"]);

  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "hubspot", clockAheadSeconds: 0, tokenLifetimeSeconds: 3600 });
  await mesh.connect("demo", "hubspot");
  expect((await find()).body.structuredContent).toMatchObject({ contacts: [expect.anything()] });
  expect(await status()).toMatchObject({ status: "connected" });
}, 120_000);
