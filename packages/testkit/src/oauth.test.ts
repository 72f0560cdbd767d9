/** The refresh loop, whole: a vendor's Worker, the real vault and its lease, and the sandbox's token endpoint. */
import { createHash } from "node:crypto";
import type { Held } from "@junction/core";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Behaviour } from "./behaviour.ts";
import { membersOnDisk, type Rig, startRig } from "./index.ts";
import type { Sent } from "./sent.ts";
import { loadSubject } from "./subject.ts";

const ID = "google-calendar";
const REDIRECT = "https://junction.example/oauth/callback";
const members = membersOnDisk().filter(({ id }) => id === ID);
const [member] = members;
if (!member) throw new Error(`${ID} is what these tests refresh`);
const { emulator, vendor } = await loadSubject(member);
const { valid, expired, wrong, platform = {} } = emulator.credentials;

let rig: Rig;
beforeAll(async () => {
  rig = await startRig(members);
  await rig.admin.storePlatform({ vendor: ID, fields: platform });
});
afterAll(() => rig.dispose());
beforeEach(async () => {
  rig.egress.behave(ID, () => "pass");
  await rig.sandbox("POST", `/reset?vendor=${ID}`);
});

const isToken = ({ host, path }: Sent) => host === "oauth2.googleapis.com" && path === "/token";
const atToken = (behaviour: Behaviour) => rig.egress.behave(ID, (sent) => (isToken(sent) ? behaviour : "pass"));
/** What was sent since the last time: token requests and others. */
function sent() {
  const all = rig.egress.take(ID);
  return { tokens: all.filter(isToken).length, others: all.filter((one) => !isToken(one)).length };
}
let connections = 0;
async function connect(fields: Readonly<Record<string, string>> = {}, expiresAt?: number): Promise<Held> {
  const connection = `con_${++connections}`;
  const secrets = ["access_token", "refresh_token"];
  const ask = {
    contractor: "demo",
    connection,
    vendor: ID,
    type: "oauth_token",
    fields,
    secrets,
    ...(expiresAt && { expiresAt }),
  } as const;
  const { generation } = await rig.admin.store(ask);
  sent();
  return { contractor: "demo", connection, generation, call: "c" };
}
const check = (held: Held) => rig.vendor(ID).check(held);
const soon = () => Date.now() + 60_000;

test("a token that is about to expire is refreshed before the call, and the newer generation told", async () => {
  const held = await connect(valid, soon());
  expect(await check(held)).toMatchObject({ ok: true, generation: held.generation + 1 });
  expect(sent()).toEqual({ tokens: 1, others: 1 });
  expect((await check({ ...held, generation: held.generation + 1 })).ok).toBe(true);
  expect(sent()).toEqual({ tokens: 0, others: 1 });
});

test("a token the vendor refuses is refreshed once, and the call tried once more", async () => {
  expect((await check(await connect(expired))).ok).toBe(true);
  expect(sent()).toEqual({ tokens: 1, others: 2 });
  rig.egress.behave(ID, (one) => (isToken(one) ? "pass" : { status: 401 }));
  expect(await check(await connect(valid))).toMatchObject({ ok: false, error: { kind: "CredentialError" } });
  expect(sent()).toEqual({ tokens: 1, others: 2 });
});

test("many calls at once refresh once", async () => {
  const held = await connect(expired, Date.now() - 1);
  const results = await Promise.all(Array.from({ length: 20 }, () => check(held)));
  expect(results.map(({ ok }) => ok)).toEqual(Array(20).fill(true));
  expect(sent()).toEqual({ tokens: 1, others: 20 });
});

test("a dead grant is CredentialError, and is not dialled again", async () => {
  const held = await connect(wrong, Date.now() - 1);
  for (const tokens of [1, 0, 0]) {
    expect(await check(held)).toMatchObject({ ok: false, error: { kind: "CredentialError" } });
    expect(sent()).toEqual({ tokens, others: 0 });
  }
});

