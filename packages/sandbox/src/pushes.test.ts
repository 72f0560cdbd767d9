/** A vendor delivers on demand: what leaves the sandbox is what was asked for, signed as the vendor signs. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { anotherSecret, respaced, withAnotherCharacter } from "./pushes.ts";
import { type Sandbox, startSandbox } from "./test-stack.ts";

interface Message {
  readonly id: string;
  readonly kind: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
interface Arrived {
  readonly path: string;
  readonly signature: string;
  readonly body: string;
}

let sandbox: Sandbox;
let server: Server;
let address: string;
const arrived: Arrived[] = [];
let underWay = 0;
let most = 0;
const status = { now: 200 };

async function take(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  arrived.push({
    path: request.url ?? "",
    signature: String(request.headers["stripe-signature"]),
    body: Buffer.concat(chunks).toString(),
  });
}

beforeAll(async () => {
  sandbox = await startSandbox();
  server = createServer((request, response) => {
    most = Math.max(most, ++underWay);
    take(request).finally(() =>
      // The next turn of the loop, so that those sent at once are under way at once.
      setImmediate(() => {
        underWay--;
        response.writeHead(status.now).end("taken");
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/stripe/demo.x`;
});
afterAll(async () => {
  await sandbox.dispose();
  server.close();
});
beforeEach(() => {
  arrived.length = 0;
  most = 0;
  status.now = 200;
});

const SECRET = "whsec_TheOneThatWeWereShown0123456789";
const push = (ask: object) => sandbox.api("POST", "/pushes", { vendor: "stripe", url: address, secret: SECRET, ...ask });
const messages = async (ask: object): Promise<readonly Message[]> => (await push({ send: false, ...ask })).body.messages;
const refusal = async (ask: object) => (await push(ask)).body.error.issues[0];
const timeOf = (signature: string): number => Number(/t=(\d+)/.exec(signature)?.[1]);
const fits = (signature: string, body: string, secret = SECRET): boolean =>
  signature.includes(
    `v1=${createHmac("sha256", secret)
      .update(`${timeOf(signature)}.${body}`)
      .digest("hex")}`,
  );

test("a message reaches its address, signed as the vendor signs", async () => {
  const { status, body } = await push({});
  expect(status).toBe(200);
  expect(body).toEqual({
    sent: [{ id: expect.stringMatching(/^[0-9a-f]{32}$/), kind: expect.any(String), status: 200, reply: "taken" }],
    statuses: { 200: 1 },
  });
  expect(arrived).toHaveLength(1);
  expect(arrived[0]?.path).toBe("/hooks/stripe/demo.x");
  expect(fits(arrived[0]?.signature ?? "", arrived[0]?.body ?? "")).toBe(true);
  expect(Math.abs(timeOf(arrived[0]?.signature ?? "") * 1000 - Date.now())).toBeLessThan(60_000);
});

test("each variant is what it is called", async () => {
  const one = async (variant: string) => {
    const [made] = await messages({ variant, seed: 1 });
    return { signature: made?.headers["stripe-signature"] ?? "", body: made?.body ?? "" };
  };
  const [valid, tampered, wrong, stale, future, rewritten] = await Promise.all(
    ["valid", "tampered", "wrong_secret", "stale", "future", "reserialised"].map(one),
  );
  expect(fits(valid?.signature ?? "", valid?.body ?? "")).toBe(true);
  for (const spoilt of [tampered, wrong, rewritten]) expect(fits(spoilt?.signature ?? "", spoilt?.body ?? "")).toBe(false);
  expect(fits(wrong?.signature ?? "", wrong?.body ?? "", anotherSecret(SECRET))).toBe(true);
  expect(() => JSON.parse(tampered?.body ?? "")).not.toThrow();
  expect(JSON.parse(rewritten?.body ?? "").id).toBe(JSON.parse(valid?.body ?? "").id);
  for (const [spoilt, days] of [
    [stale, -1],
    [future, 1],
  ] as const) {
    expect(fits(spoilt?.signature ?? "", spoilt?.body ?? "")).toBe(true);
    expect(Math.abs(timeOf(spoilt?.signature ?? "") * 1000 - Date.now() - days * 86_400_000)).toBeLessThan(60_000);
  }
});

test("a seed makes the same messages again, and they are about as many things as asked for", async () => {
  const ask = { count: 12, entities: 3, entity: 40, seed: 7, at: 1_800_000_000_000, kind: "payment.succeeded" };
  const [first, again, other] = [await messages(ask), await messages(ask), await messages({ ...ask, seed: 8 })];
  expect(again).toEqual(first);
  expect(new Set(first.map(({ id }) => id)).size).toBe(12);
  expect(first.some(({ id }) => other.some((one) => one.id === id))).toBe(false);
  const objects = first.map(({ body }) => JSON.parse(body).data.object.id);
  expect(new Set(objects).size).toBe(3);
  expect(objects.slice(0, 3)).toEqual(objects.slice(3, 6));
});

test("without a kind, the vendor's kinds come in turn", async () => {
  const { vendors } = (await sandbox.api("GET", "/vendors")).body;
  const { kinds } = vendors.find(({ vendor }: { vendor: string }) => vendor === "stripe");
  expect((await messages({ count: kinds.length + 1 })).map(({ kind }) => kind)).toEqual([...kinds, kinds[0]]);
});

test("duplicates are the same request byte for byte; shuffled, they are the same requests in another order", async () => {
  const ask = { count: 20, duplicates: 2, seed: 3, at: 1_800_000_000_000 };
  const [plain, mixed, again] = [await messages(ask), await messages({ ...ask, shuffle: true }), await messages({ ...ask, shuffle: true })];
  expect(plain).toHaveLength(60);
  expect(plain[0]).toEqual(plain[1]);
  expect(mixed).toEqual(again);
  expect(mixed).not.toEqual(plain);
  const sorted = (all: readonly Message[]) => all.map(({ id }) => id).toSorted();
  expect(sorted(mixed)).toEqual(sorted(plain));
});

test("a burst keeps to its concurrency, one at a time keeps to the order, and every answer is counted", async () => {
  const burst = await push({ count: 40, concurrency: 4, duplicates: 1 });
  expect(burst.body.statuses).toEqual({ 200: 80 });
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(4);
  arrived.length = 0;
  status.now = 503;
  const { sent, statuses } = (await push({ count: 10 })).body;
  expect(statuses).toEqual({ 503: 10 });
  expect(arrived.map(({ body }) => JSON.parse(body).id)).toEqual(sent.map(({ id }: Message) => expect.stringContaining(id)));
});

test("an address where nobody answers is a status of 0, with the reason", async () => {
  const { sent, statuses } = (await push({ url: "http://127.0.0.1:1/hooks" })).body;
  expect(statuses).toEqual({ 0: 1 });
  expect(sent[0].reply).not.toBe("");
});

test("what cannot be done is refused by its field", async () => {
  expect(await refusal({ vendor: "acme" })).toMatchObject({ field: "vendor", message: expect.stringContaining("stripe") });
  expect(await refusal({ vendor: "google-maps" })).toMatchObject({ field: "vendor", message: "google-maps delivers nothing" });
  expect(await refusal({ kind: "dance" })).toMatchObject({ field: "kind", message: expect.stringContaining("payment.succeeded") });
  expect(await refusal({ url: "file:///etc/passwd" })).toMatchObject({ field: "url" });
  expect(await refusal({ variant: "evil" })).toMatchObject({ field: "variant", message: expect.stringContaining("tampered") });
  expect(await refusal({ variant: "challenge" })).toMatchObject({ field: "variant" });
  expect(await refusal({ vendor: "twilio", variant: "reserialised" })).toMatchObject({
    field: "variant",
    message: expect.stringContaining("no JSON"),
  });
  expect(await refusal({ count: 10_000, duplicates: 50 })).toMatchObject({ field: "duplicates" });
  expect(await refusal({ colour: "red" })).toMatchObject({ message: expect.stringContaining("colour") });
  expect(arrived).toEqual([]);
});

test("the page sends an event and says what came of it; it shows no secret, and another site's form may not", async () => {
  const fields = { where: "stripe payment.succeeded", variant: "valid", url: address, secret: SECRET, count: "2" };
  const post = (headers: Record<string, string> = {}) =>
    sandbox.send("/sandbox/pushes", {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    });
  expect((await post({ "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect(arrived).toEqual([]);
  const page = await (await post({ "sec-fetch-site": "same-origin" })).text();
  expect(arrived).toHaveLength(2);
  expect(page.match(/<span class="">200<\/span> <code>payment.succeeded [0-9a-f]{32}<\/code>/g)).toHaveLength(2);
  expect(page).toContain('<input type="password" name="secret"');
  expect(page).not.toContain(SECRET);
  status.now = 401;
  expect(await (await post()).text()).toContain('<span class="bad">401</span>');
});

test("another secret has the shape of the first, and is not it", () => {
  for (const secret of [
    "whsec_abcdefghijklmnopqrstuvwxyz0123",
    "7f1e0c4b9a3d4c6e8b2f5a1d0e9c8b7a",
    "short",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
  ]) {
    const other = anotherSecret(secret);
    expect(other).not.toBe(secret);
    expect(other).toHaveLength(secret.length);
    expect(/^[0-9a-f]+$/.test(other)).toBe(/^[0-9a-f]+$/.test(secret));
    expect(other.replace(/[0-9]/g, "9").replace(/[a-z]/g, "z").replace(/[A-Z]/g, "Z")).toBe(
      secret.replace(/[0-9]/g, "9").replace(/[a-z]/g, "z").replace(/[A-Z]/g, "Z"),
    );
  }
});

test("one character changes, and what could be read can still be", () => {
  expect(withAnotherCharacter('{"a":1}')).toBe('{"b":1}');
  expect(withAnotherCharacter("abcz")).toBe("abdz");
  expect(withAnotherCharacter("{}")).toBe("{}x");
  expect(withAnotherCharacter("")).toBe("x");
});

test("JSON written anew has the same value and other bytes", () => {
  expect(respaced('{"a":1}')).toBe('{\n "a": 1\n}');
  expect(respaced('{ "a": 1 }')).toBe('{"a":1}');
  expect(respaced("a=1")).toBeNull();
});

test("people are put into a CRM, and what changed is told on demand, once, signed; a vendor that keeps none says so", async () => {
  const about = { vendor: "hubspot", url: address };
  const { body } = await sandbox.api("POST", "/leads", { vendor: "hubspot", count: 2, first: 7 });
  expect(body.leads).toMatchObject([{ e164: "+12005550107" }, { email: "ivo.archer.8@example.com", phone: "+12005550108" }]);
  expect((await sandbox.api("POST", "/changes", { ...about, duplicates: 1 })).body.statuses).toEqual({ 200: 4 });
  expect(arrived.map(({ body }) => JSON.parse(body)[0])).toMatchObject(
    body.leads.flatMap(({ id }: { id: string }) => Array(2).fill({ subscriptionType: "contact.creation", objectId: Number(id) })),
  );
  expect((await sandbox.api("POST", "/changes", about)).body.sent).toEqual([]);
  expect((await sandbox.api("POST", "/leads", { vendor: "stripe" })).body.error.issues).toMatchObject([{ field: "vendor" }]);
  // Nothing is lost by a request that names no secret where one is needed.
  await sandbox.api("POST", "/leads", { vendor: "pipedrive" });
  const untold = await sandbox.api("POST", "/changes", { vendor: "pipedrive", url: address });
  expect(untold.body.error.issues).toMatchObject([{ field: "secret" }]);
  expect((await sandbox.api("POST", "/changes", { vendor: "pipedrive", url: address, secret: "s" })).body.sent).toHaveLength(1);
});

test("a vendor that was given an address tells it of each change by itself, once, until it is taken away", async () => {
  const credentials = (await sandbox.api("GET", "/credentials")).body.credentials.vapi.valid;
  const whole = (digit: string) => [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join("-");
  const body = JSON.stringify({ assistantId: whole("b"), phoneNumberId: whole("9"), customer: { number: "+12025550199" } });
  const headers = { authorization: `Bearer ${credentials.private_key}`, "content-type": "application/json" };
  const dial = () => sandbox.caller("/api.vapi.ai/call", { method: "POST", headers, body });
  expect((await sandbox.api("PUT", "/addresses", { vendor: "vapi", url: address })).body.error.issues).toMatchObject([{ field: "secret" }]);
  await sandbox.api("PUT", "/addresses", { vendor: "vapi", url: address, secret: "s" });
  await sandbox.api("PUT", "/settings", { vendor: "vapi", aiCallsEnd: "busy" });
  await dial();
  await expect.poll(() => arrived.map(({ body }) => JSON.parse(body).message.endedReason)).toEqual(["customer-busy"]);
  await sandbox.api("DELETE", "/addresses?vendor=vapi");
  await dial();
  expect((await sandbox.api("POST", "/changes", { vendor: "vapi", url: address, secret: "s" })).body.sent).toHaveLength(1);
  expect(arrived).toHaveLength(2);
});
