/** The fuzz of the hook routes, long enough to see memory grow if it did. STORM_SEED, STORM_REQUESTS. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz } from "./hooks-fuzz.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-fuzz-"));
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ stateDir, inspected: true });
});
afterAll(async () => {
  await mesh.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const requests = Number(process.env["STORM_REQUESTS"] ?? 20_000);
const GROWTH_KIB = 8 * 1024;

test(`${requests} requests of any kind (seed ${seed}): nothing breaks, nothing is stored unsealed, memory stays`, async () => {
  const report = await fuzz(mesh, stateDir, { requests, seed });
  console.info(JSON.stringify({ ...report, odd: report.odd.length }));
  expect(report.odd).toEqual([]);
  expect(report).toMatchObject({ unsealed: 0, readable: [] });
  expect(Object.keys(report.heaps)).toEqual(expect.arrayContaining(["junction-gateway", "junction-vault", "junction-stripe"]));
  for (const [worker, [, warm = 0, , , end = 0]] of Object.entries(report.heaps)) expect(end - warm, worker).toBeLessThan(GROWTH_KIB);
}, 1_800_000);
