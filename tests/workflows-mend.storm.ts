import { afterAll, beforeAll, expect, test } from "vitest";
import { checkMending } from "./mending.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const size = Number(process.env["STORM_MEND"] ?? 1_000);
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ cronMs: 0 });
});
afterAll(() => mesh.stop());

test(`${size} runs in flight when HubSpot's token is revoked`, async () => {
  const result = await checkMending(mesh, "demo", size, (name) => console.info(name, new Date().toISOString()));
  console.info(`mending storm: ${JSON.stringify(result)}`);
  expect(result.busiest).toBeLessThanOrEqual(result.limit.requests);
});
