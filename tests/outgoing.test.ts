/** Events on their way to a contractor's own systems: once each, signed, on schedule, and nowhere private. */
import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { junction } from "../scripts/junction.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let db: D1Database;
beforeAll(async () => {
  mesh = await startMesh({
    vendors: ["stripe", "twilio"],
    cronMs: 1_000,
    vars: { "junction-gateway": { DELIVERY_SCHEDULE_MS: "400,400,400" } },
  });
  ({ db } = mesh);
  await mesh.connect("demo", "twilio");
});
afterAll(() => mesh.stop());
afterEach(async () => {
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hooks");
  await pointTo(["93.184.215.14"]);
  for (const { id } of (await mesh.api("GET", "/subscriptions")).body.subscriptions) await mesh.api("DELETE", `/subscriptions/${id}`);
});

const PATIENCE = { timeout: 20_000, interval: 100 };
let made = 0;
const target = () => `https://hooks.example/take/${++made}`;
type Made = { id: string; url: string; secret: string };
const secrets: string[] = [];
async function subscribe(more: Readonly<Record<string, unknown>> = {}): Promise<Made> {
  const { status, body } = await mesh.api("POST", "/subscriptions", { url: target(), ...more });
  expect(status, JSON.stringify(body)).toBe(201);
  secrets.push(body.secret);
  return body;
}
interface Taken {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
async function taken({ url }: Pick<Made, "url">): Promise<Taken[]> {
  const { body } = await mesh.sandbox("GET", "/sandbox/hooks.example/taken");
  return body.taken.filter(({ path }: Taken) => url.endsWith(path));
}
const arrived = (subscription: Made, count: number) =>
  vi.waitFor(async () => {
    const found = await taken(subscription);
    expect(found).toHaveLength(count);
    return found;
  }, PATIENCE);
const deliveriesOf = async ({ id }: Made) => (await mesh.api("GET", `/subscriptions/${id}/deliveries`)).body.deliveries;
/** Waits until each of the subscription's deliveries has this state. */
const all = (subscription: Made, state: string, count = 1) =>
  vi.waitFor(async () => {
    const found = await deliveriesOf(subscription);
    expect(found.map((one: { state: string }) => one.state)).toEqual(Array.from({ length: count }, () => state));
    return found;
  }, PATIENCE);
const pointTo = (A: readonly string[]) => mesh.sandbox("PUT", "/sandbox/cloudflare-dns.com/records/hooks.example", { A });
const fault = (name: string, times?: number) =>
  mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "hooks", operation: "take", fault: name, times });
let seed = 0;
async function text(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const { url } = (await mesh.api("GET", "/connections/twilio")).body.webhook;
  const ask = { vendor: "twilio", kind: "message.received", url, seed: ++seed, ...more };
  const { body } = await mesh.sandbox("POST", "/sandbox/api/pushes", ask);
  expect(Object.keys(body.statuses)).toEqual(["200"]);
}
/** Waits until every event has been handed on. */
const handedOn = () =>
  vi.waitFor(async () => {
    const { received, processing, failed } = (await mesh.api("GET", "/events")).body.counts;
    expect([received, processing, failed]).toEqual([0, 0, 0]);
  }, PATIENCE);
const verified = (secret: string, { headers, body }: Taken) => new Webhook(secret).verify(body, { ...headers });

