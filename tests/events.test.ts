/** What vendors told us, as it is looked up, and worked off again; and the leads it makes. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

const SECRET = "whsec_0123456789abcdef0123456789abcdef";
let mesh: Mesh;
let db: D1Database;
const hooks = new Map<string, string>();

beforeAll(async () => {
  mesh = await startMesh({ vendors: ["sendgrid", "stripe", "twilio"], vars: { "junction-gateway": { EVENT_BACKOFF_MS: "50,100" } } });
  ({ db } = mesh);
  for (const contractor of ["demo", "other"]) {
    await mesh.connect(contractor, "twilio", "stripe");
    await mesh.api("POST", "/connections/stripe/webhook-secret", { action: "set", secret: SECRET }, { contractor });
    for (const vendor of ["twilio", "stripe", "sendgrid"])
      hooks.set(`${contractor} ${vendor}`, (await mesh.api("GET", `/connections/${vendor}`, undefined, { contractor })).body.webhook.url);
  }
});
afterAll(() => mesh.stop());

async function push(vendor: string, more: Readonly<Record<string, unknown>> = {}, contractor = "demo"): Promise<void> {
  const ask = { vendor, url: hooks.get(`${contractor} ${vendor}`), ...(vendor === "stripe" && { secret: SECRET }), ...more };
  const { status, body } = await mesh.sandbox("POST", "/sandbox/api/pushes", ask);
  expect(status, JSON.stringify(body)).toBe(200);
}
type Who = Parameters<Mesh["api"]>[3];
const list = async (query = "", as?: Who) => (await mesh.api("GET", `/events${query}`, undefined, as)).body;
/** Waits until nothing is open, then gives the list. */
const settled = (query = "", as?: Who) =>
  vi.waitFor(
    async () => {
      const page = await list(query, as);
      const { received, processing, failed } = page.counts;
      expect([received, processing, failed]).toEqual([0, 0, 0]);
      expect(page.events.length).toBeGreaterThan(0);
      return page;
    },
    { timeout: 15_000, interval: 100 },
  );

test("a text is listed once, makes a lead, and shows what it says to the owner, masked", async () => {
  await push("twilio", { kind: "message.received", duplicates: 2, seed: 1, entity: 7 });
  const { events, next } = await settled();
  expect(next).toBeNull();
  expect(events).toEqual([
    expect.objectContaining({
      vendor: "twilio",
      type: "message.received",
      state: "done",
      attempts: 1,
      reason: null,
      consumers: expect.arrayContaining(["leads"]),
    }),
  ]);
  const [{ id }] = events;
  const { body: shown } = await mesh.api("GET", `/events/${id}`);
  expect(shown).toMatchObject({
    id,
    payload: { type: "message.received", person: { phone: "••••1007" }, data: { from: "••••1007", channel: "sms" } },
  });
  expect(JSON.stringify(shown)).not.toContain("+12025551007");
  expect(shown.payload.data.body.length).toBeLessThanOrEqual(81);
  const member = await mesh.api("GET", `/events/${id}`, undefined, { role: "member" });
  expect([member.status, member.body.payload]).toEqual([200, null]);
  const { body: found } = await mesh.api("GET", "/leads?query=202-555-1007");
  expect(found.leads).toEqual([expect.objectContaining({ phones: ["+12025551007"], source: "twilio" })]);
  const { body: lead } = await mesh.api("GET", `/leads/${found.leads[0].id}`);
  expect(lead.timeline).toEqual([
    expect.objectContaining({ event: id, type: "message.received", vendor: "twilio", words: "Text received from +12025551007" }),
  ]);
  expect(JSON.stringify(lead)).not.toContain("visit");
});

