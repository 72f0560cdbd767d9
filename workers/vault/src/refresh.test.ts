import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lease } from "@junction/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO, type Rig, startRig } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
});
afterAll(() => rig.dispose());

let made = 0;
async function connected(rejoin: Rig = rig) {
  const ref = { ...DEMO, connection: `con_${++made}` };
  await rejoin.vendor("google-calendar").store({
    ...ref,
    fields: { access_token: "access-1", refresh_token: "refresh-1", scope: "calendar" },
    secrets: ["access_token", "refresh_token"],
    expiresAt: 4_000_000_000_000,
  });
  const asking = (generation: number, call = "call_1") => ({ ...ref, generation, call });
  return { ref, asking, vault: rejoin.vendor("google-calendar") };
}

function granted(lease: Lease): Lease & { readonly state: "granted" } {
  if (lease.state !== "granted") throw new Error(`the lease is ${lease.state}`);
  return lease;
}

describe("a refresh", () => {
  test("is granted to one of 50 who ask at once", async () => {
    const { vault, asking } = await connected();
    const leases = await Promise.all(Array.from({ length: 50 }, (_, at) => vault.lease(asking(1, `call_${at}`))));
    const states = leases.map(({ state }) => state);
    expect(states.filter((state) => state === "granted")).toHaveLength(1);
    expect(states.filter((state) => state === "held")).toHaveLength(49);
  });

  test("hands out the fields, and takes back a new generation that keeps what was not given", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    expect(lease).toMatchObject({ generation: 1, fields: { refresh_token: "refresh-1" } });
    expect(lease.until).toBeGreaterThan(Date.now());
    const renewed = await vault.renew({ ...ref, lease: lease.lease, fields: { access_token: "access-2" }, expiresAt: 4_100_000_000_000 });
    const now = {
      ok: true,
      type: "oauth_token",
      generation: 2,
      fields: { access_token: "access-2", refresh_token: "refresh-1", scope: "calendar" },
      expiresAt: 4_100_000_000_000,
    };
    expect(renewed).toEqual(now);
    expect(await vault.open({ ...asking(2), purpose: "call" })).toEqual(now);
    expect(await rig.admin.describe(ref)).toMatchObject({ generation: 2, shown: { access_token: "••••", scope: "calendar" } });
  });

  test("keeps the fingerprint of what was granted, and a new grant has another", async () => {
    const { ref, vault, asking } = await connected();
    const print = async () => (await rig.admin.describe(ref))?.fingerprint;
    const before = await print();
    for (const generation of [1, 2]) {
      const { lease } = granted(await vault.lease(asking(generation)));
      await vault.renew({
        ...ref,
        lease,
        fields: { access_token: `access-${generation + 1}`, refresh_token: `refresh-${generation + 1}` },
      });
    }
    expect(await rig.admin.describe(ref)).toMatchObject({ generation: 3, fingerprint: before });
    await vault.store({ ...ref, fields: { access_token: "other", refresh_token: "grant" }, secrets: ["access_token", "refresh_token"] });
    expect(await print()).not.toBe(before);
  });

  test("never begins to show a field that was not shown before", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.renew({ ...ref, lease: lease.lease, fields: { id_token: "header.payload.signature" } });
    expect((await rig.admin.describe(ref))?.shown).toEqual({
      access_token: "••••",
      refresh_token: "••••",
      scope: "calendar",
      id_token: expect.stringContaining("••••"),
    });
  });

  test("is not repeated by the losers: they get the winner's result", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    const loser = await vault.lease(asking(1));
    expect(loser).toEqual({ state: "held", waitMs: expect.any(Number) });
    await vault.renew({ ...ref, lease: lease.lease, fields: { access_token: "access-2" } });
    expect(await vault.lease(asking(1))).toMatchObject({
      state: "newer",
      opened: { ok: true, generation: 2, fields: { access_token: "access-2" } },
    });
    expect(await vault.lease(asking(2))).toMatchObject({ state: "granted", generation: 2 });
  });

  test("handed in twice, after an answer got lost, is stored once", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    const result = { ...ref, lease: lease.lease, fields: { access_token: "access-2" } };
    expect(await vault.renew(result)).toMatchObject({ generation: 2 });
    expect(await vault.renew(result)).toMatchObject({ generation: 2 });
  });

  test("of a lease that was never granted changes nothing", async () => {
    const { ref, vault } = await connected();
    const answer = await vault.renew({ ...ref, lease: "lease_forged", fields: { access_token: "forged" } });
    expect(answer).toMatchObject({ generation: 1, fields: { access_token: "access-1" } });
  });

  test("does not overwrite what a person stored meanwhile", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.store({ ...ref, fields: { access_token: "reconnected" }, secrets: [] });
    expect(await vault.renew({ ...ref, lease: lease.lease, fields: { access_token: "late" } })).toMatchObject({
      generation: 2,
      fields: { access_token: "reconnected" },
    });
    expect(await vault.lease(asking(2))).toMatchObject({ state: "granted" }); // the old lease does not hold it up
  });

  test("does not bring back what was revoked meanwhile", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await rig.admin.revoke(ref);
    const absent = { ok: false, reason: "absent" };
    expect(await vault.renew({ ...ref, lease: lease.lease, fields: { access_token: "late" } })).toEqual(absent);
    for (const generation of [1, 2, 3]) expect(await vault.open({ ...asking(generation), purpose: "call" })).toEqual(absent);
    expect(await vault.lease(asking(1))).toEqual({ state: "rejected" });
  });
});

