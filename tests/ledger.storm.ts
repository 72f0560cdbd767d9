import { afterAll, beforeAll, test } from "vitest";
import { checkLedger } from "./ledger.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const runs = Number(process.env["STORM_LEDGER"] ?? 1_000);
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh();
});
afterAll(() => mesh.stop());

test(`${runs} random schedules of the effect ledger (seed ${seed})`, async () => {
  await checkLedger(mesh, runs, seed);
  console.info(`ledger storm: seed ${seed}, ${runs} schedules, no effect twice`);
});
