/** What the database itself decides of events: once, in order, and never more than one at a time in a lane. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  claimHeads,
  contractorsDue,
  freeLost,
  insertEvents,
  insertRaw,
  type NewEvent,
  quarantined,
  reopenEvents,
  replaceRaw,
  settleEvents,
} from "./events.ts";
import { openD1 } from "./testing/d1.ts";

let db: D1Database;
let stop: () => Promise<void>;
beforeAll(async () => {
  ({ db, close: stop } = await openD1());
});
afterAll(() => stop());
beforeEach(async () => {
  await db.prepare("DELETE FROM events").run();
});

let made = 0;
const event = (changes: Partial<NewEvent> = {}): NewEvent => {
  made++;
  return {
    ...{ id: `evt_${made}`, contractor: "demo", vendor: "stripe", connection: "con_1", vendorEvent: `v${made}`, type: "payment.succeeded" },
    ...{ entity: "payment:1", lane: "stripe payment:1", position: made * 1000, state: "received", attempts: 0, reason: null, done: "[]" },
    ...{ dueAt: 0, claim: null, claimedUntil: null, payload: "1.x", occurredAt: null, receivedAt: 1, updatedAt: 1, ...changes },
  };
};
const raw = (changes: Partial<NewEvent> = {}) => event({ state: "quarantined", type: null, entity: null, ...changes });
let claims = 0;
const claim = async (limit = 10, now = 100, after = "") => {
  const name = `claim-${++claims}`;
  const rows = await claimHeads(db, { contractor: "demo", after, claim: name, now, leaseMs: 50, limit });
  return { name, ids: rows.map(({ id }) => id) };
};
const settle = (name: string, id: string, state: string, dueAt = 0) =>
  settleEvents(db, name, [{ id, state, done: "[]", reason: null, dueAt }], 200);
const states = async () =>
  (await db.prepare("SELECT id, state FROM events ORDER BY seq").all<{ id: string; state: string }>()).results.map(({ id, state }) => [
    id,
    state,
  ]);

describe("writing", () => {
  test("a vendor's event is written once for a connection, and again for another", async () => {
    const [first, second] = [event(), event()];
    expect((await insertEvents(db, [first, second])).inserted).toEqual([first.id, second.id]);
    const again = event({ vendorEvent: first.vendorEvent });
    const fresh = event();
    expect((await insertEvents(db, [again, fresh])).inserted).toEqual([fresh.id]);
    const other = event({ vendorEvent: first.vendorEvent, connection: "con_2" });
    expect((await insertEvents(db, [other])).inserted).toEqual([other.id]);
  });

  test("thousands at once, longer in all than a parameter may be, are one transaction", async () => {
    const many = Array.from({ length: 3000 }, () => event({ payload: `1.${"x".repeat(1000)}` }));
    expect((await insertEvents(db, many)).inserted).toHaveLength(3000);
    const bad = [...Array.from({ length: 3000 }, () => event({ payload: `1.${"x".repeat(1000)}` })), { ...event(), id: many[0]?.id ?? "" }];
    await expect(insertEvents(db, bad)).rejects.toThrow(/UNIQUE/);
    expect(await db.prepare("SELECT count(*) AS n FROM events").first("n")).toBe(3000);
  });

  test("nothing is written past what waits in quarantine, and nothing of another connection is held up by it", async () => {
    const waits = raw();
    expect(await insertRaw(db, waits, 2)).toBe("kept");
    const [held, free] = [event(), event({ connection: "con_2" })];
    expect(await insertEvents(db, [held])).toEqual({ inserted: [], holding: ["con_1"] });
    expect(await insertEvents(db, [free])).toEqual({ inserted: [free.id], holding: [] });
    expect(await insertRaw(db, raw({ vendorEvent: waits.vendorEvent }), 2)).toBe("known");
    expect(await insertRaw(db, raw(), 2)).toBe("kept");
    expect(await insertRaw(db, raw(), 2)).toBe("full");
    expect(await insertRaw(db, raw({ connection: "con_2" }), 2)).toBe("kept");
    expect(await insertRaw(db, raw({ state: "dead" }), 2)).toBe("kept"); // what cannot be read does not wait
  });

  test("what was durable before it stands before it, though another machine's clock says otherwise", async () => {
    const first = event({ position: 9_000_000 });
    const second = event({ position: 1_000 }); // taken later, by a machine whose clock is behind
    await insertEvents(db, [first]);
    await insertEvents(db, [second]);
    const head = await claim();
    expect(head.ids).toEqual([first.id]);
    await settle(head.name, first.id, "done");
    expect((await claim()).ids).toEqual([second.id]);
    const [a, b] = [raw({ position: 9_000_000 }), raw({ position: 1_000 })];
    for (const one of [a, b]) await insertRaw(db, one, 9);
    expect((await quarantined(db, "con_1", 9)).map(({ id }) => id)).toEqual([a.id, b.id]);
  });
});

describe("quarantine", () => {
  test("two who release the same delivery at once write its events once", async () => {
    const waits = raw();
    await insertRaw(db, waits, 9);
    const [found] = await quarantined(db, "con_1", 1);
    if (!found) throw new Error("it is not there");
    const both = await Promise.all([replaceRaw(db, found, [event(), event()]), replaceRaw(db, found, [event(), event()])]);
    expect(both.map((ids) => ids.length).sort()).toEqual([0, 2]);
    expect((await states()).map(([, state]) => state)).toEqual(["received", "received"]);
  });

  test("a delivery leaves with its events or not at all", async () => {
    const [waits, kept] = [raw(), event({ connection: "con_2" })];
    await insertEvents(db, [kept]);
    await insertRaw(db, waits, 9);
    const [found] = await quarantined(db, "con_1", 1);
    if (!found) throw new Error("it is not there");
    await expect(replaceRaw(db, found, [event(), event({ id: kept.id })])).rejects.toThrow(/UNIQUE/);
    expect(await states()).toEqual([
      [kept.id, "received"],
      [waits.id, "quarantined"],
    ]);
  });
});

describe("claiming", () => {
  test("only the oldest open event of a lane, each by one worker, lanes side by side", async () => {
    const rows = ["a", "b"].flatMap((lane) => [event({ lane }), event({ lane })]);
    await insertEvents(db, rows);
    const [a1, a2, b1] = rows.map(({ id }) => id);
    const both = await Promise.all([claim(), claim()]);
    expect(both.flatMap(({ ids }) => ids).sort()).toEqual([a1, b1].sort());
    const holder = both.find(({ ids }) => ids.includes(a1 ?? ""))?.name ?? "";
    await settle(holder, a1 ?? "", "done");
    expect((await claim()).ids).toEqual([a2]);
  });

  test("a failed head is not claimed before its time, and nothing behind it is", async () => {
    const [first, behind, other] = [event({ lane: "a" }), event({ lane: "a" }), event({ lane: "b" })];
    await insertEvents(db, [first, behind, other]);
    const { name } = await claim();
    await settle(name, first.id, "failed", 500);
    expect((await claim()).ids).toEqual([]);
    expect((await claim(10, 500)).ids).toEqual([first.id]);
  });

  test("a dead head lets the next one pass; replayed, it has its old place", async () => {
    const [first, second] = [event(), event()];
    await insertEvents(db, [first, second]);
    const one = await claim();
    await settle(one.name, first.id, "dead");
    expect(await reopenEvents(db, { contractor: "demo", ids: [first.id] }, 100)).toBe(1);
    expect(await reopenEvents(db, { contractor: "others", ids: [first.id] }, 100)).toBe(0);
    expect((await claim()).ids).toEqual([first.id]);
  });

  test("goes on after a lane, so that no lane waits until another is empty", async () => {
    await insertEvents(
      db,
      ["a", "b", "c", "d"].map((lane) => event({ lane })),
    );
    const lanes = async (after: string) => {
      const rows = await claimHeads(db, { contractor: "demo", after, claim: "c", now: 100, leaseMs: 50, limit: 2 });
      return rows.map(({ lane }) => lane).sort();
    };
    expect(await lanes("b")).toEqual(["c", "d"]);
    expect(await lanes("")).toEqual(["a", "b"]);
  });

  test("whoever lost the claim changes nothing any more", async () => {
    const row = event();
    await insertEvents(db, [row]);
    const lost = await claim(10, 100); // until 150
    expect(await freeLost(db, 149, 9)).toBe(0);
    expect(await freeLost(db, 150, 9)).toBe(1);
    const holder = await claim(10, 150);
    expect(holder.ids).toEqual([row.id]);
    await settle(lost.name, row.id, "dead");
    expect(await states()).toEqual([[row.id, "processing"]]);
    await settle(holder.name, row.id, "done");
    expect(await states()).toEqual([[row.id, "done"]]);
  });

  test("what its worker is lost over again and again is dead in the end", async () => {
    const row = event();
    await insertEvents(db, [row]);
    for (let lost = 1; lost <= 3; lost++) {
      await claim(10, lost * 1000);
      await freeLost(db, lost * 1000 + 50, 3);
      expect(await states()).toEqual([[row.id, lost < 3 ? "failed" : "dead"]]);
    }
  });

  test("a contractor is due while something open is due that nobody holds", async () => {
    await insertEvents(db, [event({ contractor: "x", dueAt: 100 }), event({ contractor: "y", dueAt: 101, connection: "con_2" }), event()]);
    await claim();
    expect(await contractorsDue(db, 100, 9)).toEqual(["x"]);
  });
});