describe("a rejected grant", () => {
  test("is not dialled again until something new is stored", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.release({ ...ref, lease: lease.lease, ending: "rejected" });
    expect(await vault.lease(asking(1))).toEqual({ state: "rejected" });
    await vault.store({ ...ref, fields: { refresh_token: "refresh-2" }, secrets: [] });
    expect(await vault.lease(asking(2))).toMatchObject({ state: "granted", generation: 2 });
  });

  test("is not believed where a newer generation exists", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.store({ ...ref, fields: { refresh_token: "refresh-2" }, secrets: [] });
    await vault.release({ ...ref, lease: lease.lease, ending: "rejected" });
    expect(await vault.lease(asking(1))).toMatchObject({ state: "newer", opened: { generation: 2 } });
    expect(await vault.lease(asking(2))).toMatchObject({ state: "granted", generation: 2 });
  });

  test("that was not one is given back unspent", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.release({ ...ref, lease: lease.lease, ending: "unspent" });
    expect(await vault.lease(asking(1))).toMatchObject({ state: "granted" });
    expect(await rig.leaseState("google-calendar", ref)).toMatchObject({ lost: [] });
  });
});

describe("a token answer that was lost", () => {
  test("leaves a spent refresh token alone: one may try the access token, and all learn what came of it", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.release({ ...ref, lease: lease.lease, ending: "unknown" });
    const leases = await Promise.all(Array.from({ length: 20 }, (_, at) => vault.lease(asking(1, `call_${at}`))));
    const probes = leases.flatMap((answer) => (answer.state === "unknown" && answer.probe ? [answer.probe] : []));
    expect(probes).toHaveLength(1);
    expect(leases.filter(({ state }) => state === "held")).toHaveLength(19);
    await vault.probed({ ...ref, lease: probes[0] ?? "", works: true });
    expect(await vault.lease(asking(1))).toEqual({ state: "unknown" });
  });

  test("is mended by a reconnect", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease(asking(1)));
    await vault.release({ ...ref, lease: lease.lease, ending: "unknown" });
    await vault.store({ ...ref, fields: { refresh_token: "refresh-2" }, secrets: [] });
    expect(await vault.lease(asking(2))).toMatchObject({ state: "granted", fields: { refresh_token: "refresh-2" } });
  });

  test("costs nothing where a refresh spends nothing", async () => {
    const { ref, vault, asking } = await connected();
    const lease = granted(await vault.lease({ ...asking(1), stable: true }));
    await vault.release({ ...ref, lease: lease.lease, ending: "unknown" });
    expect(await vault.lease({ ...asking(1), stable: true })).toMatchObject({ state: "granted" });
  });
});

test("a lease survives a crash of the vault, and its state holds no secret", async () => {
  const directory = mkdtempSync(join(tmpdir(), "vault-"));
  try {
    const before = await startRig({ directory });
    const { ref, vault, asking } = await connected(before);
    const lease = granted(await vault.lease(asking(1)));
    expect(await before.leaseState("google-calendar", ref)).toEqual({
      generation: 1,
      held: { lease: lease.lease, call: "call_1", until: lease.until },
      rejected: false,
      lost: [],
    });
    await before.dispose();
    const after = await startRig({ directory });
    try {
      expect(await after.vendor("google-calendar").lease(asking(1))).toMatchObject({ state: "held" });
      const renewed = await after.vendor("google-calendar").renew({ ...ref, lease: lease.lease, fields: { access_token: "access-2" } });
      expect(renewed).toMatchObject({ generation: 2 });
    } finally {
      await after.dispose();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
