import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Keyring, parseKeyring } from "@junction/vault";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "../tests/mesh.ts";
import { keyringPath, onKeyringChange, saveKeyring } from "./local/keyring.ts";
import { rotate } from "./local/rotation.ts";
import { projectRoot } from "./project.ts";
import type { Stack } from "./stack.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-vault-"));
let mesh: Mesh;
let vault: Stack["vault"];
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ stateDir, vendors: ["google-maps"] });
  ({ vault } = mesh.stack);
  for (const contractor of ["demo", "other"]) await mesh.connect(contractor, "google-maps");
  ({ key } = await mesh.key("demo"));
});
afterAll(async () => {
  await mesh.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const geocode = async (): Promise<unknown> =>
  (await mesh.call(key, "crm_geocode_address", { address: "1600 Amphitheatre Parkway, Mountain View" })).body;
const kept = (): Keyring => parseKeyring(readFileSync(keyringPath(stateDir), "utf8"));
const ids = async () => (await vault.keyring()).keys.map(({ id }) => id);
const roll = async (ring: Keyring) => {
  saveKeyring(keyringPath(stateDir), ring);
  await vault.handOver(JSON.stringify(ring));
};

test("npm run vault -- rotate changes the key under a running stack, and no call notices", async () => {
  const stop = onKeyringChange(stateDir, (keyring) => vault.handOver(keyring));
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
  await expect(rotate({ vault, keyring: before, roll: cut, say })).rejects.toThrow("the lights went out");
  expect(await geocode(), "half-way through").toMatchObject({ structuredContent: expect.anything() });

  const after = await rotate({ vault, keyring: kept(), roll, say });
  expect(Object.keys(after.keys)).toHaveLength(1);
  expect(after.current).not.toBe(before.current);
  expect(await ids()).toEqual([after.current]);
  expect(await geocode()).toMatchObject({ structuredContent: expect.anything() });
});

test("a keyring that is not the vault's is refused before anything changes", async () => {
  const stranger: Keyring = { current: "x1", keys: { x1: Object.values(kept().keys)[0] ?? "" } };
  const never = () => Promise.reject(new Error("rolled"));
  await expect(rotate({ vault, keyring: stranger, roll: never, say: () => {} })).rejects.toThrow(
    /The vault holds the key k\d+, which this keyring lacks/,
  );
});
