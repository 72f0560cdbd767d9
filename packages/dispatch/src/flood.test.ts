import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CONTRACTOR_BYTES, CONTRACTOR_DELIVERIES, draw, ENDPOINT_BYTES, ENDPOINT_DELIVERIES, full, type Rate } from "./flood.ts";

const rate: Rate = { perSecond: 10, burst: 20 };
const one = (level = rate.burst) => ({ bucket: { level, filledAt: 0 }, rate, amount: 1 });

test("a burst comes in at once, and the next is told how long to wait", () => {
  const bucket = one();
  for (let i = 0; i < rate.burst; i++) expect(draw([bucket], 0)).toBe(0);
  expect(draw([bucket], 0)).toBe(100);
  expect(draw([bucket], 50)).toBe(50);
  expect(draw([bucket], 100)).toBe(0);
});

test("what is refused by one bucket takes nothing from the others", () => {
  const [empty, rich] = [one(0), one()];
  expect(draw([rich, empty], 0)).toBe(100);
  expect(rich.bucket.level).toBe(rate.burst);
});

test("a clock that goes back fills nothing", () => {
  const bucket = one(0);
  draw([bucket], 100);
  expect(draw([bucket], 0)).toBe(100);
  expect(draw([bucket], 150)).toBe(50);
});

test("no schedule lets in more than a burst and its refill", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 300 }), { maxLength: 200 }), (gaps) => {
      const bucket = one();
      let [now, latest, taken] = [0, 0, 0];
      for (const gap of gaps) {
        now = Math.max(now + gap, 0);
        latest = Math.max(latest, now);
        if (draw([bucket], now) === 0) taken++;
      }
      expect(taken).toBeLessThanOrEqual(rate.burst + (latest * rate.perSecond) / 1000 + 1e-6);
    }),
    { numRuns: 500, seed: 20261121 },
  );
});

test("a flooded endpoint leaves its contractor's others half of the room", () => {
  expect(ENDPOINT_DELIVERIES.perSecond * 2).toBeLessThanOrEqual(CONTRACTOR_DELIVERIES.perSecond);
  expect(ENDPOINT_DELIVERIES.burst * 2).toBeLessThanOrEqual(CONTRACTOR_DELIVERIES.burst);
  expect(ENDPOINT_BYTES.perSecond * 2).toBeLessThanOrEqual(CONTRACTOR_BYTES.perSecond);
  expect(full(ENDPOINT_DELIVERIES, ENDPOINT_BYTES, 5).deliveries).toEqual({ level: ENDPOINT_DELIVERIES.burst, filledAt: 5 });
});
