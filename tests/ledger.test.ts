import { afterAll, beforeAll, test } from "vitest";
import { checkLedger } from "./ledger.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: [] });
});
afterAll(() => mesh.stop());

test(
  "40 random schedules of callers, lost answers, refusals and crashes: no effect twice, and each one settled or with a person",
  () => checkLedger(mesh, 40, 20261121),
  90_000,
);
