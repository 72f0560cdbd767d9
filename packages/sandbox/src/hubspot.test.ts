import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let sets: Record<"valid" | "restricted" | "expired", { access_token: string; refresh_token: string }> & {
  platform: { client_id: string; client_secret: string };
};
beforeAll(async () => {
  sandbox = await startSandbox();
  sets = (await sandbox.api("GET", "/credentials")).body.credentials.hubspot;
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

const READ = "crm.objects.contacts.read";
const BACK = "http://localhost:8787/oauth/callback";
const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields).toString(),
  headers: { "content-type": "application/x-www-form-urlencoded" },
});
async function token(fields: Record<string, string>, path = "") {
  const reply = await sandbox.send(`/api.hubapi.com/oauth/2026-03/token${path}`, form({ ...sets.platform, ...fields }));
  return { status: reply.status, body: JSON.parse(await reply.text()) };
}
const introspect = async (of: string) => (await token({ token: of }, "/introspect")).body;
const refresh = (of: string) => token({ grant_type: "refresh_token", refresh_token: of });
async function contacts(method: string, path: string, body?: unknown, access = sets.valid.access_token) {
  const headers = { authorization: `Bearer ${access}`, "content-type": "application/json" };
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const reply = await sandbox.send(`/api.hubapi.com/crm/v3/objects/contacts${path}`, init);
  return { status: reply.status, body: JSON.parse(await reply.text()) };
}
const page = (query: Record<string, string>) =>
  `/app.hubspot.com/oauth/authorize?${new URLSearchParams({ client_id: sets.platform.client_id, redirect_uri: BACK, state: "s1", ...query })}`;
async function decide(query: Record<string, string>, body: Record<string, string>) {
  const reply = await sandbox.send(page(query), form(body));
  return new URL(reply.headers.get("location") ?? "http://nowhere.example");
}

test("refresh tokens rotate; one that comes twice ends the whole family, the newest tokens too", async () => {
  const first = (await refresh(sets.valid.refresh_token)).body;
  expect(first).toMatchObject({ token_type: "bearer", expires_in: 3600, scopes: expect.arrayContaining([READ]) });
  expect(first.refresh_token).not.toBe(sets.valid.refresh_token);
  const second = (await refresh(first.refresh_token)).body;
  expect(await introspect(second.access_token)).toMatchObject({ active: true });
  expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, body: { error: "invalid_grant", status: "BAD_REFRESH_TOKEN" } });
  expect(await introspect(second.access_token)).toEqual({ active: false });
  expect((await refresh(second.refresh_token)).status).toBe(400);
  expect((await contacts("GET", "", undefined, second.access_token)).status).toBe(401);
  expect(await introspect(sets.expired.access_token)).toEqual({ active: false });
  expect((await refresh(sets.expired.refresh_token)).status).toBe(200); // another family
});

test("access tokens live as long as the switch says; one that is over says so in its own category", async () => {
  await sandbox.api("PUT", "/settings", { vendor: "hubspot", tokenLifetimeSeconds: 60 });
  const { access_token } = (await refresh(sets.valid.refresh_token)).body;
  expect((await contacts("GET", "", undefined, access_token)).status).toBe(200);
  await sandbox.api("PUT", "/settings", { vendor: "hubspot", clockAheadSeconds: 61 });
  expect(await contacts("GET", "", undefined, access_token)).toMatchObject({ status: 401, body: { category: "EXPIRED_AUTHENTICATION" } });
});

test("approve, approve fewer scopes, deny; a code is good once, for its own redirect and verifier", async () => {
  const scope = `oauth ${READ}`;
  expect(await (await sandbox.send(page({ scope }))).text()).toContain("Approve only what is ticked");
  expect((await sandbox.send(page({ scope: READ }))).status).toBe(400); // every app must ask for `oauth`
  const denied = await decide({ scope }, { decision: "deny" });
  expect([denied.searchParams.get("error"), denied.searchParams.get("state")]).toEqual(["access_denied", "s1"]);
  const fewer = await decide({ scope }, { decision: "approve_ticked", scope: "oauth" });
  const grant = { grant_type: "authorization_code", redirect_uri: BACK };
  const less = (await token({ ...grant, code: fewer.searchParams.get("code") ?? "" })).body;
  expect(less.scopes).toEqual(["oauth"]);
  expect(await contacts("GET", "", undefined, less.access_token)).toMatchObject({ status: 403, body: { category: "MISSING_SCOPES" } });

  const pkce = { code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256" }; // RFC 7636, appendix B
  const code_verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const code = async () => (await decide({ scope, ...pkce }, { decision: "approve" })).searchParams.get("code") ?? "";
  expect((await token({ ...grant, code: await code() })).status).toBe(400);
  expect((await token({ ...grant, code: await code(), code_verifier, redirect_uri: `${BACK}2` })).status).toBe(400);
  const good = await code();
  expect((await token({ ...grant, code: good, code_verifier })).status).toBe(200);
  expect((await token({ ...grant, code: good, code_verifier })).status).toBe(400);
});

test("revoking either token ends the grant; what nobody knows is revoked too; a strange app is refused everywhere", async () => {
  expect((await token({ token: sets.valid.refresh_token }, "/revoke")).status).toBe(200);
  expect((await contacts("GET", "")).status).toBe(401);
  expect((await token({ token: "nobody's" }, "/revoke")).status).toBe(200);
  for (const path of ["", "/introspect", "/revoke"])
    expect(await token({ client_secret: "wrong", token: "t", grant_type: "refresh_token" }, path)).toMatchObject({
      status: 401,
      body: { error: "invalid_client" },
    });
});

test("contacts: one for an address, in any case; properties it does not have are refused; the search lags where told", async () => {
  const made = await contacts("POST", "", { properties: { email: "Zoe@Example.com", phone: "+12025550190" } });
  expect(made).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^9\d+$/), properties: { email: "zoe@example.com" } } });
  expect(await contacts("POST", "", { properties: { email: "ZOE@example.com" } })).toMatchObject({
    status: 409,
    body: { category: "CONFLICT", message: `Contact already exists. Existing ID: ${made.body.id}` },
  });
  expect(await contacts("PATCH", "/zoe@example.com?idProperty=email", { properties: { nickname: "Z" } })).toMatchObject({
    status: 400,
    body: { category: "VALIDATION_ERROR", errors: [{ code: "PROPERTY_DOESNT_EXIST", context: { propertyName: ["nickname"] } }] },
  });
  expect(await contacts("PATCH", "/zoe@example.com?idProperty=email", { properties: { email: "ada@example.com" } })).toMatchObject({
    status: 409,
  });
  const filters = [{ propertyName: "hs_searchable_calculated_phone_number", operator: "EQ", value: "2025550190" }];
  const search = async () => (await contacts("POST", "/search", { filterGroups: [{ filters }] })).body.total;
  expect(await search()).toBe(1);
  await sandbox.api("PUT", "/settings", { vendor: "hubspot", indexLagSeconds: 60 });
  expect(await search()).toBe(0);
  expect((await contacts("GET", "/zoe@example.com?idProperty=email")).status).toBe(200);
  expect(
    await contacts("POST", "/search", { filterGroups: [{ filters: [{ propertyName: "nickname", operator: "EQ", value: "Z" }] }] }),
  ).toMatchObject({ status: 400 });
  expect((await contacts("POST", "", { properties: {} }, sets.restricted.access_token)).status).toBe(403);
});