test("what was worked off is worked off again, and changes nothing", async () => {
  await push("stripe", { kind: "payment.succeeded", seed: 2 });
  const [{ id, attempts }] = (await settled("?vendor=stripe")).events;
  const leadsBefore = (await mesh.api("GET", "/leads")).body;
  for (const ask of [{ ids: [id] }, { from: 0, to: Date.now(), vendor: "stripe", type: "payment.succeeded", state: "done" }]) {
    expect((await mesh.api("POST", "/events/replay", ask)).body).toEqual({ replayed: 1 });
    const { events } = await settled("?vendor=stripe");
    expect(events).toEqual([expect.objectContaining({ id, attempts, state: "done" })]);
  }
  await mesh.api("POST", "/events/replay", { from: 0, to: Date.now() });
  await settled();
  expect((await mesh.api("GET", "/leads")).body).toEqual(leadsBefore);
  expect((await mesh.api("POST", "/events/replay", { ids: ["evt_nothing"] })).body).toEqual({ replayed: 0 });
});

test("a dead event stands out in the counts, and is done once it is replayed", async () => {
  const [{ id }] = (await list("?vendor=twilio")).events;
  await db.prepare("UPDATE events SET state = 'dead', attempts = 3, reason = 'leads: nothing answered' WHERE id = ?").bind(id).run();
  const dead = await list("?state=dead");
  expect(dead).toMatchObject({ counts: { dead: 1 }, events: [{ id, attempts: 3, reason: "leads: nothing answered" }] });
  expect((await mesh.api("POST", "/events/replay", { ids: [id] })).body).toEqual({ replayed: 1 });
  expect((await settled("?state=done&vendor=twilio")).events).toEqual([expect.objectContaining({ id, reason: null })]);
});

test("a delivery that cannot be verified shows how it came, and nothing of what it says", async () => {
  await push("sendgrid", { seed: 3 });
  const { events, counts } = await list("?state=quarantined");
  expect(counts.quarantined).toBe(1);
  expect(events).toEqual([expect.objectContaining({ vendor: "sendgrid", type: null, entity: null, reason: expect.any(String) })]);
  const { payload } = (await mesh.api("GET", `/events/${events[0].id}`)).body;
  expect(payload).toEqual({ method: "POST", headers: expect.arrayContaining(["content-type"]), body_bytes: expect.any(Number) });
  expect((await mesh.api("POST", "/events/replay", { ids: [events[0].id] })).body).toEqual({ replayed: 0 });
});

