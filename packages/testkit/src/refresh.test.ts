/** Fenced refresh, counted in dials at the token endpoint: HubSpot's refresh tokens are spent by a refresh, Google's are not. */
import type { Held, Outcome } from "@junction/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Behaviour } from "./behaviour.ts";
import { membersOnDisk, type Rig, startRig } from "./index.ts";
import type { Sent } from "./sent.ts";
import { loadSubject } from "./subject.ts";

const ROTATING = "hubspot";
const STABLE = "google-calendar";
const members = membersOnDisk().filter(({ id }) => id === ROTATING || id === STABLE);
const subjects = new Map(await Promise.all(members.map(async (member) => [member.id, await loadSubject(member)] as const)));
const credentials = (vendor: string) => {
  const found = subjects.get(vendor)?.emulator.credentials;
  if (!found) throw new Error(`${vendor} is what these tests refresh`);
  return found;
};

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(members);
  for (const vendor of [ROTATING, STABLE]) await rig.admin.storePlatform({ vendor, fields: credentials(vendor).platform ?? {} });
});
afterAll(() => rig.dispose());
beforeEach(async () => {
  for (const vendor of [ROTATING, STABLE]) {
    rig.egress.behave(vendor, () => "pass");
    await rig.sandbox("POST", `/reset?vendor=${vendor}`);
    rig.egress.take(vendor);
  }
});

const isToken = ({ method, path }: Sent) => method === "POST" && path.endsWith("/token");
const atToken = (vendor: string, how: (sent: Sent) => Behaviour | Promise<Behaviour>) =>
  rig.egress.behave(vendor, (sent) => (isToken(sent) ? how(sent) : "pass"));
/** What was sent since the last time: token requests, and others with the access tokens they bore. */
function sent(vendor: string) {
  const all = rig.egress.take(vendor);
  return { dials: all.filter(isToken).length, others: all.filter((one) => !isToken(one)).length };
}

const MINUTE = 60_000;
const fresh = () => Date.now() + 60 * MINUTE;
const due = () => Date.now() + MINUTE;
const over = () => Date.now() - 1;

