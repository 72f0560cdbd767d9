/** Vendors deliver to the real mesh: what is theirs is done once and in order, what is not theirs leaves nothing behind. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { addressOf, type Signed, send, signed, WATCH } from "./deliveries.ts";
import { type Mesh, startMesh } from "./mesh.ts";

interface Row {
  readonly id: string;
  readonly contractor: string;
  readonly vendor_event: string;
  readonly type: string | null;
  readonly lane: string;
  readonly state: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly done: string;
  readonly payload: string;
}

const GATEWAY = "junction-gateway";
const SECRET = `whsec_${"0123456789abcdef".repeat(2)}`;
const stateDir = mkdtempSync(join(tmpdir(), "junction-hooks-"));
let mesh: Mesh;
let db: D1Database;
beforeAll(async () => {
  // The cron fires when a test says so: a sweep must not make good what a test takes for lost.
  mesh = await startMesh({
    vendors: ["google-maps", "hubspot", "square", "stripe", "twilio"],
    stateDir,
    cronMs: 0,
    vars: { [GATEWAY]: { EVENT_BACKOFF_MS: "50,100", EVENT_LEASE_MS: "5000" } },
  });
  ({ db } = mesh);
  for (const statement of WATCH) await db.prepare(statement).run();
  await mesh.connect("demo", "twilio", "stripe");
});
afterAll(async () => {
  await mesh.stop();
  rmSync(stateDir, { recursive: true, force: true });
});
let from = 0; // where this test's events begin
beforeEach(async () => {
  from = (await db.prepare("SELECT coalesce(max(place), 0) AS place FROM watched").first<number>("place")) ?? 0;
});

const cron = () => mesh.stack.fireCrons();
const rows = async (where = "1", ...values: unknown[]): Promise<Row[]> =>
  (
    await db
      .prepare(`SELECT * FROM events WHERE ${where} ORDER BY position, seq`)
      .bind(...values)
      .all<Row>()
  ).results;
/** Events that were done since this test began, in the order in which they were. */
const watched = async (): Promise<{ event: string; vendor_event: string; lane: string }[]> =>
  (await db.prepare("SELECT event, vendor_event, lane FROM watched WHERE place > ? ORDER BY place").bind(from).all()).results as never;
const eventually = <T>(check: () => Promise<T>) => vi.waitFor(check, { timeout: 20_000, interval: 50 });
const done = (count: number) => eventually(async () => expect(await watched()).toHaveLength(count));
const setSecret = (contractor: string, secret = SECRET) =>
  mesh.api("POST", "/connections/stripe/webhook-secret", { action: "set", secret }, { contractor });
const counts = async (contractor: string, vendor: string) =>
  (await mesh.api("GET", `/connections/${vendor}`, undefined, { contractor })).body.webhook.counts;
/** A contractor of its own with a Stripe address, its secret set. */
async function stripe(contractor: string): Promise<string> {
  await setSecret(contractor);
  return addressOf(mesh, contractor, "stripe");
}

