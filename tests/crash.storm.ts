/** Hard kills at random moments, over and over: no text twice, none lost silently. Seeded: STORM_SEED, STORM_KILLS. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test, vi } from "vitest";
import { type Child, startChild } from "./child.ts";

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const kills = Number(process.env["STORM_KILLS"] ?? 10);
const TEXTS = 12;

/** Mulberry32: the same numbers for the same seed. */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const stateDir = mkdtempSync(join(tmpdir(), "junction-storm-"));
let mesh: Child | undefined;
afterAll(async () => {
  await mesh?.kill();
  rmSync(stateDir, { recursive: true, force: true });
});

test(`${kills} kills at random moments among ${TEXTS} texts each (seed ${seed}): every text is sent exactly once`, async () => {
  const next = random(seed);
  const asked: { to: string; body: string; idempotency_key: string }[] = [];
  for (let round = 0; round < kills; round++) {
    mesh = await startChild(stateDir);
    const { key } = mesh;
    await mesh.sandbox("PUT", "/sandbox/api/faults", {
      vendor: "twilio",
      operation: "create_message",
      fault: next() < 0.5 ? "slow" : "commit_then_drop",
      ms: Math.floor(next() * 400),
      times: 6,
    });
    const batch = Array.from({ length: TEXTS }, (_, index) => ({
      to: `+1202555${String(1000 + asked.length + index)}`,
      body: `Text ${round}.${index}`,
      idempotency_key: `storm-${round}-${index}`,
    }));
    asked.push(...batch);
    const calls = batch.map((args) => (mesh as Child).call(key, "crm_send_sms", args).catch((error: Error) => error));
    await sleep(next() * 600); // the moment of the kill is the experiment, not a wait for anything
    await mesh.kill();
    await Promise.all(calls);
  }
  mesh = await startChild(stateDir);
  const { key } = mesh;
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=twilio&operation=create_message");
  for (const args of asked)
    await vi.waitFor(async () => expect((await (mesh as Child).call(key, "crm_send_sms", args)).body.structuredContent).toBeDefined(), {
      timeout: 240_000,
      interval: 1_000,
    });
  const inbox: { title: string; text: string }[] = (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=twilio")).body.inbox;
  const sent = asked.map(({ to }) => inbox.filter((entry) => JSON.stringify(entry).includes(to)).length);
  console.info(
    `crash storm: seed ${seed}, ${kills} kills, ${asked.length} texts asked, ${sent.filter((n) => n === 1).length} sent once, ${sent.filter((n) => n > 1).length} twice, ${sent.filter((n) => n === 0).length} lost`,
  );
  expect(new Set(sent)).toEqual(new Set([1]));
});
