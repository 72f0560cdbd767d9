import { afterAll, beforeAll, test } from "vitest";
import { checkCrms, MODEL_VARS } from "./crm-model.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["hubspot", "pipedrive", "salesforce", "zoho-crm"], cronMs: 0, vars: MODEL_VARS });
});
afterAll(() => mesh?.stop());

test(
  "2 random schedules of edits, lost answers, lag and deliveries over four CRMs: all sides agree, nobody is there twice, nothing goes back and forth",
  () => checkCrms(mesh, { batches: 1, schedules: 2, seed: 92, patient: false }),
  240_000,
);