describe("what is the vendor's", () => {
  test("is answered as the vendor wants it, done once, in a lead's timeline, and no second delivery of it is done again", async () => {
    const url = await addressOf(mesh, "demo", "twilio");
    const [text] = await signed(mesh, { vendor: "twilio", kind: "message.received", url, entity: 7 });
    const first = await send(text as Signed);
    expect([first.status, first.text, first.headers.get("content-type")]).toEqual([200, "<Response/>", "text/xml"]);
    await done(1);
    for (const again of await Promise.all([send(text as Signed), send(text as Signed)])) expect(again.status).toBe(200);
    const [row, ...others] = await rows("contractor = 'demo' AND vendor = 'twilio'");
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      state: "done",
      type: "message.received",
      attempts: 1,
      done: '["ledger","leads","subscriptions","workflows"]',
    });
    expect((await db.prepare("SELECT * FROM timeline WHERE event = ?").bind(row?.id).all()).results).toHaveLength(1);
    await eventually(async () => expect(await counts("demo", "twilio")).toMatchObject({ verified: 3, duplicates: 2, forged: 0 }));
    expect(await watched()).toHaveLength(1);
  });

  test("the answer waits for nothing that comes after the row: consumers that fail change nothing of it", async () => {
    const url = await stripe("poisoned");
    await db
      .prepare("INSERT INTO subscriptions VALUES ('sub_poisoned', 'poisoned', 'https://hooks.example/x', '', NULL, 'paused', NULL, 0, 0)")
      .run();
    await db.prepare("UPDATE subscriptions SET state = 'active' WHERE id = 'sub_poisoned'").run();
    // The database itself refuses what one entity's events lead to.
    await db
      .prepare(
        `CREATE TRIGGER poison BEFORE INSERT ON deliveries WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.event AND contractor = 'poisoned' AND lane LIKE '%3')
         BEGIN SELECT RAISE(ABORT, 'poisoned'); END`,
      )
      .run();
    const messages = await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 12, entities: 4, seed: 1 });
    for (const message of messages) expect((await send(message)).status).toBe(200);
    await done(9);
    const dead = await eventually(async () => {
      const found = await rows("contractor = 'poisoned' AND state = 'dead'");
      expect(found).toHaveLength(3);
      return found;
    });
    for (const row of dead) {
      expect(row).toMatchObject({ attempts: 3, reason: expect.stringMatching(/^subscriptions failed \(fault \w+\)$/) });
      expect(row.lane).toMatch(/3$/);
      expect(JSON.parse(row.done)).not.toContain("subscriptions");
    }
    // The other lanes did not wait: all of theirs was done before the poisoned lane was through.
    expect((await watched()).every(({ lane }) => !lane.endsWith("3"))).toBe(true);

    await db.prepare("DROP TRIGGER poison").run();
    const replayed = await mesh.api("POST", "/events/replay", { ids: dead.map(({ id }) => id) }, { contractor: "poisoned" });
    expect(replayed.body).toEqual({ replayed: 3 });
    await done(12);
    expect((await watched()).slice(-3).map(({ event }) => event)).toEqual(dead.map(({ id }) => id)); // in their lane's order
    // Replaying what was done has no second effect.
    await mesh.api("POST", "/events/replay", { from: 0, to: Date.now() + 1000 }, { contractor: "poisoned" });
    await done(24);
    const sent = await db
      .prepare("SELECT event, count(*) AS n FROM deliveries WHERE contractor = 'poisoned' GROUP BY event")
      .all<{ n: number }>();
    expect(sent.results).toHaveLength(12);
    expect(sent.results.every(({ n }) => n === 1)).toBe(true);
  });

  test("events of one entity are done in the order in which they came, however many entities there are at a time", async () => {
    const url = await stripe("orderly");
    const messages = await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 60, entities: 6, seed: 2 });
    const lanes = Map.groupBy(messages, (_, index) => index % 6);
    await Promise.all(
      [...lanes.values()].map(async (lane) => {
        for (const message of lane) expect((await send(message)).status).toBe(200);
      }),
    );
    await done(60);
    const seen = await watched();
    const arrived = await rows("contractor = 'orderly'");
    for (const lane of new Set(arrived.map((row) => row.lane)))
      expect(seen.filter((one) => one.lane === lane).map(({ event }) => event)).toEqual(
        arrived.filter((row) => row.lane === lane).map(({ id }) => id),
      );
    expect(new Set(arrived.map((row) => row.lane)).size).toBe(6);
  });

  test("a contractor's storm does not keep another's payment waiting", async () => {
    const [storm, calm] = [await stripe("storm"), await stripe("calm")];
    const many = await signed(mesh, { vendor: "stripe", url: storm, secret: SECRET, count: 160, entities: 2, seed: 3 });
    const [payment] = await signed(mesh, { vendor: "stripe", url: calm, secret: SECRET, kind: "payment.succeeded" });
    const sending = Promise.all(
      Array.from({ length: 8 }, async (_, lane) => {
        for (let index = lane; index < many.length; index += 8) await send(many[index] as Signed);
      }),
    );
    await sending;
    expect((await send(payment as Signed)).status).toBe(200);
    await done(161);
    const order = (await rows("contractor = 'calm'"))[0]?.id;
    const place = (await watched()).findIndex(({ event }) => event === order);
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(160);
  });
});