test("an event reaches each address that wants it, once, in our words, with a signature that the Standard Webhooks library verifies", async () => {
  const [wants, wantsAll, wantsOther] = [
    await subscribe({ types: ["message.received"] }),
    await subscribe(),
    await subscribe({ types: ["payment.failed"] }),
  ];
  await text({ duplicates: 3 });
  const [one] = await arrived(wants, 1);
  const [other] = await arrived(wantsAll, 1);
  if (!one || !other) throw new Error("nothing arrived");
  expect(verified(wants.secret, one)).toEqual({
    id: one.headers["webhook-id"],
    type: "message.received",
    version: 1,
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    contractor: "demo",
    vendor: "twilio",
    data: expect.objectContaining({ channel: "sms", body: expect.stringContaining("Is a visit possible") }),
    person: { phone: expect.any(String) },
  });
  expect(one.headers).toMatchObject({ "content-type": "application/json", "webhook-id": expect.stringMatching(/^evt_/) });
  // The attack: what one receiver was sent is played to another.
  expect(() => verified(wantsAll.secret, one)).toThrow(/No matching signature/);
  expect(() => verified(wants.secret, { ...one, body: one.body.replace("twilio", "stripe") })).toThrow(/No matching signature/);
  expect(verified(wantsAll.secret, other)).toMatchObject({ type: "message.received" });
  expect(await all(wants, "delivered")).toEqual([
    expect.objectContaining({
      event: one.headers["webhook-id"],
      attempts: 1,
      due_at: null,
      log: [expect.objectContaining({ status: 204, error: null })],
    }),
  ]);
  expect((await mesh.api("POST", "/events/replay", { ids: [one.headers["webhook-id"]] })).body).toEqual({ replayed: 1 });
  await handedOn(); // a second time, to the same consumers
  expect(await deliveriesOf(wants)).toEqual([expect.objectContaining({ state: "delivered", attempts: 1 })]);
  expect(await taken(wantsOther)).toEqual([]);
  expect(await deliveriesOf(wantsOther)).toEqual([]);
  expect(await taken(wants)).toHaveLength(1);
  const stored = await db.prepare("SELECT payload FROM deliveries").all();
  expect(JSON.stringify(stored.results)).not.toContain("visit");
});

test("a receiver that fails is tried again on schedule, with the same id, and takes it in the end", async () => {
  const subscription = await subscribe();
  await fault("500", 2);
  await text();
  const [one] = await arrived(subscription, 1);
  if (!one) throw new Error("nothing arrived");
  const [delivery] = await all(subscription, "delivered");
  expect(delivery).toMatchObject({ attempts: 3, event: one.headers["webhook-id"] });
  const { log } = delivery;
  expect(log.map(({ status }: { status: number }) => status)).toEqual([500, 500, 204]);
  for (const at of [1, 2]) expect(log[at].at - log[at - 1].at).toBeGreaterThanOrEqual(400 * 0.9);
  expect((await mesh.api("GET", `/subscriptions/${subscription.id}`)).body).toMatchObject({ state: "active", failing_since: null });
});

test("an agent sends to an address by its id: at once where it answers, else kept and tried again; a repeat is the same message", async () => {
  const endpoint = await subscribe({ types: ["payment.failed"], description: "Our automation" });
  const off = await subscribe();
  await mesh.api("PATCH", `/subscriptions/${off.id}`, { state: "paused" });
  const { key } = await mesh.key("demo");
  const call = async (tool: string, args: unknown) => (await mesh.call(key, tool, args)).body;
  expect((await call("crm_list_webhook_endpoints", {})).structuredContent.items).toEqual([
    { id: endpoint.id, name: "Our automation", detail: "hooks.example", usable: true },
    { id: off.id, name: "hooks.example", detail: expect.stringContaining("paused"), usable: false },
  ]);
  const told = { endpoint_id: endpoint.id, event: "job.booked", data: { job: "1042", price: 12.5, tags: ["gas"] } };
  const by = (idempotency_key: string) => mesh.api("POST", "/tools/crm/send_webhook/call", { input: told, idempotency_key });
  const [first, again] = [await by("one"), await by("one")];
  expect(first.body.result).toEqual({ message_id: expect.stringMatching(/^msg_/), status: "delivered" });
  expect(again.body).toMatchObject({ result: first.body.result, replayed: true });
  const [one] = await arrived(endpoint, 1);
  if (!one) throw new Error("nothing arrived");
  expect(verified(endpoint.secret, one)).toMatchObject({
    id: first.body.result.message_id,
    type: "job.booked",
    vendor: null,
    data: told.data,
  });

  await fault("500", 1);
  expect((await by("two")).body.result).toMatchObject({ status: "queued" });
  expect((await mesh.api("GET", `/subscriptions/${endpoint.id}`)).body).toMatchObject({ status: "warning" });
  await arrived(endpoint, 2);
  await vi.waitFor(async () => expect((await mesh.api("GET", `/subscriptions/${endpoint.id}`)).body.status).toBe("connected"), PATIENCE);
  const refused = await call("crm_send_webhook", { ...told, endpoint_id: off.id });
  expect(refused).toMatchObject({ isError: true });
  expect(JSON.stringify(refused)).toContain("crm/list_webhook_endpoints");
});

