/** A connection's webhook as people see and set it: the address, the secret, and who may. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

const CANARY = "whsec_canary4bDq7Zt1mWxR8sKv2YpLc0H";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh();
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