describe("what is not the vendor's", () => {
  test.each(["tampered", "wrong_secret", "stale", "future"])("forged (%s): 401, counted, and nothing is stored", async (variant) => {
    const contractor = `forged-${variant.replace("_", "-")}`;
    const url = await stripe(contractor);
    const [message] = await signed(mesh, { vendor: "stripe", url, secret: SECRET, variant });
    expect((await send(message as Signed)).status).toBe(401);
    await eventually(async () => expect(await counts(contractor, "stripe")).toMatchObject({ verified: 0, forged: 1 }));
    expect(await rows("contractor = ?", contractor)).toEqual([]);
  });

  test("an address nobody has, of another vendor, or of no form: 404; another method: 405 and the one that is allowed", async () => {
    const url = await stripe("addresses");
    const message = (await signed(mesh, { vendor: "stripe", url, secret: SECRET }))[0] as Signed;
    for (const wrong of [
      url.replace("/stripe/", "/square/"),
      url.replace(/.{4}$/, "aaaa"),
      url.replace("addresses.", "others."),
      `${url}/more`,
      url.replace(/\.\w+$/, ""),
      `${mesh.url}/hooks/stripe/app`,
      `${mesh.url}/hooks/google-maps/x`,
      `${mesh.url}/hooks/`,
    ])
      expect([wrong, (await send({ ...message, url: wrong })).status]).toEqual([wrong, 404]);
    for (const method of ["HEAD", "PUT", "DELETE", "GET", "OPTIONS"]) {
      const response = await fetch(url, { method });
      expect([method, response.status, response.headers.get("allow")]).toEqual([method, 405, "POST"]);
    }
    expect(await rows("contractor = 'addresses'")).toEqual([]);
  });

  test("a body beyond a mebibyte, declared or streamed, is 413; headers without end are refused", async () => {
    const url = await stripe("big");
    const message = (await signed(mesh, { vendor: "stripe", url, secret: SECRET }))[0] as Signed;
    expect((await send({ ...message, body: "x".repeat(1024 * 1024 + 1) })).status).toBe(413);
    const chunk = new Uint8Array(256 * 1024);
    let given = 0;
    const endless = new ReadableStream({
      pull(controller) {
        if (given++ < 20) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const streamed = async () => {
      try {
        return (await fetch(url, { method: "POST", headers: message.headers, body: endless, duplex: "half" } as RequestInit)).status;
      } catch (error) {
        return String(error); // the connection was closed before all was sent
      }
    };
    expect([413, "TypeError: fetch failed"]).toContain(await streamed());
    expect((await send({ ...message, headers: { ...message.headers, "x-much": "x".repeat(17_000) } })).status).toBe(431);
    expect((await send({ ...message, body: "x".repeat(1024 * 1024) })).status).toBe(401); // taken whole, and nobody's
    expect(await rows("contractor = 'big'")).toEqual([]);
  });
});

describe("what cannot be verified yet", () => {
  test("waits, sealed and unseen by consumers; setting the secret runs exactly what is the vendor's, once, in order", async () => {
    const contractor = "early";
    const url = await addressOf(mesh, contractor, "stripe");
    const valid = await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 6, entities: 2, seed: 4 });
    const forged = await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 2, variant: "wrong_secret", seed: 5 });
    const [a, b, c, d, e, f] = valid as [Signed, Signed, Signed, Signed, Signed, Signed];
    const [x, y] = forged as [Signed, Signed];
    for (const message of [x, a, b, c, a, y, d, e, f]) expect((await send(message)).status).toBe(200);
    const waiting = await rows("contractor = ?", contractor);
    expect(waiting).toHaveLength(8); // the second delivery of the same bytes is the first
    for (const row of waiting) expect(row).toMatchObject({ state: "quarantined", type: null, attempts: 0 });
    const view = async () => (await mesh.api("GET", "/connections/stripe", undefined, { contractor })).body.webhook;
    await eventually(async () => expect(await view()).toMatchObject({ quarantined: 8, counts: { quarantined: 9 } }));
    await cron();
    expect(await watched()).toEqual([]);

    await setSecret(contractor);
    await done(6);
    await eventually(async () => expect(await counts(contractor, "stripe")).toMatchObject({ verified: 6, forged: 2 }));
    const after = await rows("contractor = ?", contractor);
    expect(after.map(({ state }) => state)).toEqual(Array(6).fill("done"));
    const seen = (await watched()).map(({ lane, vendor_event }) => [lane, vendor_event]);
    for (const lane of new Set(after.map((row) => row.lane)))
      expect(seen.filter(([of]) => of === lane)).toEqual(after.filter((row) => row.lane === lane).map((row) => [lane, row.vendor_event]));
    // They have their places from before: nothing that came meanwhile stands before them.
    expect((await send(a)).status).toBe(200);
    await cron();
    expect(await watched()).toHaveLength(6);
  });

  test("while some wait, what comes later waits behind them, verified or not, and does not overtake", async () => {
    const contractor = "behind";
    const url = await addressOf(mesh, contractor, "stripe");
    const [first, second, third] = (await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 3, seed: 6 })) as [
      Signed,
      Signed,
      Signed,
    ];
    expect((await send(first)).status).toBe(200);
    const connection =
      (await db.prepare("SELECT connection FROM events WHERE contractor = ?").bind(contractor).first<string>("connection")) ?? "";
    // The first cannot be released as yet: the secret is set, and its row cannot leave.
    await db
      .prepare("CREATE TRIGGER stuck BEFORE DELETE ON events WHEN OLD.state = 'quarantined' BEGIN SELECT RAISE(ABORT, 'stuck'); END")
      .run();
    await setSecret(contractor);
    expect((await send(second)).status).toBe(200);
    expect((await send(third)).status).toBe(200);
    expect((await rows("connection = ?", connection)).map(({ state }) => state)).toEqual(Array(3).fill("quarantined"));
    const forged = (await signed(mesh, { vendor: "stripe", url, secret: SECRET, variant: "tampered" }))[0] as Signed;
    expect((await send(forged)).status).toBe(401);
    await db.prepare("DROP TRIGGER stuck").run();
    await cron();
    await done(3);
    const after = await rows("connection = ?", connection);
    expect((await watched()).map(({ event }) => event)).toEqual(after.map(({ id }) => id));
    expect(after.map(({ state }) => state)).toEqual(Array(3).fill("done"));
  });

  test("a thousand of a connection, and no more: then 429; after a week they are gone", async () => {
    const contractor = "patient";
    const url = await addressOf(mesh, contractor, "stripe");
    const [one, two] = (await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 2, seed: 7 })) as [Signed, Signed];
    expect((await send(one)).status).toBe(200);
    await db
      .prepare(
        `INSERT INTO events (id, contractor, vendor, connection, vendor_event, lane, position, state, attempts, done, due_at, payload, received_at, updated_at)
         SELECT events.id || '-' || value, contractor, vendor, connection, vendor_event || value, lane || value, position + value, state, 0, '[]', due_at, payload,
           received_at, updated_at FROM events, json_each(?2) WHERE contractor = ?1`,
      )
      .bind(contractor, JSON.stringify(Array.from({ length: 999 }, (_, index) => index + 1)))
      .run();
    const refused = await send(two);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await send(one)).status).toBe(200); // known already
    await db.prepare("UPDATE events SET received_at = received_at - 8 * 86400000 WHERE contractor = ?").bind(contractor).run();
    await cron();
    expect(await rows("contractor = ?", contractor)).toEqual([]);
  });
});

