import * as fc from "fast-check";
import { expect, test } from "vitest";
import { episode, lasting, SAME_EPISODE_MS } from "./alerts.ts";
import type { Alert } from "./records.ts";

const seen = { id: "alert_1", vendor: "twilio", about: "connection" as const, kind: "CredentialError", call: "call_1" };

test("an episode opens once, is announced once, and its recovery once", () => {
  const opened = episode(undefined, "error", seen, 0);
  expect(opened).toMatchObject({ alert: { state: "open", openedAt: 0 }, announce: "connection.error" });
  expect(episode(opened?.alert, "error", seen, 1)).toBeNull();
  const mended = episode(opened?.alert, "connected", seen, 2);
  expect(mended).toMatchObject({ alert: { state: "recovered", recoveredAt: 2 }, announce: "connection.recovered" });
  expect(episode(mended?.alert, "connected", seen, 3)).toBeNull();
});

test("an error soon after a recovery is the same episode: unread again, and nobody is written to", () => {
  const opened = episode(undefined, "error", seen, 0)?.alert;
  const mended = episode(opened, "connected", seen, 1)?.alert;
  const again = episode(mended, "error", { ...seen, id: "alert_2" }, SAME_EPISODE_MS);
  expect(again).toMatchObject({ alert: { id: "alert_1", state: "open", readAt: null }, announce: null });
  expect(episode(again?.alert, "connected", seen, SAME_EPISODE_MS + 1)?.announce).toBeNull();
  expect(episode(mended, "error", { ...seen, id: "alert_2" }, SAME_EPISODE_MS + 2)).toMatchObject({
    alert: { id: "alert_2" },
    announce: "connection.error",
  });
});

test("a relapse that lasts is announced after all, once, and so is its end", () => {
  const opened = episode(undefined, "error", seen, 0)?.alert;
  const again = episode(episode(opened, "connected", seen, 1)?.alert, "error", seen, 2)?.alert;
  if (!again) throw new Error("no relapse");
  expect(lasting(again, 2 + SAME_EPISODE_MS - 1)).toBeNull();
  const told = lasting(again, 2 + SAME_EPISODE_MS);
  expect(told).toMatchObject({ announce: "connection.error", alert: { id: again.id, state: "open" } });
  expect(told && lasting(told.alert, 10 * SAME_EPISODE_MS)).toBeNull();
  expect(episode(told?.alert, "connected", seen, 11 * SAME_EPISODE_MS)).toMatchObject({ announce: "connection.recovered" });
});

test("disconnecting ends an episode without a word", () => {
  const opened = episode(undefined, "error", seen, 0)?.alert;
  expect(episode(opened, "not_connected", seen, 1)).toMatchObject({ alert: { state: "recovered" }, announce: null });
});

test("however a connection flaps, each episode announces at most one error and one recovery, and errors are never more than one an interval", () => {
  const steps = fc.array(
    fc.record({
      gap: fc.integer({ min: 1, max: SAME_EPISODE_MS }),
      status: fc.constantFrom("error" as const, "connected" as const, "warning" as const),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const said = new Map<string, string[]>();
      let last: Alert | undefined;
      let now = 0;
      for (const [index, { gap, status }] of all.entries()) {
        now += gap;
        const next = episode(last, status, { ...seen, id: `alert_${index}` }, now);
        if (!next) continue;
        last = next.alert;
        if (next.announce) said.set(last.id, [...(said.get(last.id) ?? []), next.announce]);
      }
      for (const announced of said.values())
        expect(["connection.error", "connection.error,connection.recovered"]).toContain(announced.join());
    }),
    { numRuns: 1000, seed: 20261121 },
  );
});