interface Kept extends Held {
  readonly vendor: string;
}
let connections = 0;
async function connect(vendor: string, set: string, expiresAt: number, connection = `con_${++connections}`): Promise<Kept> {
  const { generation } = await rig.admin.store({
    ...{ contractor: "demo", connection, vendor, type: "oauth_token", fields: credentials(vendor)[set] ?? {}, expiresAt },
    secrets: ["access_token", "refresh_token"],
  });
  return { vendor, contractor: "demo", connection, generation, call: "c" };
}
const check = ({ vendor, ...held }: Kept) => rig.vendor(vendor).check(held);
const READ: Readonly<Record<string, { tool: string; input: unknown }>> = {
  [ROTATING]: { tool: "crm/find_contact", input: { query: "ada@example.com" } },
  [STABLE]: { tool: "crm/list_events", input: { calendar: "primary", from: "2026-12-01T00:00:00Z", until: "2026-12-02T00:00:00Z" } },
};
/** A read by one of the vendor's tools, which waits no longer than `ms`. */
const call = ({ vendor, ...held }: Kept, ms = 15_000): Promise<Outcome<unknown>> => {
  const { tool = "", input } = READ[vendor] ?? {};
  const parsed = subjects.get(vendor)?.vendor.actions.get(tool)?.tool.input.parse(input);
  return rig.vendor(vendor).call({ ...held, tool, input: parsed, idempotencyKey: "f".repeat(64), deadline: Date.now() + ms });
};
/** An answer that is held back until it is let go. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe.each([ROTATING, STABLE])("%s", (vendor) => {
  test("50 calls at once dial once, and the grant lives on", async () => {
    const held = await connect(vendor, "expired", over());
    const results = await Promise.all(Array.from({ length: 50 }, () => check(held)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(50);
    expect(sent(vendor).dials).toBe(1);
    // Once more, with what the first refresh brought: a refresh token that was used twice would have ended the grant.
    let refused = false;
    rig.egress.behave(vendor, (one) => {
      if (isToken(one) || refused) return "pass";
      refused = true;
      return { status: 401 };
    });
    expect(await call({ ...held, generation: held.generation + 1 })).toMatchObject({ ok: true, generation: held.generation + 2 });
    expect(sent(vendor).dials).toBe(1);
  });

  test("a token endpoint slower than any patience is dialled once, no stale token is sent, and its answer is not lost", async () => {
    const held = await connect(vendor, "expired", over());
    const slow = gate();
    atToken(vendor, () => slow.opened.then(() => "pass"));
    const results = await Promise.all(Array.from({ length: 10 }, () => call(held, 700)));
    for (const result of results) expect(result).toMatchObject({ ok: false, error: { kind: "VendorUnavailable", sent: false } });
    expect(sent(vendor)).toEqual({ dials: 1, others: 0 });
    slow.open();
    await vi.waitFor(async () => expect((await rig.admin.describe(held))?.generation).toBe(held.generation + 1), 10_000);
    expect((await call(held)).ok).toBe(true);
    expect(sent(vendor).dials).toBe(0);
  });

  test("while the token is good, a slow refresh holds nobody up for long", async () => {
    const held = await connect(vendor, "valid", due());
    const slow = gate();
    atToken(vendor, () => slow.opened.then(() => "pass"));
    const results = await Promise.all(Array.from({ length: 5 }, () => call(held)));
    for (const result of results) {
      expect(result.ok).toBe(true);
      expect(result).not.toHaveProperty("unrefreshed"); // nothing has failed
    }
    expect(sent(vendor).dials).toBe(1);
    slow.open();
    await vi.waitFor(async () => expect((await rig.admin.describe(held))?.generation).toBe(held.generation + 1), 10_000);
  });

  test.each([
    ["VendorUnavailable", { status: 503 }],
    ["RateLimited", { status: 429, headers: { "retry-after": "9" } }],
  ] as const)("a refresh that fails as %s while the token is good is told, and tried again with the next call", async (kind, answer) => {
    const held = await connect(vendor, "valid", due());
    atToken(vendor, () => answer);
    for (let round = 0; round < 2; round++) expect(await call(held)).toMatchObject({ ok: true, unrefreshed: kind });
    expect(sent(vendor).dials).toBe(2);
    atToken(vendor, () => "pass");
    expect(await call(held)).toMatchObject({ ok: true, generation: held.generation + 1 });
  });

  test("a refusal of our own app is ours: a good token is used as if nothing were, and without one nothing is held against the connection", async () => {
    atToken(vendor, () => ({ status: 401, body: '{"error":"invalid_client"}' }));
    const good = await call(await connect(vendor, "valid", due()));
    expect(good.ok).toBe(true);
    expect(good).not.toHaveProperty("unrefreshed");
    const held = await connect(vendor, "expired", over());
    expect(await call(held)).toMatchObject({ ok: false, error: { kind: "VendorUnavailable", sent: false }, ours: true });
    atToken(vendor, () => "pass");
    expect((await call(held)).ok).toBe(true);
    expect(rig.logs.filter((line) => line.includes("refuses Junction's own app")).length).toBeGreaterThan(0);
  });

  test("a 401 forces a refresh though the clock says there is time", async () => {
    expect(await call(await connect(vendor, "expired", fresh()))).toMatchObject({ ok: true });
    expect(sent(vendor).dials).toBe(1);
  });

  test("invalid_grant that comes after a reconnect does not kill what was connected", async () => {
    const held = await connect(vendor, "expired", over());
    const late = gate();
    const arrived = gate();
    atToken(vendor, async () => {
      arrived.open();
      await late.opened;
      return { status: 400, body: '{"error":"invalid_grant"}' };
    });
    const losing = call(held);
    await arrived.opened;
    const anew = await connect(vendor, "valid", fresh(), held.connection);
    late.open();
    expect(await losing).toMatchObject({ ok: false, error: { kind: "CredentialError" } }); // dispatch holds nothing of an older generation against a newer
    atToken(vendor, () => "pass");
    expect((await call(anew)).ok).toBe(true);
    const again = await connect(vendor, "expired", over(), held.connection);
    expect((await call(again)).ok).toBe(true);
  });
});

describe("a token answer that was lost, where the refresh token may be spent with it", () => {
  test.each(["commit then drop", "truncate"] as const)(
    "%s: the good token is tried once, used by all, and nothing is dialled again",
    async (loss) => {
      const held = await connect(ROTATING, "valid", due());
      atToken(ROTATING, () => loss);
      const results = await Promise.all(Array.from({ length: 20 }, () => call(held)));
      for (const result of results) expect(result).toMatchObject({ ok: true, unrefreshed: "VendorUnavailable" });
      expect(sent(ROTATING)).toEqual({ dials: 1, others: 21 }); // one of them is the probe
      atToken(ROTATING, () => "pass");
      for (let round = 0; round < 3; round++) expect(await call(held)).toMatchObject({ ok: true, unrefreshed: "VendorUnavailable" });
      expect(sent(ROTATING)).toEqual({ dials: 0, others: 3 });
    },
  );

  test("a token that is over too is tried once, then a person must reconnect, which mends it", async () => {
    const held = await connect(ROTATING, "expired", over());
    atToken(ROTATING, () => "commit then drop");
    const results = await Promise.all(Array.from({ length: 20 }, () => call(held)));
    for (const result of results) expect(result).toMatchObject({ ok: false, error: { kind: "CredentialError" } });
    expect(sent(ROTATING)).toEqual({ dials: 1, others: 1 });
    atToken(ROTATING, () => "pass");
    expect(await call(held)).toMatchObject({ ok: false, error: { kind: "CredentialError" } });
    expect(sent(ROTATING)).toEqual({ dials: 0, others: 0 });
    expect((await call(await connect(ROTATING, "valid", fresh(), held.connection))).ok).toBe(true);
  });

  test("a probe that meets trouble of another kind decides nothing", async () => {
    const held = await connect(ROTATING, "valid", due());
    rig.egress.behave(ROTATING, (one) => (isToken(one) ? "commit then drop" : { status: 503 }));
    expect(await call(held)).toMatchObject({ ok: false, error: { kind: "VendorUnavailable" } });
    rig.egress.behave(ROTATING, () => "pass");
    sent(ROTATING);
    expect(await call(held)).toMatchObject({ ok: true, unrefreshed: "VendorUnavailable" });
    expect(sent(ROTATING)).toEqual({ dials: 0, others: 2 });
  });

  test("costs nothing where a refresh spends nothing: it is dialled again", async () => {
    const held = await connect(STABLE, "expired", over());
    atToken(STABLE, () => "commit then drop");
    expect(await call(held)).toMatchObject({ ok: false, error: { kind: "VendorUnavailable", sent: false } });
    atToken(STABLE, () => "pass");
    expect((await call(held)).ok).toBe(true);
    expect(sent(STABLE).dials).toBe(2);
  });
});

describe("a service account", () => {
  const fields = () => credentials(STABLE)["service_account"] ?? {};
  async function account(over: Readonly<Record<string, string>> = {}): Promise<Kept> {
    const connection = `con_${++connections}`;
    const { generation } = await rig.admin.store({
      ...{ contractor: "demo", connection, vendor: STABLE, type: "service_account", fields: { ...fields(), ...over } },
      secrets: ["key_file"],
    });
    return { vendor: STABLE, contractor: "demo", connection, generation, call: "c" };
  }

  test("50 first calls sign one assertion between them; what it is traded for is kept, with its expiry, and costs the next call nothing", async () => {
    const held = await account();
    const results = await Promise.all(Array.from({ length: 50 }, () => check(held)));
    for (const result of results) expect(result).toMatchObject({ ok: true, value: { name: "owner@sandbox-plumbing.example" } });
    expect(sent(STABLE).dials).toBe(1);
    expect((await call({ ...held, generation: held.generation + 1 })).ok).toBe(true);
    expect(sent(STABLE)).toEqual({ dials: 0, others: 1 });
    const described = await rig.admin.describe(held);
    expect(described?.expiresAt).toBeGreaterThan(Date.now() + 50 * MINUTE);
    expect(described?.shown).toMatchObject({
      user: "owner@sandbox-plumbing.example",
      key_file: "••••",
      access_token: expect.stringMatching(/^••••/),
    });
  });

  test("acts for whom its field says", async () => {
    expect(await check(await account({ user: "office@sandbox-plumbing.example" }))).toMatchObject({
      value: { name: "office@sandbox-plumbing.example" },
    });
  });

  test("a token that is over is replaced by a new assertion, however often an answer was lost", async () => {
    const held = await account();
    for (const trouble of ["commit then drop", "truncate"] as const) {
      atToken(STABLE, () => trouble);
      expect(await call(held)).toMatchObject({ ok: false, error: { kind: "VendorUnavailable", sent: false } });
    }
    atToken(STABLE, () => "pass");
    expect((await call(held)).ok).toBe(true);
  });

  const candidate = (over: Readonly<Record<string, string>>) =>
    rig.vendor(STABLE).checkFields({ type: "service_account", fields: { ...fields(), ...over } });

  test("a candidate is tested whole, with a token of its own, and stores nothing", async () => {
    expect(await candidate({})).toMatchObject({ ok: true, value: { name: "owner@sandbox-plumbing.example" } });
    expect(sent(STABLE).dials).toBe(1);
  });

  test.each([
    ["is no key file", { key_file: "{}" }, { kind: "InvalidRequest", issues: [expect.stringContaining("key_file")] }],
    [
      "holds no RSA key",
      { key_file: '{"private_key":"-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY-----","client_email":"a@b"}' },
      { kind: "InvalidRequest", issues: [expect.stringContaining("key_file")] },
    ],
    [
      "names no issuer",
      () => ({ key_file: JSON.stringify({ private_key: JSON.parse(fields()["key_file"] ?? "").private_key }) }),
      { kind: "InvalidRequest" },
    ],
    [
      "is of an account Google does not know",
      () => ({ key_file: (fields()["key_file"] ?? "").replace("calendar@", "other@") }),
      { kind: "CredentialError" },
    ],
    ["may not act for that user", { user: "someone@elsewhere.example" }, { kind: "CredentialError" }],
  ])("a key that %s is refused in plain words, none of them the key's", async (_, over, error) => {
    const outcome = await candidate(typeof over === "function" ? over() : over);
    expect(outcome).toMatchObject({ ok: false, error });
    expect(JSON.stringify(outcome)).not.toContain("BEGIN");
  });

  test("scopes its domain has not given are named as lacking, all of them", async () => {
    atToken(STABLE, () => ({ status: 401, body: '{"error":"unauthorized_client"}' }));
    const scopes = ["events", "freebusy", "calendarlist.readonly"].map((name) => `https://www.googleapis.com/auth/calendar.${name}`);
    expect(await candidate({})).toMatchObject({ ok: false, error: { kind: "PermissionError", missing: scopes } });
  });

  test("a token endpoint named in the key file is not dialled", async () => {
    const file = { ...JSON.parse(fields()["key_file"] ?? ""), token_uri: "https://attacker.example/token" };
    expect((await candidate({ key_file: JSON.stringify(file) })).ok).toBe(true);
    const [first] = rig.egress.take(STABLE);
    expect(first?.host).toBe("oauth2.googleapis.com");
  });
});
