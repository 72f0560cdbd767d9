/** Runs that wait for a broken integration: whatever the order of failing, parking, mending, breaking and crashing, none is forgotten. */
import * as fc from "fast-check";
import { beforeAll, expect, test, vi } from "vitest";
import { choose } from "./acquire.ts";
import { attach, detach } from "./connections.ts";
import { type Desk, openDesk, provision, wake } from "./desk.ts";
import { health } from "./health.ts";
import { park, unpark, waiting, wakeParked } from "./parked.ts";
import type { WaiterRpc } from "./rpc.ts";
import { observe } from "./settle.ts";
import { openStorage } from "./testing/storage.ts";

const TOOL = "crm/send_email";
const VENDORS = ["mailgun", "sendgrid"] as const;
type Vendor = (typeof VENDORS)[number];
type Kind = "CredentialError" | "PermissionError";

/** A contractor's object, two vendors, and runs that each want to send one email: by any vendor, or by one alone. */
async function world(pins: readonly (Vendor | null)[]) {
  const disk = openStorage();
  const at = { now: 1_000_000 };
  let desk: Desk = await openDesk(disk.storage);
  provision(desk, "demo");
  const broken = new Map<Vendor, Kind>();
  let generation = 0;
  const runs = pins.map((pin, index) => ({
    id: `run_${index}`,
    pin,
    state: "ready" as "ready" | "paused" | "done",
    parks: 0,
    owed: false,
  }));
  type Run = (typeof runs)[number];
  const woken: { readonly at: number; readonly id: string }[] = [];
  let deaf = 0;

  const attempt = (run: Run): void => {
    if (run.state !== "ready") return;
    const chosen = choose(desk, TOOL, at.now, run.pin ?? undefined);
    if (!("kind" in chosen)) {
      const kind = broken.get(chosen.vendor as Vendor);
      const grant = { vendor: chosen.vendor, connection: chosen.id, generation: chosen.generation };
      const ask = { grant, call: "call_1", tool: TOOL, source: "call", now: at.now } as const;
      observe(desk, ask, kind === undefined ? { ok: true, value: {} } : { ok: false, error: { kind } });
      if (kind === undefined) {
        run.state = "done";
        return;
      }
    }
    run.state = "paused";
    run.owed = true;
  };
  const parking = (run: Run): void => {
    if (!run.owed) return;
    run.owed = false;
    run.parks++;
    const workflow = { id: "wf_1", name: "Estimate" };
    const ask = { contractor: "demo", kind: "run", id: run.id, workflow, tool: TOOL, now: at.now } as const;
    if (!park(desk, { ...ask, ...(run.pin && { vendor: run.pin }) }).parked && run.state === "paused") run.state = "ready";
  };
  const waiter = (_: string, id: string): WaiterRpc => ({
    async mended() {
      if (deaf > 0) {
        deaf--;
        throw new Error("the object moved");
      }
      woken.push({ at: at.now, id });
      const run = runs.find((one) => one.id === id);
      if (run?.state === "paused") run.state = "ready";
    },
    async turn() {},
  });

  return {
    ...{ at, runs, woken, attempt, parking },
    desk: () => desk,
    broken,
    mend(vendor: Vendor) {
      broken.delete(vendor);
      generation++;
      attach(desk, {
        ...{ contractor: "demo", vendor, connection: `con_${vendor}`, account: { id: "1", name: "1" }, generation },
        ...{ scopes: [], now: at.now, call: "call_0" },
      });
    },
    take: (vendor: Vendor) => detach(desk, { vendor, now: at.now }),
    deafen: (times: number) => {
      deaf = times;
    },
    async crash() {
      desk = await openDesk(disk.storage);
    },
    /** The clock goes on by `ms`; alarms that fall due ring on the way. */
    async pass(ms: number) {
      const until = at.now + ms;
      for (let due = disk.alarmAt(); due !== null && due <= until; due = disk.alarmAt()) {
        at.now = Math.max(at.now, due);
        disk.ring();
        desk.alarmAt = null;
        await wakeParked(desk, waiter, at.now, async () => {});
      }
      at.now = until;
    },
    close: disk.close,
  };
}

beforeAll(() => {
  vi.spyOn(console, "error").mockImplementation(() => {}); // a run that cannot be reached is reported
});

const vendor = fc.constantFrom(...VENDORS);
const which = fc.nat(7);
const deed = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("attempt" as const), which }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("park" as const), which }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("break" as const), vendor, kind: fc.constantFrom<Kind>("CredentialError", "PermissionError") }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("mend" as const), vendor }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("disconnect" as const), vendor }) },
  { weight: 1, arbitrary: fc.constant({ do: "crash" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("deaf" as const), times: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 100, 1_000, 60_000) }) },
);
const pins = fc.array(fc.option(vendor), { minLength: 8, maxLength: 8 });

