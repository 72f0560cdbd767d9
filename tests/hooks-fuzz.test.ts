/** A little of the fuzz of the hook routes; the whole of it is hooks-fuzz.storm.ts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fuzz, VENDORS } from "./hooks-fuzz.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-fuzz-"));
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ stateDir, vendors: VENDORS });
});
afterAll(async () => {
  await mesh.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

test("whatever is sent, nothing breaks, and nothing of it is stored unsealed", async () => {
  const report = await fuzz(mesh, stateDir, { requests: 600, seed: 20261121 });
  expect(report.odd).toEqual([]);
  expect(report).toMatchObject({ unsealed: 0, readable: [] });
  expect(report.rows).toBeGreaterThan(50);
  for (const status of [200, 401, 404, 405, 413]) expect(report.statuses[status], `${status}`).toBeGreaterThan(0);
  expect(mesh.logs.filter((line) => line.includes('"fault"'))).toEqual([]);
}, 120_000);
