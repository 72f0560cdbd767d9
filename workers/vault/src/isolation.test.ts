import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JUNCTION } from "@junction/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CANARY, copyInKv, DEMO, KEYRING, type Rig, startRig, TWILIO } from "./rig.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ vaults: { vault: JSON.stringify(KEYRING), other: JSON.stringify(KEYRING) } });
});
afterAll(() => rig.dispose());

const ask = { ...DEMO, generation: 1, purpose: "call", call: "call_1" } as const;
const absent = { ok: false, reason: "absent" };

describe("one vendor's Worker", () => {
  // The attack: a compromised Stripe Worker calls everything it can reach, naming Twilio wherever an argument might be believed.
  test("cannot open another vendor's credential through any method it can reach", async () => {
    const ref = { ...DEMO, connection: "con_forged" };
    await rig.admin.store({ ...TWILIO, ...ref });
    await rig.admin.storePlatform({ vendor: "twilio", fields: { client_id: "id", client_secret: CANARY } });
    const held = await rig.vendor("twilio").lease({ ...ref, generation: 1, call: "call_1" });
    if (held.state !== "granted") throw new Error("not granted");
    await rig.vendor("twilio").release({ ...ref, lease: held.lease, ending: "unspent" });

    await rig.admin.rotate({ ...DEMO, connection: "con_hook", vendor: "twilio", secret: CANARY, overlapMs: 1000 });
    const { VendorVault, VaultAdmin, VaultPayloads } = (await rig.send("stripe", "vault", "methods", [])) as Record<string, string[]>;
    expect(VaultPayloads?.sort()).toEqual(["seal", "sign", "unseal"]);
    expect(VendorVault?.sort()).toEqual(["lease", "open", "platform", "probed", "release", "renew", "store"]);
    const forged = {
      ...ask,
      ...ref,
      vendor: "twilio",
      props: { vendor: "twilio" },
      type: "api_key",
      lease: held.lease,
      ending: "rejected",
      works: false,
      fields: { a: "b" },
      secrets: [],
      limit: 10,
      items: [
        {
          id: "evt_1",
          text: CANARY.slice(0, 6),
          sealed: (await rig.payloads().seal({ ...DEMO, items: [{ id: "evt_1", text: CANARY }] }))[0],
        },
      ],
      messages: [{ id: "evt_1", timestamp: 1, body: "{}" }],
    };
    const reach = new Set([
      ...(VendorVault ?? []),
      ...(VaultAdmin ?? []),
      ...(VaultPayloads ?? []),
      "constructor",
      "fetch",
      "ctx",
      "env",
      "toString",
      "__proto__",
    ]);
    for (const method of reach) {
      for (const args of [[forged], ["twilio", forged], [forged, { vendor: "twilio" }], ["twilio"], []]) {
        const answer = await rig.send("stripe", "vault", method, args).catch((error: Error) => error.message);
        expect(`${method}: ${JSON.stringify(answer) ?? ""}`).not.toContain(CANARY);
      }
    }
    // Nor did it break anything of Twilio's.
    expect(await rig.vendor("twilio").open({ ...ask, ...ref })).toMatchObject({ ok: true, generation: 1, fields: TWILIO.fields });
    expect(await rig.vendor("twilio").lease({ ...ref, generation: 1, call: "call_2" })).toMatchObject({ state: "granted" });
    expect(await rig.vendor("twilio").platform()).toMatchObject({ client_secret: CANARY });
  });

  // The attack: a vendor's Worker signs as us, or reads what other vendors told us about the contractor's customers.
  test("has neither our signature nor anyone's payloads, though it names them", async () => {
    await rig.admin.rotate({ ...DEMO, connection: "sub_1", vendor: JUNCTION, secret: `whsec_${btoa("s".repeat(24))}`, overlapMs: 0 });
    const item = { id: "evt_1", text: "a customer's words" };
    const [sealed = ""] = await rig.payloads().seal({ contractor: "demo", items: [item] });
    const asks = {
      seal: { contractor: "demo", items: [item] },
      unseal: { contractor: "demo", items: [{ id: "evt_1", sealed }] },
      sign: { contractor: "demo", connection: "sub_1", messages: [{ id: "evt_1", timestamp: Date.now(), body: "{}" }] },
    };
    for (const [method, forged] of Object.entries(asks)) {
      expect(await rig.send("gateway", "vault payloads", method, [forged])).toBeDefined(); // whoever is bound to it may
      await expect(rig.send("stripe", "vault", method, [forged]), method).rejects.toThrow(/does not implement the method/);
    }
    // Nor is our own secret one of its credentials, were its props forged to our name.
    expect(await rig.vendor("stripe").open({ ...ask, connection: "sub_1" })).toEqual(absent);
    await expect(rig.vendor("junction").open({ ...ask, connection: "sub_1" })).rejects.toThrow(/is our own name/);
  });

  test("opens the webhook secret of its own vendor alone", async () => {
    const ref = { ...DEMO, connection: "con_1-hook" };
    await rig.admin.rotate({ ...ref, vendor: "twilio", secret: CANARY, overlapMs: 0 });
    expect(await rig.vendor("twilio").open({ ...ask, ...ref, purpose: "webhook" })).toMatchObject({ fields: { secret: CANARY } });
    expect(await rig.vendor("stripe").open({ ...ask, ...ref, purpose: "webhook" })).toEqual(absent);
  });

  test("cannot tell why a credential is absent", async () => {
    const connections = ["con_never", "con_revoked", "con_other"] as const;
    await rig.admin.store({ ...TWILIO, connection: "con_revoked" });
    await rig.admin.revoke({ ...DEMO, connection: "con_revoked" });
    await rig.admin.store({ ...TWILIO, connection: "con_other", vendor: "stripe" });
    for (const connection of connections) {
      for (const generation of [1, 2, 3]) {
        expect(await rig.vendor("twilio").open({ ...ask, connection, generation })).toEqual(absent);
        expect(await rig.vendor("twilio").lease({ ...DEMO, connection, generation, call: "c" })).toEqual({ state: "rejected" });
      }
      expect(await rig.vendor("twilio").renew({ ...DEMO, connection, lease: "lease_x", fields: { a: "b" } })).toEqual(absent);
    }
    expect(await rig.vendor("twilio").open({ ...ask, contractor: "other" })).toEqual(absent);
  });

  test("cannot store over another vendor's connection", async () => {
    const ref = { ...DEMO, connection: "con_taken" };
    await rig.admin.store({ ...TWILIO, ...ref });
    await expect(rig.vendor("stripe").store({ ...ref, fields: { key: "x" }, secrets: [] })).rejects.toThrow(
      /cannot hold a credential of stripe/,
    );
    expect(await rig.vendor("twilio").open({ ...ask, ...ref })).toMatchObject({ fields: TWILIO.fields });
  });
});