test("after its schedule a delivery is dead, and can be sent once more", async () => {
  const subscription = await subscribe();
  await fault("503");
  await text();
  const [dead] = await all(subscription, "dead");
  expect(dead).toMatchObject({ attempts: 4, due_at: null });
  expect(dead.log.at(-1)).toMatchObject({ status: 503, error: "It answered 503." });
  expect((await mesh.api("GET", `/subscriptions/${subscription.id}`)).body.failing_since).toEqual(expect.any(Number));
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hooks");
  expect((await mesh.api("POST", `/deliveries/${dead.id}/replay`)).body).toMatchObject({ state: "pending", attempts: 0 });
  const [one] = await arrived(subscription, 1);
  expect(one?.headers["webhook-id"]).toBe(dead.event);
  expect((await all(subscription, "delivered"))[0].log).toHaveLength(5);
});

test("while a rotation's overlap lasts, both secrets verify; each is shown once", async () => {
  const subscription = await subscribe();
  const { body: rotated } = await mesh.api("POST", `/subscriptions/${subscription.id}/rotate`);
  expect(rotated.secret).toMatch(/^whsec_/);
  expect(rotated.secret).not.toBe(subscription.secret);
  await text();
  const [one] = await arrived(subscription, 1);
  if (!one) throw new Error("nothing arrived");
  expect(one.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
  for (const secret of [subscription.secret, rotated.secret]) expect(verified(secret, one)).toMatchObject({ type: "message.received" });
  const { body: shown } = await mesh.api("GET", `/subscriptions/${subscription.id}`);
  expect(shown).toMatchObject({ secret_last_four: rotated.secret.slice(-4), previous_accepted_until: expect.any(Number) });
  expect(JSON.stringify(shown)).not.toContain(rotated.secret.slice(6, 20));
});

describe("the attack: we are sent into a network that only we can reach", () => {
  test.each([
    "https://127.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:10.0.0.1]/",
    "https://localhost/",
    "file:///etc/passwd",
  ])("%s is refused when it is entered", async (url) => {
    const { status, body } = await mesh.api("POST", "/subscriptions", { url });
    expect([status, typeof body.error.fields.url]).toEqual([422, "string"]);
  });

  test("so is a name that leads there, at once or later: pointed elsewhere after it was entered, nothing is sent", async () => {
    await pointTo(["10.0.0.5"]);
    expect(await mesh.api("POST", "/subscriptions", { url: target() })).toMatchObject({
      status: 422,
      body: { error: { fields: { url: expect.stringContaining("private") } } },
    });
    await pointTo(["93.184.215.14"]);
    const subscription = await subscribe();
    expect((await mesh.api("PATCH", `/subscriptions/${subscription.id}`, { url: "https://192.168.0.1/" })).status).toBe(422);
    await pointTo(["93.184.215.14", "192.168.0.1"]);
    await text();
    const [dead] = await all(subscription, "dead");
    expect(dead.log.at(-1)).toMatchObject({ status: null, error: expect.stringContaining("private") });
    expect(await taken(subscription)).toEqual([]);
    expect((await mesh.api("POST", `/subscriptions/${subscription.id}/test`)).body).toMatchObject({ delivered: false, status: null });
  });

  test("a redirect is not followed", async () => {
    const subscription = await subscribe();
    await fault("redirect");
    expect((await mesh.api("POST", `/subscriptions/${subscription.id}/test`)).body).toMatchObject({
      delivered: false,
      status: 302,
      error: expect.stringContaining("redirect"),
    });
  });
});

test("nothing but failure for three days switches it off, and the owner hears of it once; switched on, it goes on", async () => {
  const subscription = await subscribe();
  await fault("500");
  await db
    .prepare("UPDATE subscriptions SET failing_since = ? WHERE id = ?")
    .bind(Date.now() - 3 * 86_400_000 - 1, subscription.id)
    .run();
  await text();
  await vi.waitFor(async () => expect((await mesh.api("GET", `/subscriptions/${subscription.id}`)).body.state).toBe("disabled"), PATIENCE);
  const about = (await mesh.api("GET", "/alerts")).body.alerts.filter(({ call }: { call: string }) => call === subscription.id);
  expect(about).toEqual([expect.objectContaining({ about: "subscription", state: "open", kind: "SubscriptionStopped" })]);
  const before = (await deliveriesOf(subscription))[0].attempts;
  await text(); // not even kept for it
  await handedOn();
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hooks");
  expect(await deliveriesOf(subscription)).toEqual([expect.objectContaining({ state: "failed", attempts: before })]);
  expect((await mesh.api("PATCH", `/subscriptions/${subscription.id}`, { state: "active" })).body).toMatchObject({
    state: "active",
    failing_since: null,
  });
  await all(subscription, "delivered");
  await arrived(subscription, 1);
  const { alerts } = (await mesh.api("GET", "/alerts")).body;
  expect(alerts.find(({ call }: { call: string }) => call === subscription.id)).toMatchObject({ state: "recovered" });
});

test("a receiver that says it is gone is not asked again", async () => {
  const subscription = await subscribe();
  await mesh.sandbox("PUT", "/sandbox/hooks.example/answers/410", {});
  await text();
  await vi.waitFor(async () => expect((await mesh.api("GET", `/subscriptions/${subscription.id}`)).body.state).toBe("disabled"), PATIENCE);
  await mesh.sandbox("PUT", "/sandbox/hooks.example/answers/204", {});
});

test("a broken integration and its recovery are events too", async () => {
  const subscription = await subscribe({ types: ["connection.error", "connection.recovered"] });
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "*", fault: "401" });
  await mesh.api("POST", "/connections/twilio/test");
  await arrived(subscription, 1);
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=twilio&operation=*");
  await mesh.api("POST", "/connections/twilio/test");
  const both = (await arrived(subscription, 2)).map((one) => verified(subscription.secret, one));
  expect(both).toEqual([
    expect.objectContaining({
      type: "connection.error",
      contractor: "demo",
      vendor: "twilio",
      data: expect.objectContaining({ kind: "CredentialError" }),
      person: null,
    }),
    expect.objectContaining({
      type: "connection.recovered",
      vendor: "twilio",
      data: expect.objectContaining({ recovered_at: expect.any(Number) }),
    }),
  ]);
});

