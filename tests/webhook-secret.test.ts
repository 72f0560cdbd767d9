/** A connection's webhook as people see and set it: the address, the secret, and who may. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

const CANARY = "whsec_canary4bDq7Zt1mWxR8sKv2YpLc0H";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-calendar", "google-maps", "hubspot", "meta-pages", "square", "stripe", "twilio", "vapi"] });
});
afterAll(() => mesh.stop());

const webhook = async (vendor: string, as: Parameters<Mesh["api"]>[3] = {}) =>
  (await mesh.api("GET", `/connections/${vendor}`, undefined, as)).body.webhook;
const set = (vendor: string, body: unknown, as: Parameters<Mesh["api"]>[3] = {}) =>
  mesh.api("POST", `/connections/${vendor}/webhook-secret`, body, as);
const secretOf = (view: Record<string, unknown>) =>
  Object.fromEntries(["secret_set", "secret_last_four", "previous_accepted_until"].map((name) => [name, view[name]]));

describe("the address", () => {
  test("is there before the vendor is connected, is the contractor's own, and stays the same", async () => {
    const { url, ...rest } = await webhook("stripe");
    expect(url).toMatch(new RegExp(`^${mesh.url}/hooks/stripe/demo\\.[a-z2-7]{32}$`));
    expect(rest).toMatchObject({
      ...{ secret: "own", secret_label: "Signing secret", may_generate: false, setup: expect.any(String) },
      ...{ secret_set: false, secret_last_four: null, previous_accepted_until: null, waiting_for_first_event: true },
      ...{ last_verified_at: null, last_forged_at: null, quarantined: 0, last_deliveries: [] },
      counts: { verified: 0, forged: 0, quarantined: 0, duplicates: 0 },
    });
    await mesh.connect("demo", "stripe");
    expect((await webhook("stripe")).url).toBe(url);
    await mesh.api("DELETE", "/connections/stripe");
    await mesh.connect("demo", "stripe");
    expect((await webhook("stripe")).url).toBe(url);
    expect((await webhook("stripe", { contractor: "other" })).url).toMatch(/\/other\.[a-z2-7]{32}$/);
    expect((await webhook("twilio")).url).not.toContain(url.split(".").at(-1));
  });

  test("is none where the vendor's events do not reach us", async () => {
    expect(await webhook("google-maps")).toBeNull();
    expect((await set("google-maps", { action: "generate" })).status).toBe(404);
  });

  test("needs no connection to end: one that never was is still a 404", async () => {
    await webhook("square");
    expect((await mesh.api("DELETE", "/connections/square")).status).toBe(404);
  });
});

describe("the secret", () => {
  test("of a vendor that shows its own is checked against the vendor's form, and is never shown again", async () => {
    const done = await set("stripe", { action: "set", secret: `  ${CANARY}\n` });
    expect(done.status).toBe(200);
    expect(done.body.secret).toBeUndefined();
    expect(secretOf(done.body)).toEqual({ secret_set: true, secret_last_four: CANARY.slice(-4), previous_accepted_until: null });
    for (const role of ["owner", "member"] as const)
      for (const path of ["/connections/stripe", "/connections", "/alerts", "/calls"])
        expect(JSON.stringify((await mesh.api("GET", path, undefined, { role })).body)).not.toContain(CANARY.slice(0, -4));
    expect(mesh.logs.join("\n")).not.toContain(CANARY);
    expect((await webhook("stripe", { role: "member" })).secret_last_four).toBeNull();
  });

  test("set anew leaves the one before it a day, and set again changes nothing", async () => {
    const before = Date.now();
    const { body } = await set("stripe", { action: "set", secret: `${CANARY}2` });
    const day = 24 * 3_600_000;
    expect(body.previous_accepted_until).toBeGreaterThanOrEqual(before + day);
    expect(body.previous_accepted_until).toBeLessThanOrEqual(Date.now() + day);
    expect(secretOf((await set("stripe", { action: "set", secret: `${CANARY}2` })).body)).toEqual(secretOf(body));
  });

  test("of a vendor that takes ours is made here, shown this once, and works before the vendor is connected", async () => {
    const made = await set("vapi", { action: "generate" });
    expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(secretOf(made.body)).toMatchObject({ secret_set: true, secret_last_four: made.body.secret.slice(-4) });
    expect(JSON.stringify(await webhook("vapi"))).not.toContain(made.body.secret.slice(0, 20));
    expect((await set("vapi", { action: "generate" })).body.secret).not.toBe(made.body.secret);
  });

  test("ends with the connection, and the address outlives it", async () => {
    const { url } = await webhook("stripe");
    await mesh.api("DELETE", "/connections/stripe");
    expect(await webhook("stripe")).toMatchObject({ url, secret_set: false, secret_last_four: null, previous_accepted_until: null });
    const done = await set("stripe", { action: "set", secret: CANARY });
    expect(secretOf(done.body)).toEqual({ secret_set: true, secret_last_four: CANARY.slice(-4), previous_accepted_until: null });
  });

  test("is the credential itself for some vendors: set where it is connected", async () => {
    expect(await webhook("twilio")).toMatchObject({ secret: "credential", secret_set: false, secret_label: null });
    await mesh.connect("demo", "twilio");
    expect(await webhook("twilio")).toMatchObject({ secret_set: true });
    expect(await set("twilio", { action: "set", secret: CANARY })).toMatchObject({
      status: 409,
      body: { error: { kind: "Conflict", message: expect.stringContaining("connected with") } },
    });
  });

  test.each<[string, unknown, string]>([
    ["stripe", { action: "set", secret: "sk_test_1234567890" }, "secret"],
    ["stripe", { action: "set", secret: "" }, "secret"],
    ["stripe", { action: "set", secret: "   " }, "secret"],
    ["stripe", { action: "set", secret: `whsec_${"x".repeat(5000)}` }, "secret"],
    ["stripe", { action: "set", secret: 5 }, "secret"],
    ["stripe", { action: "set" }, "secret"],
    ["stripe", { action: "generate" }, "action"],
    ["vapi", { action: "generate", secret: CANARY }, "json"],
    ["stripe", { action: "show" }, "action"],
    ["stripe", {}, "action"],
    ["stripe", [], "json"],
  ])("of %s by %j names %s, repeats nothing that was sent, and changes nothing", async (vendor, body, name) => {
    const before = secretOf(await webhook(vendor));
    const reply = await set(vendor, body);
    expect(reply).toMatchObject({ status: 422, body: { error: { kind: "InvalidRequest", fields: { [name]: expect.any(String) } } } });
    expect(JSON.stringify(reply.body)).not.toMatch(/canary|x{50}|sk_test/);
    expect(secretOf(await webhook(vendor))).toEqual(before);
  });

  test("is an owner's to set: a member's is a 403, and no vendor's a 404", async () => {
    const before = secretOf(await webhook("stripe"));
    expect((await set("stripe", { action: "set", secret: CANARY }, { role: "member" })).status).toBe(403);
    expect((await set("no-such", { action: "set", secret: CANARY })).status).toBe(404);
    expect(secretOf(await webhook("stripe"))).toEqual(before);
    expect(await webhook("stripe", { contractor: "other" })).toMatchObject({ secret_set: false });
  });
});

describe("the address of our app at a vendor", () => {
  const app = async (vendor: string) =>
    (await mesh.api("GET", "/operator/apps", undefined, { role: "operator" })).body.apps.find(
      (one: { vendor: string }) => one.vendor === vendor,
    );
  const put = (vendor: string, body: unknown) => mesh.api("PUT", `/operator/apps/${vendor}`, body, { role: "operator" });
  const OURS = { client_id: "1", client_secret: "2" };

  test("is the operator's business: theirs to enter, and no contractor's", async () => {
    expect(await app("hubspot")).toMatchObject({ client_id: null, webhook_url: `${mesh.url}/hooks/hubspot/app` });
    expect(await app("google-calendar")).toMatchObject({ webhook_url: null });
    expect(await webhook("hubspot")).toMatchObject({ url: null, secret: "app", secret_set: false, may_generate: false });
    expect((await put("hubspot", OURS)).status).toBe(200);
    expect(await webhook("hubspot")).toMatchObject({ secret_set: true });
    expect((await set("hubspot", { action: "set", secret: CANARY })).body.error.message).toContain("Junction's own app");
  });

  test("is proved by a word of ours where the vendor asks for one, and by none where it does not", async () => {
    expect(await put("hubspot", { ...OURS, webhook_verify_token: "our-own-word" })).toMatchObject({
      status: 422,
      body: { error: { fields: { webhook_verify_token: expect.stringContaining("leave it out") } } },
    });
    expect((await put("meta-pages", { ...OURS, webhook_verify_token: "short" })).body.error.fields).toHaveProperty("webhook_verify_token");
    expect((await put("meta-pages", { ...OURS, webhook_verify_token: "our-own-word" })).status).toBe(200);
    const ask = (word: string) =>
      fetch(`${mesh.url}/hooks/meta-pages/app?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${word}`);
    expect(await (await ask("our-own-word")).text()).toBe("1158201444");
    expect((await ask("another-word")).status).toBe(401);
  });

  test("takes everyone's events, and each is the contractor's who has the account, as long as they are connected", async () => {
    await mesh.connect("demo", "hubspot");
    const push = (seed: number) =>
      mesh.sandbox("POST", "/sandbox/api/pushes", { vendor: "hubspot", url: `${mesh.url}/hooks/hubspot/app`, seed });
    const events = async (contractor: string) =>
      (await mesh.api("GET", "/events?vendor=hubspot", undefined, { contractor })).body.events.length;
    expect((await push(1)).body.statuses).toEqual({ "200": 1 });
    await vi.waitFor(async () => expect((await webhook("hubspot")).last_deliveries).toHaveLength(1), { timeout: 10_000, interval: 200 });
    await mesh.connect("other", "hubspot"); // the same account, connected by another contractor too
    await push(2);
    expect([await events("demo"), await events("other")]).toEqual([2, 1]);
    await mesh.api("DELETE", "/connections/hubspot");
    await push(3);
    expect([await events("demo"), await events("other")]).toEqual([2, 2]);
  });
});
