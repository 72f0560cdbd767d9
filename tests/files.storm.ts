/** A video of 300 MB, through Workers that may hold 128 MB. STORM_BYTES. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { streamThrough } from "./files-flow.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["youtube"], inspected: true });
  await mesh.connect("demo", "youtube");
});
afterAll(() => mesh.stop());

const bytes = Number(process.env["STORM_BYTES"] ?? 300_000_000);

test(`${bytes} bytes go from an address to YouTube and are cut on the way, and no Worker of ours holds more of them than a few chunks`, async () => {
  const began = Date.now();
  const { work, arrived, expected, grew, ranges } = await streamThrough(mesh, (await mesh.key("demo")).key, "long.mp4", bytes);
  console.info(JSON.stringify({ seconds: Math.round((Date.now() - began) / 1000), grew }));
  expect(work).toMatchObject({ status: "completed" });
  expect(arrived).toContain(expected);
  expect(ranges).toHaveLength(3);
  for (const [worker, kib] of Object.entries(grew)) expect(kib, worker).toBeLessThan(40 * 1024);
});
