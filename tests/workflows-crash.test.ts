/** A hard kill in the midst of two runs' effects; the whole of it is workflows-crash.storm.ts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import {
  begin,
  type CrashMesh,
  EFFECTS,
  fault,
  inboxOf,
  killCrashMesh,
  type Person,
  prepare,
  startCrashMesh,
  until,
  wrongEffects,
} from "./workflows-crash.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-runs-crash-"));
let mesh: CrashMesh | undefined;
afterAll(async () => {
  if (mesh) await killCrashMesh(mesh);
  rmSync(stateDir, { recursive: true, force: true });
});

test("killed hard between the vendor's act and our note of it: each of the six effects exists once, and the runs are completed", async () => {
  mesh = await startCrashMesh(stateDir);
  const workflow = await prepare(mesh);
  const [first, , visit] = EFFECTS;
  const people: Person[] = [];
  for (const effect of [visit, first]) {
    await fault(mesh, effect, "slow", { ms: 20_000, times: 1 });
    const person = await begin(mesh, workflow);
    const acted = async () => expect(await inboxOf(mesh as CrashMesh, effect.vendor)).toContain(person.name);
    await vi.waitFor(acted, { timeout: 20_000, interval: 20 }); // the vendor has acted, and has not answered
    people.push(person);
  }
  await killCrashMesh(mesh);
  mesh = await startCrashMesh(stateDir);
  for (const person of people) await until(mesh, person, "completed", 60_000);
  expect(await wrongEffects(mesh, people)).toEqual([]);
}, 120_000);