test("whatever happens in whatever order, a run waits only while its vendor is broken, and every one is done in the end", async () => {
  await fc.assert(
    fc.asyncProperty(pins, fc.array(deed, { maxLength: 60 }), async (who, deeds) => {
      const on = await world(who);
      const run = (index: number) => on.runs[index] as (typeof on.runs)[number];
      for (const one of deeds) {
        if (one.do === "attempt") on.attempt(run(one.which));
        else if (one.do === "park") on.parking(run(one.which));
        else if (one.do === "break") on.broken.set(one.vendor, one.kind);
        else if (one.do === "mend") on.mend(one.vendor);
        else if (one.do === "disconnect") on.take(one.vendor);
        else if (one.do === "crash") await on.crash();
        else if (one.do === "deaf") on.deafen(one.times);
        else await on.pass(one.ms);
      }
      const settle = async () => {
        for (let round = 0; round < 6; round++) {
          for (const each of on.runs) on.parking(each);
          for (const each of on.runs) on.attempt(each);
          await on.pass(30_000);
        }
        return on.runs.filter(({ state }) => state !== "done");
      };
      for (const { pin, id } of await settle()) {
        const chosen = choose(on.desk(), TOOL, on.at.now, pin ?? undefined);
        expect("kind" in chosen || on.broken.has(chosen.vendor as Vendor), `${id} waits, and could go on`).toBe(true);
      }
      for (const name of VENDORS) on.mend(name);
      expect(await settle()).toEqual([]);
      await on.pass(600_000);
      expect(waiting(on.desk())).toEqual([]);
      on.close();
    }),
    { numRuns: 400, seed: 20261121 },
  );
}, 30_000);

test("a thousand are woken in the order in which they came, at no more than twenty a second, and not while it is broken again", async () => {
  const on = await world(Array.from({ length: 1000 }, () => "mailgun" as const));
  on.mend("mailgun");
  on.broken.set("mailgun", "CredentialError");
  for (const run of on.runs) {
    on.attempt(run);
    on.at.now++;
    on.parking(run);
  }
  expect(waiting(on.desk())).toEqual([
    { vendor: "mailgun", workflow: { id: "wf_1", name: "Estimate" }, count: 1000, since: expect.any(Number) },
  ]);
  await on.pass(60_000);
  expect(on.woken).toEqual([]);
  on.mend("mailgun");
  const start = on.at.now;
  await on.pass(10_000);
  expect(on.woken.filter(({ at }) => at < start + 1_000)).toHaveLength(1); // the first shows whether it works
  on.broken.set("mailgun", "CredentialError");
  on.attempt(on.runs[0] as (typeof on.runs)[number]); // one of those woken finds it broken
  const sofar = on.woken.length;
  expect(sofar).toBeGreaterThan(100);
  await on.pass(60_000);
  expect(on.woken.length).toBe(sofar);
  await on.crash();
  on.mend("mailgun");
  for (let i = 0; i < 600; i++) {
    wake(on.desk(), on.at.now); // the alarm rings for other things too
    await on.pass(100);
  }
  expect(on.woken.map(({ id }) => id)).toEqual(on.runs.map(({ id }) => id));
  const perSecond = new Map<number, number>();
  for (const { at } of on.woken) perSecond.set(Math.floor((at - start) / 1000), (perSecond.get(Math.floor((at - start) / 1000)) ?? 0) + 1);
  expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(20);
  on.close();
});

test("a wake that is under way takes nothing from a run that is set down anew; a cancelled run is not woken", async () => {
  const on = await world(["mailgun", "mailgun"]);
  const [first, second] = on.runs as [(typeof on.runs)[number], (typeof on.runs)[number]];
  for (const run of on.runs) {
    on.attempt(run);
    on.parking(run);
  }
  unpark(on.desk(), { kind: "run", id: second.id });
  on.mend("mailgun");
  const again: WaiterRpc = {
    async mended() {
      // It went on at once, met the next trouble, and is set down before this answer is there.
      on.take("mailgun");
      first.owed = true;
      on.parking(first);
    },
    async turn() {},
  };
  const asked: string[] = [];
  await wakeParked(
    on.desk(),
    (_, id) => {
      asked.push(id);
      return again;
    },
    on.at.now,
  );
  expect(asked).toEqual([first.id]);
  expect(waiting(on.desk())).toMatchObject([{ count: 1 }]);
  on.close();
});

test("a lacking permission holds only the tool that lacks it, until a test passes; what has no credential waits for one", async () => {
  const on = await world([null]);
  on.mend("mailgun");
  on.broken.set("mailgun", "PermissionError");
  const [run] = on.runs as [(typeof on.runs)[number]];
  on.attempt(run);
  on.parking(run);
  expect(run.state).toBe("paused");
  const connection = on.desk().connections.get("mailgun");
  expect(connection && health(connection.evidence, on.at.now).status).toBe("warning");
  const ask = { contractor: "demo", kind: "run", workflow: null, now: on.at.now } as const;
  expect(park(on.desk(), { ...ask, id: "run_sms", tool: "crm/send_sms" })).toEqual({ parked: true, vendor: "twilio" });
  const grant = { vendor: "mailgun", connection: "con_mailgun", generation: 1 };
  observe(on.desk(), { grant, call: "call_2", tool: "crm/find_contact", source: "call", now: on.at.now }, { ok: true, value: {} });
  await on.pass(5_000);
  expect(on.woken).toEqual([]);
  observe(on.desk(), { grant, call: "call_3", tool: null, source: "test", now: on.at.now }, { ok: true, value: {} });
  await on.pass(5_000);
  expect(on.woken).toMatchObject([{ id: run.id }]);
  on.close();
});
