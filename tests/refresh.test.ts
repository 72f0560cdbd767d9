/** A few of the schedules of refresh.storm.ts. */
import { test } from "vitest";
import { holdsFor } from "./testing/refresh-schedules.ts";

test(
  "whatever is called, expires, crashes, is slow, lost, refused, withdrawn or reconnected, in any order: no grant is lost unknown, none spent twice",
  () => holdsFor(150, 20261121),
  60_000,
);