describe("when something fails", () => {
  test("the database refuses: 503 and Retry-After, never a good answer for what is not stored; afterwards all arrive, once", async () => {
    const url = await stripe("refused");
    const messages = await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 10, entities: 3, seed: 8 });
    await db.prepare("CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'refused'); END").run();
    for (const message of messages) {
      const answer = await send(message);
      expect([answer.status, answer.headers.get("retry-after"), answer.text]).toEqual([503, "10", ""]);
    }
    expect(await rows("contractor = 'refused'")).toEqual([]);
    await db.prepare("DROP TRIGGER refuse").run();
    for (const message of messages) expect((await send(message)).status).toBe(200);
    await done(10);
    expect((await watched()).length).toBe(10);
  });

  test("what was stored and not woken, and what a lost worker left, the sweep finds", async () => {
    const url = await stripe("swept");
    const messages = await signed(mesh, { vendor: "stripe", url, secret: SECRET, count: 4, entities: 4, seed: 9 });
    for (const message of messages) await send(message);
    await done(4);
    // As after a crash before the wake-up, and as after one in the middle of the work.
    await db.prepare("UPDATE events SET state = 'received', done = '[]' WHERE contractor = 'swept' AND lane LIKE '%0'").run();
    await db
      .prepare(
        "UPDATE events SET state = 'processing', done = '[]', claim = 'lost', claimed_until = ?1 WHERE contractor = 'swept' AND lane LIKE '%1'",
      )
      .bind(Date.now() - 1)
      .run();
    await db
      .prepare(
        "UPDATE events SET state = 'processing', done = '[]', claim = 'held', claimed_until = ?1 WHERE contractor = 'swept' AND lane LIKE '%2'",
      )
      .bind(Date.now() + 60_000)
      .run();
    await cron();
    await done(6);
    expect((await rows("contractor = 'swept' AND state <> 'done'")).map(({ lane, state }) => [lane.at(-1), state])).toEqual([
      ["2", "processing"],
    ]);
    await db.prepare("UPDATE events SET claimed_until = 0 WHERE contractor = 'swept' AND state = 'processing'").run();
    await cron();
    await done(7);
  });

  test("what is the vendor's and cannot be read is kept whole, dead, and read again when replayed", async () => {
    const url = await stripe("unread");
    const message = (await signed(mesh, { vendor: "stripe", url, secret: SECRET, kind: "payment.succeeded", seed: 10 }))[0] as Signed;
    const { createHmac } = await import("node:crypto");
    const body = message.body.replace(/"amount": \d+/, '"amount": "a great deal"');
    expect(body).not.toBe(message.body);
    const at = Math.floor(Date.now() / 1000);
    const mac = createHmac("sha256", SECRET).update(`${at}.${body}`).digest("hex");
    const odd = { ...message, body, headers: { ...message.headers, "stripe-signature": `t=${at},v1=${mac}` } };
    expect((await send(odd)).status).toBe(200);
    const [row] = await rows("contractor = 'unread'");
    expect(row).toMatchObject({ state: "dead", type: null, reason: expect.stringContaining("amount") });
    const again = async () => (await mesh.api("POST", "/events/replay", { ids: [row?.id] }, { contractor: "unread" })).body;
    expect(await again()).toEqual({ replayed: 1 });
    await eventually(async () => expect((await rows("contractor = 'unread'"))[0]).toMatchObject({ state: "dead", attempts: 1 }));
    expect(await watched()).toEqual([]);
  });
});

