import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FAULTS } from "./faults.ts";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let account: string;
let token: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  ({ account_sid: account, auth_token: token } = (await sandbox.api("GET", "/credentials")).body.credentials.twilio.valid);
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

const path = () => `/api.twilio.com/2010-04-01/Accounts/${account}/Messages.json`;
const sms = (Body = "On my way", extra: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  body: new URLSearchParams({ To: "+12025550199", From: "+12025550123", Body, ...extra }).toString(),
  headers: { authorization: `Basic ${btoa(`${account}:${token}`)}`, "content-type": "application/x-www-form-urlencoded" },
});
const fault = (kind: string, more: object = {}) =>
  sandbox.api("PUT", "/faults", { vendor: "twilio", operation: "create_message", fault: kind, ...more });
const inbox = async () => (await sandbox.api("GET", "/inbox?vendor=twilio")).body.inbox;

test("a host that no emulator plays is a 502 that names it", async () => {
  const reply = await sandbox.send("/api.nowhere.example/v1/things?x=1");
  expect(reply.status).toBe(502);
  expect(await reply.text()).toContain('"api.nowhere.example"');
});

test("an unknown path of a known host is the vendor's own 404", async () => {
  const reply = await sandbox.send("/api.twilio.com/2010-04-01/Nonsense.json");
  expect(reply.status).toBe(404);
  expect(await reply.json()).toMatchObject({ code: 20404 });
});

test.each(["401", "403", "404", "409", "429", "500", "503"])(
  "fault %s answers with that status in the vendor's shape, and acts not",
  async (kind) => {
    await fault(kind);
    const reply = await sandbox.send(path(), sms());
    expect(reply.status).toBe(Number(kind));
    expect(reply.headers.get("retry-after")).toBeNull();
    expect(await reply.json()).toMatchObject({ status: Number(kind), code: expect.any(Number) });
    expect(await inbox()).toEqual([]);
  },
);

test("429 says when to return, in seconds or as a date", async () => {
  await fault("429_seconds", { ms: 7000 });
  expect((await sandbox.send(path(), sms())).headers.get("retry-after")).toBe("7");
  await fault("429_date", { ms: 60_000 });
  const date = (await sandbox.send(path(), sms())).headers.get("retry-after") ?? "";
  expect(date).toMatch(/ GMT$/);
  expect(Date.parse(date) - Date.now()).toBeGreaterThan(50_000);
});

test("commit-then-drop: the caller's fetch rejects, the text was sent", async () => {
  await fault("commit_then_drop", { times: 1 });
  expect(await sandbox.caller(path(), sms("dropped"))).toMatchObject({ outcome: "threw" });
  expect(await inbox()).toMatchObject([{ text: "dropped" }]);
  expect((await sandbox.api("GET", "/requests?vendor=twilio")).body.requests).toMatchObject([{ status: 0, fault: "commit_then_drop" }]);
  expect(await sandbox.caller(path(), sms())).toMatchObject({ outcome: "answered", status: 201 });
});

test("drop: the caller's fetch rejects, and nothing was sent", async () => {
  await fault("drop");
  expect(await sandbox.caller(path(), sms())).toMatchObject({ outcome: "threw" });
  expect(await inbox()).toEqual([]);
});

test("a broken body: headers come, then the connection breaks; the text was sent", async () => {
  await fault("broken_body");
  expect(await sandbox.caller(path(), sms())).toMatchObject({ outcome: "threw" });
  expect(await inbox()).toHaveLength(1);
});

