/** The settings API under bad input: a clear error that names what is wrong, and no change, every time. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-calendar", "stripe", "twilio"] });
  await mesh.connect("demo", "twilio", "stripe");
});
afterAll(() => mesh.stop());

const OWNERS: readonly (readonly [string, string, unknown])[] = [
  ["POST", "/connections/twilio", { fields: {} }],
  ["POST", "/connections/twilio/test", undefined],
  ["POST", "/connections/google-calendar/authorize", undefined],
  ["DELETE", "/connections/twilio", undefined],
  ["PUT", "/routes/crm/send_sms", { vendors: ["twilio"] }],
  ["POST", "/keys", { name: "x" }],
  ["DELETE", "/keys/key_x", undefined],
  ["POST", "/calls/call_x/decide", { happened: true }],
  ["POST", "/alerts/read", undefined],
  ["POST", "/alerts/alert_x/read", { read: true }],
  ["POST", "/approvals/call_x", { approve: true }],
  ["POST", "/tools/crm/send_sms/call", { input: { to: "+12025550100", body: "x" } }],
];
const READS = [
  "/session",
  "/catalog",
  "/connections",
  "/connections/twilio",
  "/routes",
  "/keys",
  "/calls",
  "/calls/csv",
  "/alerts",
  "/approvals",
];
/** Everything a contractor has that a request could change. */
async function everything(): Promise<string> {
  const parts = await Promise.all(
    ["/connections", "/connections/twilio", "/connections/stripe", "/routes", "/keys", "/alerts", "/approvals"].map((path) =>
      mesh.api("GET", path),
    ),
  );
  return JSON.stringify(parts.map(({ body }) => body)).replace(/"(left|last_used_at)":[^,}]*/g, "");
}
const unchanged = async (act: () => Promise<void>) => {
  const before = await everything();
  await act();
  expect(await everything()).toBe(before);
};

describe("who may", () => {
  test.each(READS)("GET %s asks for a session, and says what is wrong with a bad one", async (path) => {
    const ask = async (authorization: string) =>
      (await fetch(`${mesh.url}/api${path}`, { headers: authorization ? { authorization } : {} })).json();
    const bad = {
      none: "",
      scheme: "Basic x",
      garbage: "Bearer x.y.z",
      expired: `Bearer ${await mesh.token("demo", "owner", -60)}`,
      tampered: `Bearer ${(await mesh.token("demo")).slice(0, -6)}AAAAAA`,
    };
    for (const header of Object.values(bad))
      expect(await ask(header)).toMatchObject({
        error: { kind: "Unauthenticated", message: expect.any(String) },
        sign_in_url: expect.stringContaining("/sandbox/issuer/login"),
      });
    expect(await ask(bad.expired)).toMatchObject({ error: { message: expect.stringContaining("expired") } });
    expect((await mesh.api("GET", path)).status).toBe(200);
    expect((await mesh.api("GET", path, undefined, { role: "member" })).status).toBe(200);
  });

  test.each(OWNERS)("%s %s is an owner's: a member's is a 403 and changes nothing", async (method, path, body) => {
    await unchanged(async () => {
      expect(await mesh.api(method, path, body, { role: "member" })).toMatchObject({
        status: 403,
        body: { error: { kind: "NotAllowed" } },
      });
    });
  });

  test("a member sees a connection's light and nothing of its credential", async () => {
    expect((await mesh.api("GET", "/connections/twilio", undefined, { role: "member" })).body).toMatchObject({
      status: "connected",
      credential: null,
    });
    expect((await mesh.api("GET", "/connections/twilio")).body.credential).toMatchObject({
      shown: { auth_token: expect.stringMatching(/^••••/) },
    });
  });

  test.each(["/operator/apps", "/operator/keyring"])("GET %s is an operator's alone", async (path) => {
    expect((await mesh.api("GET", path)).status).toBe(403);
    expect((await mesh.api("GET", path, undefined, { role: "operator" })).status).toBe(200);
  });

  test("another contractor's ids are nothing here: 404, and no change there", async () => {
    const { id } = await mesh.key("demo");
    await unchanged(async () => {
      const as = { contractor: "stranger" };
      for (const [method, path, body] of [
        ["DELETE", `/keys/${id}`, undefined],
        ["DELETE", "/connections/twilio", undefined],
        ["POST", "/connections/twilio/test", undefined],
        ["POST", "/calls/call_x/decide", { happened: true }],
      ] as const)
        expect((await mesh.api(method, path, body, as)).status, path).toBe(404);
    });
  });

  test("a cookie works for Junction's own pages, and changes nothing for another site's", async () => {
    const cookie = `junction_session=${await mesh.token("demo")}`;
    expect((await fetch(`${mesh.url}/api/session`, { headers: { cookie } })).status).toBe(200);
    const revoke = (headers: Record<string, string>) =>
      fetch(`${mesh.url}/api/keys/key_none`, { method: "DELETE", headers: { cookie, ...headers } });
    expect((await revoke({ "sec-fetch-site": "cross-site" })).status).toBe(401);
    expect((await revoke({ "sec-fetch-site": "same-site" })).status).toBe(401);
    expect((await revoke({ origin: "https://evil.example" })).status).toBe(401);
    expect((await revoke({})).status).toBe(401);
    expect((await revoke({ "sec-fetch-site": "same-origin" })).status).toBe(404);
    expect((await revoke({ origin: mesh.url })).status).toBe(404);
  });
});