describe("the address of our own app", () => {
  const deliver = async (ask: object = {}) => {
    const [message] = await signed(mesh, { vendor: "hubspot", url: `${mesh.url}/hooks/hubspot/app`, kind: "contact.created", ...ask });
    return send(message as Signed);
  };

  test("before the operator has set the app nothing can be proved there: 503, so that the vendor keeps it", async () => {
    expect((await deliver()).status).toBe(503);
  });

  test("each event goes to everyone who has connected its account, and to nobody where nobody has", async () => {
    await mesh.connect("app-one", "hubspot");
    await mesh.connect("app-two", "hubspot");
    expect((await deliver({ seed: 11 })).status).toBe(200);
    await done(2);
    expect((await rows("vendor = 'hubspot'")).map(({ contractor, state }) => [contractor, state]).sort()).toEqual([
      ["app-one", "done"],
      ["app-two", "done"],
    ]);
    expect((await deliver({ seed: 11 })).status).toBe(200); // known to both
    await eventually(async () => expect(await counts("app-one", "hubspot")).toMatchObject({ verified: 2, duplicates: 1 }));
    await mesh.api("DELETE", "/connections/hubspot", undefined, { contractor: "app-two" });
    expect((await deliver({ seed: 12 })).status).toBe(200);
    await done(3);
    expect(await rows("contractor = 'app-two'")).toHaveLength(1);
    await mesh.api("DELETE", "/connections/hubspot", undefined, { contractor: "app-one" });
    expect((await deliver({ seed: 13 })).status).toBe(200);
    expect(mesh.logs.some((line) => line.includes("accounts nobody has connected") && line.includes('"events":1'))).toBe(true);
    expect(await rows("vendor = 'hubspot'")).toHaveLength(3);
  });

  test("whoever forges there sixty times in a minute is not looked at any more", async () => {
    const statuses: number[] = [];
    for (let tries = 0; tries < 62; tries++) statuses.push((await deliver({ variant: "tampered" })).status);
    expect(statuses).toEqual([...Array(60).fill(401), 429, 429]);
  });
});

test("nothing of a customer stands unsealed in any database, and no log line says any of it", async () => {
  const url = await addressOf(mesh, "demo", "twilio");
  await stripe("canary");
  const canary = "12 Elm St";
  const [text] = await signed(mesh, { vendor: "twilio", kind: "message.received", url, entity: 8 });
  expect(decodeURIComponent((text as Signed).body.replaceAll("+", " "))).toContain(canary);
  expect((await send(text as Signed)).status).toBe(200);
  await done(1);
  await mesh.api("DELETE", "/connections/twilio"); // what comes now waits
  const [late] = await signed(mesh, { vendor: "twilio", kind: "message.received", url, entity: 8 });
  expect((await send(late as Signed)).status).toBe(200);
  expect(await rows("contractor = 'demo' AND state = 'quarantined'")).toHaveLength(1);
  const files = readdirSync(join(stateDir, "storage"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  /** Nothing of a file that is gone: an object that goes to sleep takes its log along. */
  const bytesOf = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
      throw error;
    }
  };
  const holding = (words: string) =>
    files
      .map(({ parentPath, name }) => join(parentPath, name))
      .filter((path) => !path.includes("sandbox") && bytesOf(path).includes(words));
  expect(holding("message.received").length).toBeGreaterThan(0); // the events' own file is among them
  for (const words of [canary, encodeURIComponent(canary).replaceAll("%20", "+"), "12+Elm+St"]) expect(holding(words)).toEqual([]);
  for (const line of mesh.logs) for (const words of [canary, "Elm+St", SECRET]) expect(line).not.toContain(words);

  await mesh.connect("demo", "twilio"); // the same account again: what waited is verified by its token
  await done(2);
});
