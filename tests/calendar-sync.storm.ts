import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, test } from "vitest";
import { checkEdits, type Killable, startCalendars } from "./calendar-sync.ts";

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const edits = Number(process.env["STORM_EDITS"] ?? 200);
const stateDir = mkdtempSync(join(tmpdir(), "junction-calendar-"));
let mesh: Killable;
beforeAll(async () => {
  mesh = await startCalendars(stateDir);
  await mesh.connect("storm", "google-calendar", "apple-calendar");
}, 240_000);
afterAll(async () => {
  await mesh?.kill();
  rmSync(stateDir, { recursive: true, force: true });
});

test(`${edits} random edits over a Google and an Apple calendar (seed ${seed})`, { timeout: 3_600_000 }, async () => {
  const { said, jobs, conflicts } = await checkEdits(mesh, "storm", { edits, seed });
  console.info(`calendar storm: seed ${seed}, ${jobs} jobs at the end, ${conflicts} conflicts open, ${JSON.stringify(said)}`);
});