test("another site cannot sign a browser in", async () => {
  const token = await mesh.token("demo");
  const post = (headers: Record<string, string>) =>
    fetch(`${mesh.url}/session`, { method: "POST", body: new URLSearchParams({ token }), headers, redirect: "manual" });
  for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }] as Record<
    string,
    string
  >[])
    expect((await post(headers)).status).toBe(403);
  for (const headers of [{ origin: mesh.url }, { "sec-fetch-site": "same-origin", origin: "null" }] as Record<string, string>[])
    expect((await post(headers)).status).toBe(303);
  expect((await fetch(`${mesh.url}/session`, { method: "POST", body: "x".repeat(70_000) })).status).toBe(413);
});

describe("what is sent", () => {
  const field = (value: unknown) => ({ fields: { api_key: value } });
  test.each<[string, string, unknown, string]>([
    ["POST", "/connections/stripe", field(""), "api_key"],
    ["POST", "/connections/stripe", field("pk_test_1234567890"), "api_key"],
    ["POST", "/connections/stripe", field(" sk_test_1234567890"), "api_key"],
    ["POST", "/connections/stripe", field("x".repeat(9000)), "fields.api_key"],
    ["POST", "/connections/stripe", field(5), "fields.api_key"],
    ["POST", "/connections/stripe", field(null), "fields.api_key"],
    ["POST", "/connections/stripe", { fields: {} }, "api_key"],
    ["POST", "/connections/stripe", { fields: { api_key: "sk_test_12345678901", more: "x" } }, "more"],
    ["POST", "/connections/stripe", {}, "fields"],
    ["POST", "/connections/stripe", { fields: {}, extra: 1 }, "json"],
    ["POST", "/connections/twilio", { fields: { account_sid: "AC1", auth_token: "t", default_from: "+12025550123" } }, "account_sid"],
    [
      "POST",
      "/connections/twilio",
      { fields: { account_sid: `AC${"0".repeat(32)}`, auth_token: "t", default_from: "2025550123456" } },
      "default_from",
    ],
    ["PUT", "/routes/crm/send_sms", { vendors: ["stripe"] }, "vendors"],
    ["PUT", "/routes/crm/send_sms", { vendors: "twilio" }, "vendors"],
    ["PUT", "/routes/crm/send_sms", { vendors: ["NOT A VENDOR"] }, "vendors.0"],
    ["POST", "/keys", { name: "" }, "name"],
    ["POST", "/keys", { name: "x".repeat(101) }, "name"],
    ["POST", "/keys", { name: "x", tools: [] }, "tools"],
    ["POST", "/keys", { name: "x", tools: ["crm/no_such"] }, "tools"],
    ["POST", "/keys", { name: "x", tools: ["nonsense"] }, "tools.0"],
    ["POST", "/keys", { name: "x", expires_in_days: 0 }, "expires_in_days"],
    ["POST", "/keys", { name: "x", expires_in_days: 1.5 }, "expires_in_days"],
    ["POST", "/calls/call_x/decide", { happened: "yes" }, "happened"],
    ["POST", "/alerts/alert_x/read", { read: 1 }, "read"],
    ["POST", "/approvals/call_x", {}, "approve"],
    ["GET", "/calls?limit=0", undefined, "limit"],
    ["GET", "/calls?limit=1e9", undefined, "limit"],
    ["GET", "/calls?state=done", undefined, "state"],
    ["GET", "/calls?tool=%27%20OR%201=1", undefined, "tool"],
    ["POST", "/tools/crm/send_sms/call", { input: [] }, "input"],
    ["POST", "/tools/crm/send_sms/call", { input: {}, idempotency_key: "" }, "idempotency_key"],
  ])("%s %s %.80j names %s and changes nothing", async (method, path, body, name) => {
    await unchanged(async () => {
      const reply = await mesh.api(method, path, body);
      expect(reply).toMatchObject({ status: 422, body: { error: { kind: "InvalidRequest", fields: { [name]: expect.any(String) } } } });
    });
  });

  test.each(["", "{", "[]", "null", '"x"', "<xml/>"])("a body of %j is refused with a reason", async (body) => {
    await unchanged(async () => {
      const reply = await mesh.api("POST", "/connections/stripe", body);
      expect([400, 422]).toContain(reply.status);
      expect(reply.body.error.message).toEqual(expect.any(String));
    });
  });

  // Again if need be: a server that answers before it has read all may close the connection while the client still writes.
  test("a body over the limit is a 413, announced or not", { retry: 2 }, async () => {
    const huge = JSON.stringify({ fields: { api_key: "x".repeat(70_000) } });
    expect(await mesh.api("POST", "/connections/stripe", huge)).toMatchObject({
      status: 413,
      body: { error: { message: expect.stringContaining("65,536") } },
    });
    const authorization = `Bearer ${await mesh.token("demo")}`;
    const chunks = new Blob([huge]).stream();
    const init = { method: "POST", headers: { authorization, "content-type": "application/json" }, body: chunks, duplex: "half" };
    expect((await fetch(`${mesh.url}/api/connections/stripe`, init as RequestInit)).status).toBe(413);
  });

  test.each(["/connections/no-such", "/connections/%2e%2e", "/connections/TWILIO", "/nothing", "/keys/../keys/x"])(
    "GET %s is a 404",
    async (path) => {
      expect((await mesh.api("GET", path)).status).toBe(404);
    },
  );

  test("an unknown tool is a 404 with the closest names, and wrong arguments a 422 with each of them", async () => {
    expect(await mesh.api("POST", "/tools/crm/send_smss/call", { input: {} })).toMatchObject({
      status: 404,
      body: { error: { next: expect.stringContaining("crm/send_sms") } },
    });
    const wrong = await mesh.api("POST", "/tools/crm/send_sms/call", { input: { to: "5" } });
    expect(wrong).toMatchObject({ status: 422, body: { error: { message: expect.stringMatching(/to: .*body: /) } } });
  });
});

test("tools are found by what one wants to do, the best first", async () => {
  const { status, body } = await mesh.api("GET", "/tools?q=text+the+customer+that+we+are+late&limit=3");
  expect(status).toBe(200);
  expect(body.tools).toHaveLength(3);
  expect(body.tools[0]).toMatchObject({ id: expect.stringMatching(/^crm\//), description: expect.any(String), score: expect.any(Number) });
  expect((await mesh.api("GET", "/tools?q=zebra+xylophone")).body).toEqual({ tools: [] });
  expect((await mesh.api("GET", "/tools")).status).toBe(422);
});

test("the API describes itself, every route of it", async () => {
  const document = (await mesh.sandbox("GET", "/api/openapi.json")).body;
  expect(document.openapi).toBe("3.1.0");
  for (const path of [
    "/api/connections/{vendor}",
    "/api/keys",
    "/api/calls",
    "/api/tools/{domain}/{name}/call",
    "/api/alerts",
    "/api/approvals/{id}",
    "/api/operator/keyring/rewrap",
  ])
    expect(Object.keys(document.paths)).toContain(path);
});
