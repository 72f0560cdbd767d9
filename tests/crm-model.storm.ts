import { afterAll, beforeAll, test } from "vitest";
import { checkCrms, MODEL_VARS } from "./crm-model.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const batches = Number(process.env["STORM_CRMS"] ?? 5);
/** Side by side: what takes long is waiting for searches that lag. */
const schedules = 16;
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["hubspot", "pipedrive", "salesforce", "zoho-crm"], cronMs: 0, vars: MODEL_VARS });
});
afterAll(() => mesh?.stop());

test(`${batches} times ${schedules} random schedules over four CRMs (seed ${seed})`, { timeout: 3_600_000 }, async () => {
  const began = Date.now();
  let through = 0;
  await checkCrms(mesh, { batches, schedules, seed, patient: true }, () =>
    console.info(`CRM storm: ${++through} of ${batches} batches after ${Math.round((Date.now() - began) / 1000)} s`),
  );
  console.info(`CRM storm: seed ${seed}, ${batches * schedules} schedules, all sides agree, nobody twice`);
});
