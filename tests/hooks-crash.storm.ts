/** 10,000 deliveries from five vendors, and ten hard kills. STORM_SEED, STORM_KILLS, STORM_DELIVERIES. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { crashStorm } from "./hooks-crash.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-hooks-storm-"));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

const seed = Number(process.env["STORM_SEED"] ?? 20261121);
const kills = Number(process.env["STORM_KILLS"] ?? 10);
const deliveries = Number(process.env["STORM_DELIVERIES"] ?? 10_000);
const vendors = ["twilio", "stripe", "square", "vapi", "elevenlabs"];

test(`${deliveries} deliveries from ${vendors.length} vendors, ${kills} kills (seed ${seed}): every distinct event is done once, in its entity's order`, async () => {
  const began = Date.now();
  const report = await crashStorm({ stateDir, vendors, deliveries, entities: 10, kills, seed }, (line) => console.info(line));
  console.info(JSON.stringify({ ...report, seconds: Math.round((Date.now() - began) / 1000) }));
  expect(Object.keys(report.states)).toEqual(["done"]);
  expect(report.states["done"]).toBeGreaterThanOrEqual(report.distinct); // a delivery may say several things
  expect(report).toMatchObject({ doneTwice: 0, neverDone: 0, lanes: { disordered: [] }, timeline: { disordered: [], lacking: 0 } });
  expect(report.requests).toBeGreaterThanOrEqual(deliveries);
}, 3_600_000);
