import * as fc from "fast-check";
import { expect, test } from "vitest";
import { fresh, narrow, take } from "./limits.ts";

const limit = { requests: 5, perSeconds: 10 };

test("a full window may be sent at once, and the next request says how long to wait", () => {
  const allowance = fresh(limit, 0);
  for (let i = 0; i < 5; i++) expect(take(allowance, limit, 0)).toBe(0);
  expect(take(allowance, limit, 0)).toBe(2_000);
  expect(take(allowance, limit, 1_999)).toBeGreaterThan(0);
  expect(take(allowance, limit, 2_000)).toBe(0);
});

test("without a declared limit nothing is held back until the vendor says so", () => {
  const allowance = fresh(undefined, 0);
  for (let i = 0; i < 1000; i++) expect(take(allowance, undefined, 0)).toBe(0);
  narrow(allowance, { retryAfterMs: 3_000 }, 0);
  expect(take(allowance, undefined, 1_000)).toBe(2_000);
  expect(take(allowance, undefined, 3_000)).toBe(0);
});

test("the vendor's own count narrows the budget until its window turns", () => {
  const allowance = fresh(undefined, 0);
  narrow(allowance, { budget: { remaining: 1, resetMs: 5_000 } }, 0);
  expect(take(allowance, undefined, 0)).toBe(0);
  expect(take(allowance, undefined, 0)).toBe(5_000);
  expect(take(allowance, undefined, 5_000)).toBe(0);
});

test("an older answer that arrives late cannot widen the vendor's count", () => {
  const allowance = fresh(undefined, 0);
  narrow(allowance, { budget: { remaining: 0, resetMs: 5_000 } }, 0);
  narrow(allowance, { budget: { remaining: 9, resetMs: 5_000 } }, 1);
  expect(take(allowance, undefined, 2)).toBeGreaterThan(0);
});

test("no schedule sends more than a window's burst and its refill", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 200 }), (gaps) => {
      const allowance = fresh(limit, 0);
      let [now, sent] = [0, 0];
      for (const gap of gaps) {
        now += gap;
        if (take(allowance, limit, now) === 0) sent++;
      }
      expect(sent).toBeLessThanOrEqual(limit.requests + Math.floor((now * limit.requests) / (limit.perSeconds * 1000)) + 1e-6);
    }),
    { numRuns: 1000, seed: 20261121 },
  );
});
