/** Places among a workflow's runs: never more than there are, first come first served, and a free one is never forgotten. */
import * as fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import { openDesk, provision } from "./desk.ts";
import type { WaiterRpc } from "./rpc.ts";
import { openStorage } from "./testing/storage.ts";
import { callTurns, enter, leave } from "./turns.ts";

beforeAll(() => {
  vi.spyOn(console, "error").mockImplementation(() => {}); // a run that cannot be reached is reported
});

const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("enter" as const), run: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("leave" as const), run: fc.nat(9) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ring" as const), deaf: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("limit" as const), most: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
);

test("however runs come and go, no more than the limit go on at a time, and everyone's turn comes, in the order of coming", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 80 }), async (deeds) => {
      const disk = openStorage();
      let desk = await openDesk(disk.storage);
      provision(desk, "demo");
      let [now, limit, highest, deaf] = [0, 2, 2, false];
      const [going, waiting] = [new Set<string>(), [] as string[]];
      const begin = (run: string) => {
        if (going.has(run)) return; // told twice
        expect(waiting.indexOf(run), `${run} comes before its turn`).toBeLessThanOrEqual(0);
        if (waiting[0] === run) waiting.shift();
        going.add(run);
        expect(going.size).toBeLessThanOrEqual(highest);
      };
      const waiter = (_: "run", run: string): WaiterRpc => ({
        async mended() {},
        async turn() {
          if (deaf) throw new Error("the object moved");
          if (waiting.includes(run)) begin(run);
        },
      });
      const ask = (run: string) => {
        if (enter(desk, { contractor: "demo", workflow: "wf_1", run, limit, now: ++now }) === "go") begin(run);
        else if (!waiting.includes(run)) waiting.push(run);
      };
      const ring = async () => {
        if (disk.alarmAt() === null) return;
        now = Math.max(now, disk.alarmAt() ?? 0);
        disk.ring();
        desk.alarmAt = null;
        await callTurns(desk, waiter, now);
      };
      for (const one of deeds) {
        const run = "run" in one ? `run_${one.run}` : "";
        if (one.do === "enter") ask(run);
        else if (one.do === "limit") {
          limit = one.most;
          highest = Math.max(highest, limit);
        } else if (one.do === "crash") desk = await openDesk(disk.storage);
        else if (one.do === "ring") {
          deaf = one.deaf;
          await ring();
        } else {
          going.delete(run);
          if (waiting.includes(run)) waiting.splice(waiting.indexOf(run), 1);
          leave(desk, { workflow: "wf_1", run, now: ++now });
        }
      }
      deaf = false;
      for (let i = 0; i < 40 && going.size + waiting.length > 0; i++) {
        await ring();
        const [first] = going;
        if (first === undefined) continue;
        going.delete(first);
        leave(desk, { workflow: "wf_1", run: first, now: ++now });
      }
      expect([...going, ...waiting]).toEqual([]);
      disk.close();
    }),
    { numRuns: 500, seed: 20261121 },
  );
});
