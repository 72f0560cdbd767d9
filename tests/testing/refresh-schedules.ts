/** Random schedules for the refresh world, and the property all of them have. */
import * as fc from "fast-check";
import { expect } from "vitest";
import { play, type Schedule, type Step } from "./refresh-world.ts";

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("call" as const),
      many: fc.integer({ min: 1, max: 6 }),
      patienceMs: fc.integer({ min: 300, max: 25_000 }),
    }),
  },
  // Long enough, now and then, for an access token to come due or to be over.
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 3_200_000, max: 3_700_000 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("token" as const),
      mood: fc.constantFrom("well", "well", "slow", "stuck", "lost", "dropped", "failing"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("api" as const), mood: fc.constantFrom("well", "failing") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refuse" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reconnect" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("withdraw" as const) }) },
);
const schedule: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 31 }),
  stable: fc.boolean(),
  heavyNetwork: fc.boolean(),
  steps: fc.array(step, { minLength: 3, maxLength: 20 }),
});

/** No schedule of this many loses a grant unknown, spends a refresh token twice, or leaves unusable what could be used. */
export const holdsFor = (numRuns: number, seed: number): Promise<void> =>
  fc.assert(
    fc.asyncProperty(schedule, async (one) => {
      expect(await play(one)).toEqual([]);
    }),
    { seed, numRuns },
  );