test("a storm arrives whole, each event once", async () => {
  const subscription = await subscribe();
  await text({ count: 35, entities: 35, concurrency: 10 });
  const found = await vi.waitFor(async () => {
    const now = await taken(subscription);
    expect(new Set(now.map(({ headers }) => headers["webhook-id"])).size).toBe(35);
    return now;
  }, PATIENCE);
  expect(found).toHaveLength(35);
});

// The crash: whoever had claimed it is gone, and nobody is woken.
test("a delivery whose worker died is sent by the sweep, and not before its lease is over", async () => {
  const subscription = await subscribe();
  await fault("500");
  await text();
  await vi.waitFor(async () => expect((await deliveriesOf(subscription))[0]).toMatchObject({ state: "failed" }), PATIENCE);
  const until = Date.now() + 2_500;
  await db
    .prepare("UPDATE deliveries SET state = 'pending', attempts = 0, claim = 'gone', claimed_until = ?, due_at = 0 WHERE subscription = ?")
    .bind(until, subscription.id)
    .run();
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hooks");
  const [delivery] = await all(subscription, "delivered");
  expect(delivery.log.at(-1).at).toBeGreaterThanOrEqual(until);
  expect(await taken(subscription)).toHaveLength(1);
});

test("paused, nothing is sent; what was on its way waits", async () => {
  const subscription = await subscribe();
  await fault("500");
  await text();
  await vi.waitFor(async () => expect((await deliveriesOf(subscription))[0]).toMatchObject({ state: "failed" }), PATIENCE);
  await mesh.api("PATCH", `/subscriptions/${subscription.id}`, { state: "paused" });
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hooks");
  await text();
  await handedOn();
  expect((await mesh.api("POST", `/subscriptions/${subscription.id}/test`)).body).toMatchObject({ delivered: true, status: 204 });
  const [test] = await arrived(subscription, 1);
  expect(test && verified(subscription.secret, test)).toMatchObject({ type: "test", vendor: null });
  await mesh.api("PATCH", `/subscriptions/${subscription.id}`, { state: "active" });
  await all(subscription, "delivered");
  expect(await arrived(subscription, 2)).toHaveLength(2);
});

