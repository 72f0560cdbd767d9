import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Copy, fillKv, fromMemory, toMemory } from "./cache.ts";
import { CANARY, copyInKv, DEMO, KEYRING, type Rig, startRig, TWILIO, withoutD1 } from "./rig.ts";
import { isLive, readCredential } from "./store.ts";

let rig: Rig;
beforeAll(async () => {
  // Two Workers over one storage are two isolates: each has a memory of its own.
  rig = await startRig({ vaults: { vault: JSON.stringify(KEYRING), other: JSON.stringify(KEYRING) } });
});
afterAll(() => rig.dispose());

let made = 0;
const fresh = () => ({ ...DEMO, contractor: `c-${++made}` });
const asking = (ref: typeof DEMO, generation: number) => ({ ...ref, generation, purpose: "call", call: "call_1" }) as const;
const absent = { ok: false, reason: "absent" };

describe("a warm open", () => {
  test("needs no D1: another isolate serves it from KV", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await copyInKv(rig, 1, ref);
    const opened = await withoutD1(rig, () => rig.vendor("twilio", "other").open(asking(ref, 1)));
    expect(opened).toEqual({ ok: true, type: "api_key", fields: TWILIO.fields, generation: 1 });
  });

  test("that is hot needs no KV either", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref, expiresAt: 4_000_000_000_000 });
    await copyInKv(rig, 1, ref);
    await rig.kv.delete(`${ref.contractor}/${ref.connection}`);
    const opened = await withoutD1(rig, () => rig.vendor("twilio").open(asking(ref, 1)));
    expect(opened).toMatchObject({ ok: true, fields: TWILIO.fields, expiresAt: 4_000_000_000_000 });
  });

  test("after a miss is warm again: D1 fills KV", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await copyInKv(rig, 1, ref);
    await rig.kv.delete(`${ref.contractor}/${ref.connection}`);
    await rig.vendor("twilio", "other").open(asking(ref, 1));
    expect(await copyInKv(rig, 1, ref)).not.toContain(CANARY);
  });
});

describe("a generation older than asked for is never served", () => {
  test("when KV and another isolate's memory still hold it", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    const old = await copyInKv(rig, 1, ref);
    await rig.vendor("twilio", "other").open(asking(ref, 1));
    await rig.admin.store({ ...TWILIO, ...ref, fields: { auth_token: "second" } });
    await copyInKv(rig, 2, ref);
    await rig.kv.put(`${ref.contractor}/${ref.connection}`, old);
    expect(await rig.vendor("twilio", "other").open(asking(ref, 2))).toMatchObject({ generation: 2, fields: { auth_token: "second" } });
    await copyInKv(rig, 2, ref); // and the stale copy was replaced
  });

  test("nor when D1 itself has nothing so new", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    expect(await rig.vendor("twilio").open(asking(ref, 2))).toEqual(absent);
  });

  test("and a newer one is served to who asks for an older", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await rig.admin.store({ ...TWILIO, ...ref, fields: { auth_token: "second" } });
    expect(await rig.vendor("twilio").open(asking(ref, 1))).toMatchObject({ generation: 2, fields: { auth_token: "second" } });
  });
});

describe("a revoked credential", () => {
  // The attack: revocation is outrun by a cache that does not know of it yet.
  test("does not open at the generation dispatch asks for, though KV and memory still hold it", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    const copy = await copyInKv(rig, 1, ref);
    await rig.vendor("twilio", "other").open(asking(ref, 1));
    await rig.admin.revoke(ref);
    await rig.kv.put(`${ref.contractor}/${ref.connection}`, copy);
    for (const vault of ["vault", "other"]) expect(await rig.vendor("twilio", vault).open(asking(ref, 2))).toEqual(absent);
  });

  test("is gone from KV, from the isolate that revoked it, and from what is described; repeating is harmless", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await copyInKv(rig, 1, ref);
    await rig.admin.revoke(ref);
    await rig.admin.revoke(ref);
    expect(await rig.kv.get(`${ref.contractor}/${ref.connection}`)).toBeNull();
    expect(await rig.admin.describe(ref)).toBeNull();
    expect(await rig.vendor("twilio").open(asking(ref, 1))).toEqual(absent);
    const row = await rig.db.prepare("SELECT sealed, shown, generation FROM credentials WHERE contractor = ?").bind(ref.contractor).first();
    expect(row).toEqual({ sealed: null, shown: "{}", generation: 2 });
  });

  test("leaves a tombstone, so that what is stored next has a generation no cache ever held", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await rig.admin.revoke(ref);
    expect(await rig.admin.store({ ...TWILIO, ...ref })).toMatchObject({ generation: 3 });
    expect(await rig.vendor("twilio").open(asking(ref, 3))).toMatchObject({ ok: true, generation: 3 });
  });
});

