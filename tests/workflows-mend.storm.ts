/** What the issue asks for: a credential is revoked under a thousand runs, and mended, and nobody else notices. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkMending, type Phase } from "./mending.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const size = Number(process.env["STORM_MEND"] ?? 1_000);
/** A phase is looked at by at least so many. */
const CALLS = 400;
/** What a busy machine may add. */
const NOISE_MS = 2;
const MEMORY = "/dev/shm";
let stateDir: string;
let mesh: Mesh;
beforeAll(async () => {
  // Each write of an object waits for its disk here, and all of the runtime with it; on the platform nobody waits for another's.
  stateDir = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), "junction-mend-"));
  mesh = await startMesh({ stateDir, vendors: ["google-calendar", "sendgrid", "twilio"], cronMs: 0 });
  await mesh.connect("next-door", "sendgrid"); // nothing of the sandbox that the storm is busy with
});
afterAll(async () => {
  await mesh?.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

test(`${size} runs in flight when Google takes its access back`, async () => {
  const { key } = await mesh.key("next-door");
  const nextDoor: Partial<Record<Phase, Looked>> = {};
  const result = await checkMending(mesh, "demo", size, async (phase, over) => {
    nextDoor[phase] = await looked(over, async () => {
      const { body } = await mesh.call(key, "crm_send_email", { to: "ada@example.com", subject: phase, text: phase });
      expect(body.structuredContent).toBeDefined();
    });
  });
  console.info(`mending storm: ${JSON.stringify({ size, ...result, nextDoor })}`);
  expect(result.busiest).toBeLessThanOrEqual(result.limit.requests);
  // Here one thread serves all Workers, so the neighbour feels any run that goes on: broken and mended ones no more than unbroken ones.
  const before = nextDoor.running?.p95 ?? 0;
  for (const after of [nextDoor.paused, nextDoor.mending]) expect(after?.p95).toBeLessThanOrEqual(before * 1.1 + NOISE_MS);
});

interface Looked {
  readonly calls: number;
  /** Milliseconds, as is p95. */
  readonly p50: number;
  readonly p95: number;
}

/** Calls one after the other with a pause as long as each took, until the phase is over, or as often as is enough where it does not end by itself. */
async function looked(over: Promise<unknown> | undefined, call: () => Promise<void>): Promise<Looked> {
  let ended = false;
  const end = () => {
    ended = true;
  };
  over?.then(end, end); // whoever began it meets its failure
  const times: number[] = [];
  while (over === undefined ? times.length < CALLS : !ended || times.length < CALLS) {
    const began = performance.now();
    await call();
    const took = performance.now() - began;
    times.push(took);
    await setTimeout(took);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return { calls: times.length, p50: at(0.5), p95: at(0.95) };
}
