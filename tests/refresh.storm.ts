/** 10,000 random schedules; `SEED=n npm run storm -- tests/refresh` plays others. */
import { test } from "vitest";
import { holdsFor } from "./testing/refresh-schedules.ts";

const seed = Number(process.env["SEED"] ?? 1);

test(`10,000 random schedules lose no grant unknown, and spend none twice (seed ${seed})`, () => holdsFor(10_000, seed), 3_600_000);