// The race: an open reads D1, a revoke clears D1 and KV, and only then the open writes its copy to KV.
test.each(["revoke", "shred", "store"] as const)("a copy that a %s overtook does not stay in KV", async (overtaking) => {
  const ref = fresh();
  await rig.admin.store({ ...TWILIO, ...ref });
  await copyInKv(rig, 1, ref);
  const read = await readCredential(rig.db, ref);
  if (!isLive(read)) throw new Error("not stored");
  await { revoke: () => rig.admin.revoke(ref), shred: () => rig.admin.shred(ref), store: () => rig.admin.store({ ...TWILIO, ...ref }) }[
    overtaking
  ]();
  if (overtaking === "store") await copyInKv(rig, 2, ref);
  await fillKv(rig.kv, rig.db, read);
  expect(await rig.kv.get(`${ref.contractor}/${ref.connection}`)).toBeNull();
});

test("concurrent stores get a generation each, and the last one is what opens", async () => {
  const ref = fresh();
  const stores = Array.from({ length: 12 }, (_, at) =>
    at % 2
      ? rig.adminOf(at % 4 === 1 ? "vault" : "other").store({ ...TWILIO, ...ref, fields: { auth_token: `t${at}` } })
      : rig.vendor("twilio").store({ ...ref, fields: { auth_token: `t${at}` }, secrets: ["auth_token"] }),
  );
  const generations = (await Promise.all(stores)).map(({ generation }) => generation);
  expect(generations.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
  const last = generations.indexOf(12);
  expect(await rig.vendor("twilio").open(asking(ref, 12))).toMatchObject({ generation: 12, fields: { auth_token: `t${last}` } });
  const keys = await rig.db.prepare("SELECT count(*) AS keys FROM contractor_keys WHERE contractor = ?").bind(ref.contractor).first("keys");
  expect(keys).toBe(1);
});

test("what is described holds no secret, and survives a new generation", async () => {
  const ref = fresh();
  const first = await rig.admin.store({ ...TWILIO, ...ref });
  expect(first).toMatchObject({
    ...ref,
    vendor: "twilio",
    type: "api_key",
    generation: 1,
    shown: { account_sid: "AC1", auth_token: "••••cdef" },
  });
  expect(await rig.admin.describe(ref)).toEqual(first);
  const second = await rig.admin.store({ ...TWILIO, ...ref });
  expect(second).toMatchObject({ generation: 2, fingerprint: first.fingerprint, createdAt: first.createdAt });
});

describe("shredding a contractor", () => {
  test("makes all of theirs unreadable, in caches within reach too, and for good", async () => {
    const ref = fresh();
    const second = { ...ref, connection: "con_2" };
    await rig.admin.store({ ...TWILIO, ...ref });
    await rig.admin.store({ ...TWILIO, ...second });
    await copyInKv(rig, 1, ref);
    await copyInKv(rig, 1, second);
    const backup = await rig.db.prepare("SELECT sealed FROM credentials WHERE contractor = ?").bind(ref.contractor).first<string>("sealed");
    expect(await rig.admin.shred({ contractor: ref.contractor })).toEqual({ credentials: 2 });
    expect((await rig.kv.list({ prefix: `${ref.contractor}/` })).keys).toEqual([]);
    for (const generation of [1, 2]) {
      for (const vault of ["vault", "other"]) expect(await rig.vendor("twilio", vault).open(asking(ref, generation))).toEqual(absent);
    }
    expect(await rig.admin.describe(second)).toBeNull();
    // The row put back from a backup does not help: the key it was sealed under is gone.
    await rig.db.prepare("UPDATE credentials SET sealed = ?, generation = 1 WHERE contractor = ?").bind(backup, ref.contractor).run();
    expect(await rig.vendor("twilio", "other").open(asking(ref, 1))).toEqual(absent);
    await expect(rig.admin.store({ ...TWILIO, ...ref })).rejects.toThrow(/was shredded/);
    expect(await rig.admin.shred({ contractor: ref.contractor })).toMatchObject({ credentials: expect.any(Number) });
  });

  test("does not touch another, and one who has nothing yet can still begin", async () => {
    const [gone, stays] = [fresh(), fresh()];
    await rig.admin.store({ ...TWILIO, ...stays });
    expect(await rig.admin.shred({ contractor: gone.contractor })).toEqual({ credentials: 0 });
    expect(await rig.vendor("twilio").open(asking(stays, 1))).toMatchObject({ ok: true });
    expect(await rig.admin.store({ ...TWILIO, ...gone })).toMatchObject({ generation: 1 });
  });

  test("wins over stores under way", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await Promise.allSettled([
      ...Array.from({ length: 6 }, () => rig.adminOf("other").store({ ...TWILIO, ...ref })),
      rig.admin.shred({ contractor: ref.contractor }),
    ]);
    expect(await rig.admin.describe(ref)).toBeNull();
    const left = await rig.db.prepare("SELECT sealed FROM credentials WHERE contractor = ?").bind(ref.contractor).first("sealed");
    expect(left).toBeNull();
    await vi.waitFor(async () => expect((await rig.kv.list({ prefix: `${ref.contractor}/` })).keys).toEqual([]), 10_000);
  });
});

