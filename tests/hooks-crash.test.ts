/** A few deliveries, and two hard kills; the whole of it is hooks-crash.storm.ts. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { crashStorm } from "./hooks-crash.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-hooks-crash-"));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

test("killed hard among deliveries: every distinct event is done once, none is lost, and each entity's are done in order", async () => {
  const report = await crashStorm({
    stateDir,
    vendors: ["twilio", "stripe", "square"],
    deliveries: 240,
    entities: 4,
    kills: 2,
    seed: 20261121,
  });
  expect(Object.keys(report.states)).toEqual(["done"]);
  expect(report.states["done"]).toBeGreaterThanOrEqual(report.distinct); // a delivery may say several things
  expect(report).toMatchObject({ doneTwice: 0, neverDone: 0, lanes: { disordered: [] }, timeline: { disordered: [], lacking: 0 } });
  expect(report.timeline.entries).toBeGreaterThan(0);
  expect(report.requests).toBeGreaterThan(report.distinct);
}, 240_000);
