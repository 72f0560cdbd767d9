import * as fc from "fast-check";
import { expect, test } from "vitest";
import { charge, fresh, narrow, room, take as takeFor } from "./limits.ts";

const limit = { requests: 25, perSeconds: 10 };
const take = (...[allowance, of, now]: Parameters<typeof takeFor> extends [...infer P, string] ? P : never) =>
  takeFor(allowance, of, now, "crm/send_sms");

test("a fifth of a window may be sent at once, and the next request says how long to wait", () => {
  const allowance = fresh(limit, 0);
  for (let i = 0; i < 5; i++) expect(take(allowance, limit, 0)).toBe(0);
  expect(take(allowance, limit, 0)).toBe(534);
  expect(take(allowance, limit, 533)).toBeGreaterThan(0);
  expect(take(allowance, limit, 534)).toBe(0);
});

test("a call that took several requests is charged for them, and the next is thought to take as many", () => {
  const allowance = fresh(limit, 0);
  expect(takeFor(allowance, limit, 0, "crm/sync_lead")).toBe(0);
  charge(allowance, "crm/sync_lead", 4);
  expect(room(allowance, limit, 0)).toBe(0);
  expect(takeFor(allowance, limit, 0, "crm/sync_lead")).toBe(1_600);
  expect(takeFor(allowance, limit, 1_600, "crm/sync_lead")).toBe(0);
  const full = fresh(limit, 0);
  charge(full, "crm/sync_lead", 40);
  expect(takeFor(full, limit, 100_000, "crm/sync_lead")).toBe(0); // more than may ever be sent at once: once, when it is full
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

test("no schedule has more than the limit in any window, however many requests a call takes", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 200 }),
      fc.integer({ min: 1, max: 5 }),
      (gaps, each) => {
        const allowance = fresh(limit, 0);
        allowance.costs.set("crm/send_sms", each);
        const sent: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (take(allowance, limit, now) === 0) sent.push(...Array.from({ length: each }, () => now));
        }
        for (const at of sent) expect(sent.filter((one) => one > at - 10_000 && one <= at).length).toBeLessThanOrEqual(limit.requests);
      },
    ),
    { numRuns: 1000, seed: 20261121 },
  );
});