test("another contractor's subscription is not there, and only an owner changes one", async () => {
  const { id } = await subscribe();
  await text();
  const [delivery] = await vi.waitFor(async () => {
    const found = await mesh.api("GET", `/subscriptions/${id}/deliveries`);
    expect(found.body.deliveries).toHaveLength(1);
    return found.body.deliveries;
  }, PATIENCE);
  const asks = [
    ["GET", `/subscriptions/${id}`],
    ["PATCH", `/subscriptions/${id}`, { state: "paused" }],
    ["DELETE", `/subscriptions/${id}`],
    ["POST", `/subscriptions/${id}/rotate`],
    ["POST", `/subscriptions/${id}/test`],
    ["GET", `/subscriptions/${id}/deliveries`],
    ["POST", `/deliveries/${delivery.id}/replay`],
  ] as const;
  for (const [method, path, body] of asks) {
    expect((await mesh.api(method, path, body, { contractor: "other" })).status, `${method} ${path}`).toBe(404);
    if (method !== "GET") expect((await mesh.api(method, path, body, { role: "member" })).status, `${method} ${path}`).toBe(403);
  }
  expect((await mesh.api("POST", "/subscriptions", { url: target() }, { role: "member" })).status).toBe(403);
  expect((await mesh.api("GET", "/subscriptions", undefined, { role: "member" })).body.subscriptions).toHaveLength(1);
  expect((await mesh.api("GET", "/subscriptions", undefined, { contractor: "other" })).body.subscriptions).toEqual([]);
});

test("from a terminal: added, tested, changed, looked into, rotated and ended", async () => {
  const token = await mesh.token("demo");
  const run = async (...args: string[]) => {
    const [outs, says]: [string[], string[]] = [[], []];
    const env = { JUNCTION_URL: mesh.url, JUNCTION_TOKEN: token };
    const words = { out: (text: string) => outs.push(text), say: (text: string) => says.push(`${text}\n`), prompt: () => undefined };
    const code = await junction(args, { env, ...words, input: process.stdin, colour: false });
    return { code, out: outs.join(""), said: says.join("") };
  };
  expect(await run("subscriptions")).toMatchObject({ code: 0, said: expect.stringContaining("nowhere yet") });
  expect(await run("subscriptions", "add", "https://10.0.0.1/")).toMatchObject({ code: 2, said: expect.stringContaining("private") });
  const added = await run("subscriptions", "add", target(), "--types", "message.received", "--description", "the CRM");
  expect(added).toMatchObject({ code: 0, out: expect.stringMatching(/secret +whsec_\S{32}/) });
  const id = /sub_\S+/.exec(added.out)?.[0] ?? "";
  expect((await run("subscriptions")).out).toMatch(/active +https:\/\/hooks\.example\/take\/\d+ +message\.received.*the CRM/);
  expect(await run("subscriptions", "test", id)).toMatchObject({ code: 0, said: expect.stringContaining("answered 204") });
  await fault("500");
  expect(await run("subscriptions", "test", id)).toMatchObject({ code: 1, said: "Not delivered. It answered 500.\n" });
  await text();
  await vi.waitFor(
    async () => expect((await run("subscriptions", "deliveries", id)).out).toMatch(/dead +message\.received.*It answered 500/),
    PATIENCE,
  );
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=hooks");
  const delivery = /dlv_\S+/.exec((await run("subscriptions", "deliveries", id)).out)?.[0] ?? "";
  expect(await run("subscriptions", "replay", delivery)).toMatchObject({ code: 0 });
  await vi.waitFor(async () => expect((await run("subscriptions", "deliveries", id)).out).toContain("delivered"), PATIENCE);
  expect((await run("subscriptions", "rotate", id)).out).toMatch(/whsec_/);
  expect(await run("subscriptions", "change", id)).toMatchObject({ code: 2 });
  expect((await run("subscriptions", "change", id, "--pause", "--types", "all")).said).toContain("is paused, and is sent every event");
  expect(await run("subscriptions", "remove", id)).toMatchObject({ code: 0 });
  expect(await run("subscriptions", "remove", id)).toMatchObject({ code: 1, said: expect.stringContaining("no such subscription") });
});

test("wrong fields are named, and there may be twenty", async () => {
  const wrong = await mesh.api("POST", "/subscriptions", { url: target(), types: ["everything"], more: 1 });
  expect(wrong).toMatchObject({ status: 422, body: { error: { fields: { "types.0": expect.stringContaining("an event's type") } } } });
  for (let at = 0; at < 20; at++) await subscribe();
  expect((await mesh.api("POST", "/subscriptions", { url: target() })).status).toBe(409);
});

test("no secret and nothing of what was said stands in a log", () => {
  const lines = mesh.logs.join("\n");
  expect(lines).toContain('"what":"delivery"'); // the search does look where things are said
  expect(secrets.length).toBeGreaterThan(20);
  for (const secret of [...secrets, "Is a visit possible"]) expect(lines).not.toContain(secret);
});
