/** Who may see and do what; and no secret anywhere it does not belong. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

const stateDir = mkdtempSync(join(tmpdir(), "junction-isolation-"));
let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["stripe", "twilio", "vapi"], stateDir });
  await mesh.connect("demo", "twilio", "stripe");
});
afterAll(async () => {
  await mesh.stop();
  rmSync(stateDir, { recursive: true });
});
const facts = (reply: { body: { content: { text: string }[] } }) => JSON.parse(reply.body.content[1]?.text ?? "{}");
const sms = { to: "+12025550181", body: "Hello" };

test("another contractor's agent key sees none of this contractor's connections", async () => {
  const { key } = await mesh.key("other");
  expect(facts(await mesh.call(key, "crm_send_sms", sms))).toMatchObject({
    kind: "NotConnected",
    url: expect.stringContaining("/settings/integrations/twilio"),
  });
  const { integrations } = (await mesh.api("GET", "/connections", undefined, { contractor: "other" })).body;
  expect(new Set(integrations.map(({ status }: { status: string }) => status))).toEqual(new Set(["not_connected"]));
});

test("a key that names another contractor than the one it was made for is no key", async () => {
  const { key } = await mesh.key("other");
  const forged = key.replace("jn_other_", "jn_demo_");
  const reply = await mesh.call(forged, "crm_send_sms", sms);
  expect(reply.status).toBe(401);
  expect(reply.headers.get("www-authenticate")).toContain("Bearer");
});

test("a key may be held to some tools, and says which it may not use", async () => {
  const { key } = await mesh.key("demo", { tools: ["crm/geocode_address"] });
  expect(facts(await mesh.call(key, "crm_send_sms", sms))).toMatchObject({ kind: "NotAllowed" });
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", accept: "application/json, text/event-stream" };
  const listed = await fetch(`${mesh.url}/mcp`, {
    method: "POST",
    headers,
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  expect(await listed.text()).toMatch(/crm_geocode_address(?!.*crm_send_sms)/s);
});

test("a revoked agent key is refused by its very next call", async () => {
  const { id, key } = await mesh.key("demo");
  expect((await mesh.call(key, "crm_send_sms", sms)).body.structuredContent).toBeDefined();
  await mesh.api("DELETE", `/keys/${id}`);
  expect((await mesh.call(key, "crm_send_sms", sms)).status).toBe(401);
});

test("a disconnected credential is refused by the very next call", async () => {
  const { key } = await mesh.key("demo");
  expect((await mesh.call(key, "crm_send_sms", sms)).body.structuredContent).toBeDefined();
  expect((await mesh.api("DELETE", "/connections/twilio")).status).toBe(200);
  expect(facts(await mesh.call(key, "crm_send_sms", sms))).toMatchObject({ kind: "NotConnected" });
  await mesh.connect("demo", "twilio");
  expect((await mesh.call(key, "crm_send_sms", sms)).body.structuredContent).toBeDefined();
});

test("Save & Test stores nothing when the vendor refuses, and the connection before stays", async () => {
  const { body: before } = await mesh.api("GET", "/connections/stripe");
  const wrong = await mesh.api("POST", "/connections/stripe", { fields: { api_key: "sk_test_nobodyknowsthiskey" } });
  expect(wrong).toMatchObject({
    status: 422,
    body: { error: { kind: "CredentialError", message: expect.stringContaining("does not accept") } },
  });
  expect((await mesh.api("GET", "/connections/stripe")).body).toMatchObject({
    status: "connected",
    credential: { fingerprint: before.credential.fingerprint },
  });
  const shape = await mesh.api("POST", "/connections/stripe", { fields: { api_key: "hello", colour: "red" } });
  expect(shape).toMatchObject({
    status: 422,
    body: { error: { fields: { api_key: expect.any(String), colour: expect.stringContaining("not a field") } } },
  });
});

test("a shredded contractor has nothing left that opens", async () => {
  await mesh.connect("gone", "twilio");
  const { key } = await mesh.key("gone");
  expect((await mesh.api("DELETE", "/operator/contractors/gone", { confirm: "no" }, { role: "operator" })).status).toBe(422);
  const shredded = await mesh.api("DELETE", "/operator/contractors/gone", { confirm: "gone" }, { role: "operator" });
  expect(shredded).toMatchObject({ status: 200, body: { credentials: 1 } });
  expect((await mesh.call(key, "crm_send_sms", sms)).status).toBe(401);
  expect((await mesh.api("DELETE", "/operator/contractors/gone", { confirm: "gone" })).status).toBe(403);
});

test("a canary secret appears in no answer, log, error, database, KV or Durable Object", async () => {
  const { credentials } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body;
  const secrets: string[] = [credentials.twilio.valid.auth_token, credentials.stripe.valid.api_key];
  const { key } = await mesh.key("demo");
  const answers: string[] = [];
  const keep = (reply: { body: unknown; headers: Headers }) => answers.push(JSON.stringify(reply.body), JSON.stringify([...reply.headers]));
  for (const fault of ["401", "403", "500", "truncated_json", "html_200", "commit_then_drop"]) {
    await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "*", fault, times: 1 });
    keep(await mesh.call(key, "crm_send_sms", sms));
    await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "stripe", operation: "*", fault, times: 1 });
    keep(await mesh.call(key, "crm_charge_card", { amount_cents: 100, customer_id: "cus_SandboxAda", description: "x" }));
    await mesh.sandbox("POST", "/sandbox/api/reset");
    await mesh.connect("demo", "twilio", "stripe");
  }
  keep(await mesh.call(key, "crm_send_sms", { ...sms, body: 1 }));
  // Webhook secrets: one that was pushed out, the one that counts, and one that was made here and shown once.
  const hookSecret = ["whsec", "5andb0xStripeEndpointSigningSecret00"].join("_");
  for (const secret of ["whsec_canaryOfAnEarlierSecret0123456789", hookSecret]) {
    keep(await mesh.api("POST", "/connections/stripe/webhook-secret", { action: "set", secret }));
    secrets.push(secret);
  }
  secrets.push((await mesh.api("POST", "/connections/vapi/webhook-secret", { action: "generate" })).body.secret);
  const { url } = (await mesh.api("GET", "/connections/stripe")).body.webhook;
  for (const variant of ["valid", "tampered"]) await mesh.sandbox("POST", "/sandbox/api/pushes", { vendor: "stripe", url, variant });
  for (const path of [
    "/connections",
    "/connections/twilio",
    "/connections/stripe",
    "/connections/vapi",
    "/events",
    "/calls?limit=200",
    "/calls/csv",
    "/keys",
    "/alerts",
    "/catalog",
  ])
    keep(await mesh.api("GET", path));
  keep(await mesh.api("POST", "/connections/stripe", { fields: { api_key: secrets[1], extra: secrets[1] } }));
  keep(await mesh.api("POST", "/connections/stripe", `{"fields": {"api_key": "${secrets[1]}"`));
  for (const path of ["/sandbox", "/sandbox/api/requests", "/sandbox/api/inbox"]) keep(await mesh.sandbox("GET", path));
  const agentKey = key;
  await mesh.stop();
  const stored = filesIn(stateDir).filter((path) => !path.includes("sandbox") && !path.endsWith("demo.json"));
  expect(stored.length).toBeGreaterThan(3);
  for (const secret of [...secrets, agentKey]) {
    for (const answer of answers) expect(answer).not.toContain(secret);
    for (const line of mesh.logs) expect(line).not.toContain(secret);
    for (const path of stored) expect(readFileSync(path).includes(secret), `${path} holds a secret`).toBe(false);
    const basic = Buffer.from(`${credentials.twilio.valid.account_sid}:${secret}`).toString("base64");
    for (const path of stored) expect(readFileSync(path).includes(basic)).toBe(false);
  }
  mesh = await startMesh({ vendors: ["stripe", "twilio", "vapi"], stateDir });
});

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
