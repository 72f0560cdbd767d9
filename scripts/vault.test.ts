import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Keyring, parseKeyring } from "@junction/vault";
import { afterAll, beforeAll, expect, test } from "vitest";
import { keyringPath, onKeyringChange, saveKeyring } from "./local/keyring.ts";
import { rotate } from "./local/rotation.ts";
import { projectRoot } from "./project.ts";
import { seed } from "./seed.ts";
import { type Stack, startStack } from "./stack.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-vault-"));
let stack: Stack;
let key: string;
beforeAll(async () => {
  stack = await startStack({ stateDir });
  ({ key } = await seed(stack, join(stateDir, "demo.json"), { connect: true }));
});
afterAll(async () => {
  await stack.dispose();
  rmSync(stateDir, { recursive: true, force: true });
});

async function geocode(): Promise<unknown> {
  const reply = await fetch(`${stack.url}/mcp`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "crm_geocode_address", arguments: { address: "1600 Amphitheatre Parkway, Mountain View" } },
    }),
  });
  return ((await reply.json()) as { readonly result?: unknown }).result;
}
const kept = (): Keyring => parseKeyring(readFileSync(keyringPath(stateDir), "utf8"));
const ids = async () => (await stack.vault.keyring()).keys.map(({ id }) => id);
const roll = async (ring: Keyring) => {
  saveKeyring(keyringPath(stateDir), ring);
  await stack.vault.handOver(JSON.stringify(ring));
};

test("npm run vault -- rotate changes the key under a running stack, and no call notices", async () => {
  const stop = onKeyringChange(stateDir, (keyring) => stack.vault.handOver(keyring));
  const child = spawn(process.execPath, ["scripts/vault.ts", "rotate", "--state", stateDir], {
    cwd: projectRoot,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  let ended = false;
  const exit = once(child, "close").then(([code]) => {
    ended = true;
    return code;
  });
  let calls = 0;
  while (!ended) {
    expect(await geocode()).toMatchObject({ structuredContent: expect.anything() });
    calls++;
  }
  stop();
  const [out, err] = await printed;
  expect(err).toBe("");
  expect(await exit).toBe(0);
  expect(out).toMatch(/added k2(.|\n)*promoted k2(.|\n)*re-wrapped(.|\n)*retired k1\n\* k2 {2}wraps 2 contractor keys/);
  expect(calls).toBeGreaterThan(3);
  expect(Object.keys(kept().keys)).toEqual(["k2"]);
  expect(await ids()).toEqual(["k2"]);
});

test.each([1, 2, 3])("a rotation that is cut short at its step %i is finished by the next", async (step) => {
  const before = kept();
  let steps = 0;
  const cut = async (ring: Keyring) => {
    if (++steps === step) throw new Error("the lights went out");
    await roll(ring);
  };
  const say = () => {};
  await expect(rotate({ vault: stack.vault, keyring: before, roll: cut, say })).rejects.toThrow("the lights went out");
  expect(await geocode(), "half-way through").toMatchObject({ structuredContent: expect.anything() });

  const after = await rotate({ vault: stack.vault, keyring: kept(), roll, say });
  expect(Object.keys(after.keys)).toHaveLength(1);
  expect(after.current).not.toBe(before.current);
  expect(await ids()).toEqual([after.current]);
  expect(await geocode()).toMatchObject({ structuredContent: expect.anything() });
});

test("a keyring that is not the vault's is refused before anything changes", async () => {
  const stranger: Keyring = { current: "x1", keys: { x1: Object.values(kept().keys)[0] ?? "" } };
  const never = () => Promise.reject(new Error("rolled"));
  await expect(rotate({ vault: stack.vault, keyring: stranger, roll: never, say: () => {} })).rejects.toThrow(
    /The vault holds the key k\d+, which this keyring lacks/,
  );
});
