/** Workflows' runs in the whole mesh: real objects, real dispatch, the sandbox's vendors. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";
import { type Runs, runsOn } from "./testing/runs.ts";

let mesh: Mesh;
let runs: Runs;
beforeAll(async () => {
  mesh = await startMesh({
    cronMs: 0,
    vars: { "junction-gateway": { RUN_BACKOFF_MS: "50,100,200,400,800,1600,3200", RUN_PATIENCE_MS: "2000" } },
  });
  runs = await runsOn(mesh);
});
afterAll(() => mesh?.stop());

test("a text: the run starts, sends it once, and its row and its lead's timeline say so", async () => {
  await mesh.connect("one", "twilio");
  const lead = await runs.lead("one", { name: "Ada Byron", phone: "+12025550101" });
  const run = await runs.start("one", [{ id: "text", type: "sms", body: "Hi {{first_name}}" }], { lead });
  const done = await runs.until(run, "completed");
  expect(done.steps).toMatchObject([{ step: "text", state: "completed", attempts: 1, output: { status: "queued" } }]);
  expect(await runs.inbox("twilio", "+12025550101")).toMatchObject([{ text: "Hi Ada" }]);
});