test("truncated JSON ends early, HTML comes with 200, a redirect leads to another host", async () => {
  await fault("truncated_json");
  const cut = await (await sandbox.send(path(), sms())).text();
  expect(cut).toMatch(/^\{/);
  expect(() => JSON.parse(cut)).toThrow(SyntaxError);
  await fault("html_200");
  const page = await sandbox.send(path(), sms());
  expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  await fault("redirect");
  const redirect = await sandbox.send(path(), sms());
  expect([redirect.status, new URL(redirect.headers.get("location") ?? "").host]).toEqual([302, "elsewhere.example"]);
});

test("huge never ends: a reader gets as much as it cares to take", async () => {
  await fault("huge");
  const reader = (await sandbox.send(path(), sms())).body?.getReader();
  let bytes = 0;
  while (bytes < 2_000_000) bytes += (await reader?.read())?.value?.byteLength ?? Number.POSITIVE_INFINITY;
  expect(bytes).toBeLessThan(Number.POSITIVE_INFINITY);
  await reader?.cancel();
});

test("hang gives no answer for as long as the caller waits", async () => {
  await fault("hang");
  await expect(sandbox.send(path(), { ...sms(), signal: AbortSignal.timeout(300) })).rejects.toThrow();
  expect((await sandbox.api("GET", "/requests?vendor=twilio")).body.requests).toMatchObject([{ status: 0, fault: "hang" }]);
});

test("slow answers late, and sends", async () => {
  await fault("slow", { ms: 150 });
  const before = performance.now();
  expect((await sandbox.send(path(), sms())).status).toBe(201);
  expect(performance.now() - before).toBeGreaterThan(140);
});

test("an operation's switch goes before the vendor's, counts down, and clears itself", async () => {
  await sandbox.api("PUT", "/faults", { vendor: "twilio", fault: "500" });
  await fault("503", { times: 2 });
  const statuses = [];
  for (let round = 0; round < 3; round++) statuses.push((await sandbox.send(path(), sms())).status);
  expect(statuses).toEqual([503, 503, 500]);
  expect((await sandbox.api("GET", "/faults")).body.faults).toEqual([{ vendor: "twilio", operation: "*", fault: "500" }]);
  await sandbox.api("DELETE", "/faults?vendor=twilio&operation=*");
  expect((await sandbox.send(path(), sms())).status).toBe(201);
  expect((await sandbox.api("GET", "/counts?vendor=twilio")).body.counts.twilio).toEqual({ create_message: 4 });
});

test("the API names the field it refuses, and what is allowed there", async () => {
  const field = async (body: unknown) => (await sandbox.api("PUT", "/faults", body)).body.error.issues[0];
  expect(await field({ vendor: "acme", fault: "500" })).toMatchObject({ field: "vendor", message: expect.stringContaining("twilio") });
  expect(await field({ vendor: "twilio", operation: "dance", fault: "500" })).toMatchObject({
    field: "operation",
    message: expect.stringContaining("create_message"),
  });
  expect(await field({ vendor: "twilio", fault: "earthquake" })).toMatchObject({
    field: "fault",
    message: expect.stringContaining("commit_then_drop"),
  });
  expect(await field({ vendor: "twilio", fault: "500", times: 0 })).toMatchObject({ field: "times" });
});

test("a secret shown anywhere is a secret lost: neither known nor unknown credentials reach the page or the API", async () => {
  const canary = "canary0123456789secret";
  await sandbox.send(path(), sms(`my token is ${token}`));
  await sandbox.send(`${path()}?api_key=${canary}`, {
    ...sms(`${canary} again`, { Password: canary, "metadata[client_secret]": canary }),
    headers: {
      authorization: `Basic ${btoa(`${account}:${canary}`)}`,
      "x-api-key": canary,
      "content-type": "application/x-www-form-urlencoded",
    },
  });
  await sandbox.send(path(), {
    method: "POST",
    body: JSON.stringify({ deep: [{ refresh_token: canary }], note: `x${canary}y` }),
    headers: { "content-type": "application/json" },
  });
  const shown = [];
  for (const page of ["/sandbox", "/sandbox?vendor=twilio", "/sandbox/api/requests", "/sandbox/api/inbox"])
    shown.push(await (await sandbox.send(page)).text());
  expect(shown.join()).toContain("Messages.json");
  expect(shown.join()).toContain(account);
  for (const secret of [canary, token, btoa(`${account}:${token}`), btoa(`${account}:${canary}`)])
    expect(shown.join()).not.toContain(secret);
});

test("a text with markup is shown as text, on a page whose policy allows no script", async () => {
  const attack = `<script>alert(1)</script><img src=x onerror=alert(1)> "quoted' &amp;`;
  await sandbox.send(path(), sms(attack));
  const reply = await sandbox.send("/sandbox");
  const page = await reply.text();
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; &quot;quoted&#39; &amp;amp;");
  expect(page).not.toContain("<script");
  const policy = reply.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(page).toContain(`<style nonce="${/'nonce-([^']+)'/.exec(policy)?.[1]}">`);
});

test("the page's form sets a switch and clears it, and another site's form may not", async () => {
  const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
    sandbox.send("/sandbox/faults", {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  const set = { where: "twilio create_message", fault: "hang", times: "3", ms: "" };
  expect((await post(set, { "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await post(set)).headers.get("location")).toBe("/sandbox?done=set#faults");
  expect((await sandbox.api("GET", "/faults")).body.faults).toEqual([
    { vendor: "twilio", operation: "create_message", fault: "hang", times: 3 },
  ]);
  expect(await (await sandbox.send("/sandbox?done=set")).text()).toContain(FAULTS.hang);
  await post({ where: set.where, clear: "1" });
  expect((await sandbox.api("GET", "/faults")).body.faults).toEqual([]);
});

test("the development issuer signs sessions that its own key set verifies", async () => {
  const ask = { contractor: "demo", subject: "ada", role: "owner" };
  const issue = (body: object) => sandbox.send("/sandbox/issuer/token", { method: "POST", body: JSON.stringify(body) });
  const tokens = await Promise.all(
    [issue(ask), issue(ask), issue({ ...ask, expiresInSeconds: -60 })].map(
      async (reply) => ((await (await reply).json()) as { token: string }).token,
    ),
  );
  const jwks = (await (await sandbox.send("/sandbox/issuer/jwks.json")).json()) as { keys: { d?: string }[] };
  expect(jwks.keys).toHaveLength(1);
  expect(jwks.keys[0]).not.toHaveProperty("d");
  const keys = createLocalJWKSet(jwks as never);
  const expected = { issuer: "junction-development", audience: "junction" };
  for (const token of tokens.slice(0, 2)) {
    const { payload } = await jwtVerify(token, keys, expected);
    expect(payload).toMatchObject({ sub: "ada", contractor: "demo", role: "owner" });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(12 * 3600);
  }
  await expect(jwtVerify(tokens[2] ?? "", keys, expected)).rejects.toThrow(/exp/);
  expect(await (await issue({ ...ask, role: "king" })).json()).toMatchObject({ error: { issues: [{ field: "role" }] } });
});
