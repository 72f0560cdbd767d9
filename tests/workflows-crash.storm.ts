/** Each effect's credential revoked before it, each effect's answer lost, and fifty hard kills. STORM_SEED, STORM_KILLS, STORM_RUNS. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  breakBefore,
  type CrashMesh,
  completed,
  dropAfter,
  EFFECTS,
  killCrashMesh,
  killOften,
  prepare,
  startCrashMesh,
  viewOf,
  wrongEffects,
} from "./workflows-crash.ts";

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const kills = Number(process.env["STORM_KILLS"] ?? 50);
const runs = Number(process.env["STORM_RUNS"] ?? 4);

/** Mulberry32: the same numbers for the same seed. */
function random(state: number): () => number {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const stateDir = mkdtempSync(join(tmpdir(), "junction-runs-storm-"));
let mesh: CrashMesh;
let workflow: string;
beforeAll(async () => {
  mesh = await startCrashMesh(stateDir);
  workflow = await prepare(mesh);
});
afterAll(async () => {
  await killCrashMesh(mesh);
  rmSync(stateDir, { recursive: true, force: true });
});

test.each(EFFECTS.map((effect) => [effect.step, effect] as const))(
  "the credential is revoked before %s: mended, each effect is there once",
  async (_, effect) => {
    expect(await wrongEffects(mesh, [await breakBefore(mesh, workflow, effect)])).toEqual([]);
  },
);

test.each(EFFECTS.map((effect) => [effect.step, effect] as const))(
  "the answer to %s is lost after the vendor acted: each effect is there once",
  async (_, effect) => {
    expect(await wrongEffects(mesh, [await dropAfter(mesh, workflow, effect)])).toEqual([]);
  },
);

test(`${kills} kills at random instants among runs (seed ${seed}): each effect is there once, and every run is completed`, async () => {
  const began = Date.now();
  const killed = await killOften(mesh, { stateDir, workflow, kills, runs, random: random(seed) });
  mesh = killed.mesh;
  let asked = 0;
  for (const person of killed.people) asked += await completed(mesh, person);
  const wrong = await wrongEffects(mesh, killed.people);
  const tries = await Promise.all(
    killed.people.map(
      async (person) => (await viewOf(mesh, person)).steps.filter(({ attempts }: { attempts: number }) => attempts > 1).length,
    ),
  );
  const again = tries.reduce((sum, n) => sum + n, 0);
  console.info(
    `runs' storm: seed ${seed}, ${kills} kills, ${killed.people.length} runs, ${again} steps tried more than once, ${asked} that a person was asked about, ${wrong.length} effects wrong, ${Math.round((Date.now() - began) / 1000)} s`,
  );
  expect(wrong).toEqual([]);
}, 3_600_000);