describe("the record of opens", () => {
  test("has every open, by whichever way, newest first", async () => {
    const ref = fresh();
    await rig.vendor("google-calendar").store({ ...ref, fields: { access_token: "a", refresh_token: "r" }, secrets: ["access_token"] });
    const calls = Array.from({ length: 120 }, (_, at) => `call_${at}`);
    await Promise.all(calls.map((call) => rig.vendor("google-calendar").open({ ...asking(ref, 1), call })));
    const lease = await rig.vendor("google-calendar").lease({ ...ref, generation: 1, call: "call_lease" });
    if (lease.state !== "granted") throw new Error("not granted");
    await rig.vendor("google-calendar").renew({ ...ref, lease: lease.lease, fields: { access_token: "b" } });
    await rig.vendor("google-calendar").lease({ ...ref, generation: 1, call: "call_newer" });
    await rig.vendor("stripe").open(asking(ref, 1)); // refused, so not an open
    const opens = await vi.waitFor(async () => {
      const rows = await rig.admin.opens({ contractor: ref.contractor, limit: 1000 });
      expect(rows).toHaveLength(123);
      return rows;
    }, 10_000);
    expect(new Set(opens.map((open) => open.call))).toEqual(new Set([...calls, "call_lease", "call_newer"]));
    expect(opens[0]).toMatchObject({ ...ref, vendor: "google-calendar", purpose: "refresh", call: "call_newer" });
    expect(opens.map(({ at }) => at)).toEqual(opens.map(({ at }) => at).toSorted((a, b) => b - a));
    expect(await rig.admin.opens({ contractor: ref.contractor, limit: 5 })).toHaveLength(5);
  });

  test("reaches D1 by itself, without being asked for", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await rig.vendor("twilio").open(asking(ref, 1));
    const inD1 = () => rig.db.prepare("SELECT count(*) AS rows FROM opens WHERE contractor = ?").bind(ref.contractor).first("rows");
    await vi.waitFor(async () => expect(await inD1()).toBe(1), { timeout: 10_000 });
  });

  test("outlives a D1 that refuses it for a while", async () => {
    const ref = fresh();
    await rig.admin.store({ ...TWILIO, ...ref });
    await rig.db.prepare("ALTER TABLE opens RENAME TO opens_away").run();
    await rig.vendor("twilio").open(asking(ref, 1));
    await rig.vendor("twilio").open(asking(ref, 1));
    await expect(rig.admin.opens({ contractor: ref.contractor, limit: 10 })).rejects.toThrow();
    await rig.db.prepare("ALTER TABLE opens_away RENAME TO opens").run();
    expect(await rig.admin.opens({ contractor: ref.contractor, limit: 10 })).toHaveLength(2);
  });
});

describe("our own app at a vendor", () => {
  test("opens for that vendor alone, and shows its client id alone", async () => {
    await rig.admin.storePlatform({ vendor: "google-calendar", fields: { client_id: "id-1", client_secret: CANARY } });
    expect(await rig.vendor("google-calendar").platform()).toEqual({ client_id: "id-1", client_secret: CANARY });
    expect(await rig.vendor("stripe").platform()).toBeNull();
    expect(await rig.admin.describePlatform({ vendor: "google-calendar" })).toEqual({ clientId: "id-1" });
    expect(await rig.admin.describePlatform({ vendor: "stripe" })).toBeNull();
  });

  test("counts at once when it is replaced", async () => {
    await rig.admin.storePlatform({ vendor: "twilio", fields: { client_id: "id-1", client_secret: "one" } });
    await rig.vendor("twilio", "other").platform();
    await rig.admin.storePlatform({ vendor: "twilio", fields: { client_id: "id-2", client_secret: "two" } });
    expect(await rig.vendor("twilio", "other").platform()).toEqual({ client_id: "id-2", client_secret: "two" });
  });

  test("must have a client id", async () => {
    await expect(rig.admin.storePlatform({ vendor: "twilio", fields: { client_secret: CANARY } })).rejects.toThrow(
      /fields\.client_id: is required/,
    );
  });
});

describe("the isolate's memory", () => {
  const copy = (generation: number): Copy => ({ vendor: "twilio", type: "api_key", generation, sealed: "s", wrapped: "w" });

  test("holds a copy for a minute", () => {
    toMemory(DEMO, copy(1), 1000);
    expect(fromMemory(DEMO, 60_999)).toEqual(copy(1));
    expect(fromMemory(DEMO, 61_000)).toBeNull();
  });

  test("does not let an older generation push out a newer one", () => {
    toMemory({ ...DEMO, connection: "con_2" }, copy(2), 1000);
    toMemory({ ...DEMO, connection: "con_2" }, copy(1), 1000);
    expect(fromMemory({ ...DEMO, connection: "con_2" }, 1000)).toEqual(copy(2));
  });

  test("is bounded: the oldest goes first", () => {
    for (let at = 0; at < 600; at++) toMemory({ ...DEMO, connection: `many_${at}` }, copy(1), 1000);
    const kept = Array.from({ length: 600 }, (_, at) => fromMemory({ ...DEMO, connection: `many_${at}` }, 1000) !== null);
    expect(kept.filter(Boolean)).toHaveLength(512);
    expect(kept.indexOf(true)).toBe(88);
  });
});
