/** What the issue asks for: a credential is revoked under a thousand runs, and mended, and nobody else notices. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkMending } from "./mending.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const size = Number(process.env["STORM_MEND"] ?? 1_000);
const CALLS = 200;
const NOISE_MS = 20;
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-calendar", "sendgrid", "twilio"], cronMs: 0 });
  await mesh.connect("next-door", "sendgrid"); // nothing of the sandbox that the storm is busy with
});
afterAll(() => mesh.stop());

test(`${size} runs in flight when Google takes its access back`, async () => {
  const { key } = await mesh.key("next-door");
  const nextDoor: Record<string, number> = {};
  const result = await checkMending(mesh, "demo", size, async (phase) => {
    nextDoor[phase] = await p95(() => mesh.call(key, "crm_send_email", { to: "ada@example.com", subject: phase, text: phase }));
  });
  console.info(`mending storm: ${JSON.stringify({ size, ...result, nextDoor })}`);
  expect(result.busiest).toBeLessThanOrEqual(result.limit.requests);
  // Both contractors share this machine's processors, so what the break does is held against the same runs going on unbroken; and the
  // slowest calls are a matter of milliseconds, of which a busy machine loses some at any time.
  const { running = 0, paused = 0, mending = 0 } = nextDoor;
  for (const after of [paused, mending]) expect(after).toBeLessThanOrEqual(running * 1.1 + NOISE_MS);
});

/** Milliseconds. */
async function p95(call: () => Promise<{ readonly body: { readonly structuredContent?: unknown } }>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const began = performance.now();
    expect((await call()).body.structuredContent).toBeDefined();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[Math.floor(CALLS * 0.95)] ?? 0;
}