describe("ciphertext moved to another row does not open", () => {
  // The attack: write access to D1, and a connection of one's own.
  const MOVES: readonly (readonly [string, string, string, number])[] = [
    ["another contractor's connection", "UPDATE credentials SET contractor = 'thief' WHERE connection = ?1", "twilio", 1],
    ["another vendor's connection", "UPDATE credentials SET vendor = 'stripe' WHERE connection = ?1", "stripe", 1],
    ["another generation", "UPDATE credentials SET generation = 7 WHERE connection = ?1", "twilio", 7],
    ["another type", "UPDATE credentials SET type = 'oauth_token' WHERE connection = ?1", "twilio", 1],
  ];
  test.each(MOVES)("%s", async (what, move, vendor, generation) => {
    const connection = `con_${what.replaceAll(/\W/g, "_")}`;
    await rig.admin.store({ ...TWILIO, contractor: "thief", connection: "con_own" });
    await rig.admin.store({ ...TWILIO, connection });
    await withoutCopies({ ...DEMO, connection });
    await rig.db.prepare(move).bind(connection).run();
    const contractor = what.includes("contractor") ? "thief" : "demo";
    await expect(rig.vendor(vendor, "other").open({ ...ask, contractor, connection, generation })).rejects.toThrow(/does not open/);
  });

  test("another connection of the same contractor and vendor", async () => {
    const [from, to] = [
      { ...DEMO, connection: "con_from" },
      { ...DEMO, connection: "con_to" },
    ];
    await rig.admin.store({ ...TWILIO, ...from });
    await rig.admin.store({ ...TWILIO, ...to, fields: { auth_token: "own" } });
    await rig.db
      .prepare("UPDATE credentials SET sealed = (SELECT sealed FROM credentials WHERE connection = 'con_from') WHERE connection = 'con_to'")
      .run();
    await withoutCopies(to);
    await expect(rig.vendor("twilio", "other").open({ ...ask, ...to })).rejects.toThrow(/does not open/);
  });

  test("a contractor's key put in another's place", async () => {
    const [victim, robber] = [
      { ...DEMO, contractor: "victim" },
      { ...DEMO, contractor: "robber" },
    ];
    await rig.admin.store({ ...TWILIO, ...victim });
    await rig.admin.store({ ...TWILIO, ...robber });
    await rig.db
      .prepare(
        "UPDATE contractor_keys SET wrapped = (SELECT wrapped FROM contractor_keys WHERE contractor = 'victim') WHERE contractor = 'robber'",
      )
      .run();
    await withoutCopies(robber);
    await expect(rig.vendor("twilio", "other").open({ ...ask, ...robber })).rejects.toThrow(/another contractor's/);
  });

  test("a copy in KV overwritten with another's is passed over for the row in D1", async () => {
    const [from, to] = [
      { ...DEMO, connection: "con_kv_from" },
      { ...DEMO, connection: "con_kv_to" },
    ];
    await rig.admin.store({ ...TWILIO, ...from });
    await rig.admin.store({ ...TWILIO, ...to, fields: { auth_token: "own" } });
    await copyInKv(rig, 1, to);
    await rig.kv.put("demo/con_kv_to", await copyInKv(rig, 1, from));
    expect(await rig.vendor("twilio", "other").open({ ...ask, ...to })).toMatchObject({ fields: { auth_token: "own" } });
  });

  /** For the second vault, whose memory is empty, D1 is then all there is. */
  async function withoutCopies(ref: typeof DEMO): Promise<void> {
    await copyInKv(rig, 1, ref);
    await rig.kv.delete(`${ref.contractor}/${ref.connection}`);
  }
});

describe("at the border", () => {
  test.each([
    ["contractor", { contractor: "~platform" }],
    ["contractor", { contractor: "a/b" }],
    ["connection", { connection: "../x" }],
    ["vendor", { vendor: "Twilio" }],
    ["type", { type: "password" }],
    ["fields", { fields: {} }],
    ["fields.1x", { fields: { "1x": "y" } }],
    ["secrets.0", { secrets: [1] }],
    ["expiresAt", { expiresAt: -1 }],
  ])("a bad %s is named, and no value repeated", async (field, change) => {
    const bad = { ...TWILIO, ...change };
    const error = await rig.send("gateway", "vault", "store", [bad]).then(
      () => new Error("it was let in"),
      (thrown: Error) => thrown,
    );
    expect(error.message).toContain(`asked wrongly: ${field}:`);
    expect(error.message).not.toContain(CANARY);
  });

  test.each(["nothing", 7, null, [], { contractor: "demo" }])("an ask that is no ask is refused: %j", async (bad) => {
    for (const method of ["open", "lease", "renew", "release", "store"]) {
      await expect(rig.send("twilio", "vault", method, [bad])).rejects.toThrow(/asked wrongly/);
    }
  });
});

test.each([
  ["no keyring", undefined, /refuses to start: KEYRING is not set/],
  ["a broken keyring", "{}", /refuses to start: KEYRING is malformed: current/],
])("with %s every method refuses, and says why", async (_, keyring, message) => {
  const keyless = await startRig({ vaults: { vault: keyring } });
  try {
    const { VendorVault, VaultAdmin, VaultPayloads } = (await keyless.send("stripe", "vault", "methods", [])) as Record<string, string[]>;
    const open = {
      ...ask,
      vendor: "twilio",
      type: "api_key",
      fields: { client_id: "a" },
      secrets: [],
      lease: "l",
      ending: "rejected",
      works: false,
      limit: 1,
      secret: "s",
      overlapMs: 0,
      items: [],
      messages: [],
    };
    for (const method of VendorVault ?? []) await expect(keyless.send("twilio", "vault", method, [open])).rejects.toThrow(message);
    for (const method of VaultAdmin ?? []) await expect(keyless.send("gateway", "vault", method, [open])).rejects.toThrow(message);
    for (const method of VaultPayloads ?? [])
      await expect(keyless.send("gateway", "vault payloads", method, [open])).rejects.toThrow(message);
    expect(await keyless.db.prepare("SELECT count(*) AS rows FROM credentials").first("rows")).toBe(0);
  } finally {
    await keyless.dispose();
  }
});

test("no secret lies in the clear in D1, KV or Durable Object storage, nor is a key of the keyring", async () => {
  const directory = mkdtempSync(join(tmpdir(), "vault-"));
  try {
    const kept = await startRig({ directory });
    try {
      await kept.admin.store({
        ...TWILIO,
        fields: { account_sid: "AC_public_marker", auth_token: CANARY, refresh_token: CANARY },
        secrets: ["auth_token", "refresh_token"],
      });
      await kept.admin.storePlatform({ vendor: "twilio", fields: { client_id: "id", client_secret: CANARY } });
      const lease = await kept.vendor("twilio").lease({ ...DEMO, generation: 1, call: "call_1" });
      if (lease.state !== "granted") throw new Error("not granted");
      await kept.vendor("twilio").renew({ ...DEMO, lease: lease.lease, fields: { access_token: CANARY } });
      await kept.vendor("twilio").open({ ...ask, generation: 2 });
      for (const secret of [CANARY, `${CANARY}2`])
        await kept.admin.rotate({ ...DEMO, connection: "con_1-hook", vendor: "twilio", secret, overlapMs: 60_000 });
      await kept.payloads().seal({ contractor: "demo", items: [{ id: "evt_1", text: CANARY }] });
      await kept.admin.opens({ contractor: "demo", limit: 10 });
    } finally {
      await kept.dispose();
    }
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const all = Buffer.concat(files.map((file) => readFileSync(join(file.parentPath, file.name)))).toString("latin1");
    expect(all).toContain("AC_public_marker"); // the search does look where things are kept
    expect(all).toContain("lease");
    for (const secret of [CANARY, btoa(CANARY), KEYRING.keys.k1 ?? "", "1".repeat(32)]) expect(all).not.toContain(secret);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("the vault has no page", async () => {
  expect((await rig.fetchVault()).status).toBe(404);
});