test("a token endpoint in trouble fails no call whose token still works, and no effect is thought sent otherwise", async () => {
  for (const trouble of [
    "drop",
    { status: 500 },
    { status: 401, body: '{"error":"invalid_client"}' },
    { status: 200, body: "<html>" },
  ] as const) {
    atToken(trouble);
    expect(await check(await connect(valid, soon()))).toMatchObject({ ok: true });
    expect(sent()).toEqual({ tokens: 1, others: 1 });
    const dead = await connect(expired, Date.now() - 1);
    expect(await check(dead)).toMatchObject({ ok: false, error: { kind: "VendorUnavailable", sent: false } });
    expect(sent().others).toBe(0);
    atToken("pass");
    await vi.waitFor(async () => expect(await check(dead)).toMatchObject({ ok: true }), 10_000); // the lease was given back
  }
});

test("a token endpoint that limits us says for how long", async () => {
  atToken({ status: 429, headers: { "retry-after": "9" } });
  expect(await check(await connect(expired, Date.now() - 1))).toMatchObject({
    ok: false,
    error: { kind: "RateLimited", retryAfterMs: 9000 },
  });
});

test("no word of a token endpoint reaches anyone: it may hold a token", async () => {
  atToken({
    status: 400,
    body: JSON.stringify({ error: "temporarily_unavailable", access_token: "leaked-token", error_description: "leaked-token" }),
  });
  const outcome = await check(await connect(expired, Date.now() - 1));
  expect(outcome.ok).toBe(false);
  expect(JSON.stringify(outcome)).not.toContain("leaked");
});

test("a code is traded, tested and stored under its connection; its scopes are told", async () => {
  const { code, verifier } = await consent();
  const ask = { contractor: "demo", connection: "con_traded", code, codeVerifier: verifier, redirectUri: REDIRECT };
  const traded = await rig.vendor(ID).exchange(ask);
  expect(traded).toMatchObject({ ok: true, value: { identity: { name: expect.stringContaining("@") } } });
  if (!traded.ok) return;
  expect([...traded.value.scopes].sort()).toEqual(scopes().sort());
  const held = { contractor: "demo", connection: "con_traded", generation: traded.value.generation ?? 0, call: "c" };
  expect((await check(held)).ok).toBe(true);
  expect(await rig.vendor(ID).exchange(ask)).toMatchObject({ ok: false, error: { kind: "CredentialError" } }); // a code is good once
});

test("a code with another's verifier, or tokens that do not pass the test, store nothing", async () => {
  const ask = { contractor: "demo", connection: "con_untested", redirectUri: REDIRECT };
  const first = await consent();
  expect((await rig.vendor(ID).exchange({ ...ask, code: first.code, codeVerifier: "x".repeat(43) })).ok).toBe(false);
  const second = await consent();
  rig.egress.behave(ID, (one) => (isToken(one) ? "pass" : { status: 403 }));
  expect(await rig.vendor(ID).exchange({ ...ask, code: second.code, codeVerifier: second.verifier })).toMatchObject({
    ok: false,
    error: { kind: "PermissionError" },
  });
  expect(await rig.admin.describe({ contractor: "demo", connection: "con_untested" })).toBeNull();
});

test("a grant that is withdrawn works no more, and withdrawing it again is harmless", async () => {
  const held = await connect(valid);
  expect(await rig.vendor(ID).revoke(held)).toMatchObject({ ok: true });
  expect(await check(held)).toMatchObject({ ok: false, error: { kind: "CredentialError" } });
  expect(await rig.vendor(ID).revoke(held)).toMatchObject({ ok: true });
});

function scopes(): string[] {
  const { auth } = vendor.manifest;
  return auth.scheme === "oauth2" ? Object.keys(auth.scopes) : [];
}

/** A person approves on the sandbox's consent page. */
async function consent(): Promise<{ code: string; verifier: string }> {
  const { auth } = vendor.manifest;
  if (auth.scheme !== "oauth2") throw new Error("no consent page");
  const verifier = "v".repeat(50);
  const page = new URL(auth.authorizationUrl);
  const query = {
    ...auth.params,
    client_id: platform["client_id"] ?? "",
    redirect_uri: REDIRECT,
    response_type: "code",
    scope: scopes().join(" "),
    state: "s",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(query)) page.searchParams.set(name, value);
  const { headers } = await rig.visit(page, { decision: "approve" });
  return { code: new URL(headers["location"] ?? "").searchParams.get("code") ?? "", verifier };
}