test("pages follow one another while events come in: each once, none left out", async () => {
  await push("stripe", { count: 12, entities: 4, seed: 4 });
  await settled();
  const known = (await list("?limit=200")).events.map(({ id }: { id: string }) => id);
  const seen: string[] = [];
  for (let before = "", more = 5; ; more++) {
    const page = await list(`?limit=3${before}`);
    expect(page.events.length).toBeLessThanOrEqual(3);
    seen.push(...page.events.map(({ id }: { id: string }) => id));
    if (page.next === null) break;
    before = `&before=${page.next}`;
    await push("stripe", { seed: more });
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(known);
  await settled();
});

test("filters go together, and a wrong one is refused by name", async () => {
  const [{ entity, received_at: at }] = (await list("?vendor=stripe&type=payment.succeeded&state=done")).events;
  const query = new URLSearchParams({ entity, from: String(at), to: String(at) });
  for (const one of (await list(`?${query}`)).events) expect(one).toMatchObject({ vendor: "stripe", entity, received_at: at });
  expect((await list(`?to=${at - 86_400_000}`)).events).toEqual([]);
  const wrong: Readonly<Record<string, string>> = {
    "?state=lost": "state",
    "?type=payment.lost": "type",
    "?vendor=Stripe": "vendor",
    "?from=yesterday": "from",
    "?from=2&to=1": "to",
    "?limit=1000": "limit",
    "?before=7": "before",
    "?before=evt_gone": "before",
    "?color=red": "query",
  };
  for (const [asked, field] of Object.entries(wrong)) {
    const { status, body } = await mesh.api("GET", `/events${asked}`);
    expect([asked, status, Object.keys(body.error.fields)]).toEqual([asked, 422, [field]]);
    expect(body.error.fields[field], asked).toMatch(/\w{3}/);
  }
});

test("what may be replayed and purged is said exactly, or nothing is", async () => {
  const now = Date.now();
  const asks: [unknown, string][] = [
    [{}, "ids"],
    [{ ids: [] }, "ids"],
    [{ ids: ["evt_1"], vendor: "stripe" }, "ids"],
    [{ from: 1 }, "ids"],
    [{ from: 2, to: 1 }, "to"],
    [{ from: 0, to: now, state: "quarantined" }, "state"],
    [{ ids: ["'; DROP TABLE events"] }, "ids.0"],
    [{ from: 0, to: now, everything: true }, "json"],
  ];
  for (const [ask, field] of asks) {
    const { status, body } = await mesh.api("POST", "/events/replay", ask);
    expect([ask, status, Object.keys(body.error?.fields ?? {})]).toEqual([ask, 422, [field]]);
  }
  expect((await mesh.api("POST", "/events/purge", { before: now + 60_000 })).body.error.fields).toEqual({ before: "a time that is past" });
  for (const what of ["replay", "purge"])
    expect((await mesh.api("POST", `/events/${what}`, { from: 0, to: now, before: now }, { role: "member" })).status, what).toBe(403);
});

describe("another contractor", () => {
  const other = { contractor: "other" };
  test("sees, replays and purges only its own", async () => {
    await push("twilio", { kind: "message.received", entity: 9 }, "other");
    const [{ id }] = (await settled("", other)).events;
    const [mine] = (await list()).events;
    expect((await list("", other)).counts).toMatchObject({ done: 1, quarantined: 0 });
    expect((await mesh.api("GET", `/events/${mine.id}`, undefined, other)).status).toBe(404);
    expect((await mesh.api("GET", `/events?before=${mine.id}`, undefined, other)).status).toBe(422);
    expect((await mesh.api("POST", "/events/replay", { ids: [mine.id] }, other)).body).toEqual({ replayed: 0 });
    const [lead] = (await mesh.api("GET", "/leads")).body.leads;
    expect((await mesh.api("GET", `/leads/${lead.id}`, undefined, other)).status).toBe(404);
    const theirs = (await mesh.api("GET", "/leads", undefined, other)).body.leads;
    expect(theirs.map(({ phones }: { phones: string[] }) => phones)).toEqual([["+12025551009"]]);
    const before = (await list("?limit=200")).events.length;
    expect((await mesh.api("POST", "/events/purge", { before: Date.now() }, other)).body).toEqual({ purged: 1 });
    expect((await mesh.api("GET", `/events/${id}`, undefined, other)).status).toBe(404);
    expect((await list("?limit=200")).events).toHaveLength(before);
  });

  test("leaves no event and no lead behind when it is deleted", async () => {
    await push("twilio", { kind: "message.received", entity: 10 }, "other");
    await settled("", other);
    expect((await mesh.api("DELETE", "/operator/contractors/other", { confirm: "other" }, { role: "operator" })).status).toBe(200);
    for (const table of ["events", "leads", "lead_keys", "timeline", "calls", "accounts"]) {
      const row = await db.prepare(`SELECT count(*) AS n FROM ${table} WHERE contractor = 'other'`).first<{ n: number }>();
      expect(row?.n, table).toBe(0);
    }
    expect((await mesh.api("GET", "/leads")).body.leads.length).toBeGreaterThan(0);
  });
});

test("leads are listed page by page, and a wrong place is refused", async () => {
  for (const entity of [21, 22, 23]) await push("twilio", { kind: "message.received", entity });
  await settled();
  const all = (await mesh.api("GET", "/leads")).body.leads.map(({ id }: { id: string }) => id);
  const seen: string[] = [];
  for (let before = ""; ; ) {
    const { leads, next } = (await mesh.api("GET", `/leads?limit=2${before}`)).body;
    seen.push(...leads.map(({ id }: { id: string }) => id));
    if (next === null) break;
    before = `&before=${next}`;
  }
  expect(seen).toEqual(all);
  expect(seen.length).toBeGreaterThanOrEqual(4);
  for (const wrong of ["before=1", "before=x.y", "limit=0", "query=", "name=x"])
    expect((await mesh.api("GET", `/leads?${wrong}`)).status, wrong).toBe(422);
  expect((await mesh.api("GET", "/leads", undefined, { role: "member" })).status).toBe(200);
});
