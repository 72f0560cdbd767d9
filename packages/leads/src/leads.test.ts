/** Leads in a real D1. */
import { EVENTS, type EventOf, EventType, type Person, type StoredEvent, type VendorEvent } from "@junction/core";
import { deleteContractor, getLead, leadTimeline, listLeads } from "@junction/db";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { type OpenD1, openD1 } from "../../db/src/testing/d1.ts";
import { leads } from "./consumer.ts";

let open: OpenD1;
let db: D1Database;
beforeAll(async () => {
  open = await openD1();
  db = open.db;
});
afterAll(() => open.close());

let contractor = "";
let made = 0;
beforeEach(() => {
  contractor = `c${++made}`;
});

const JANE = "+12025550123";
const OURS = "+12025550100";
const text = (from = JANE, person?: Person): Partial<EventOf<"message.received">> & { type: "message.received" } => ({
  type: "message.received",
  data: { message_id: "SM1", channel: "sms", from, to: OURS, body: "My roof leaks, the key is under the mat" },
  person,
});
let events = 0;
type Given = Partial<VendorEvent> & Pick<VendorEvent, "type" | "data">;
function stored(given: Given, over: Partial<StoredEvent> = {}): StoredEvent {
  const n = ++events;
  const event = { id: `v${n}`, entity: `thing:${n}`, occurredAt: 1_000 + n, ...given } as VendorEvent;
  return { id: `evt_${n}`, contractor, vendor: "twilio", connection: "con_1", receivedAt: 5_000 + n, event, ...over };
}
const take = (given: Given | ReturnType<typeof text>, over?: Partial<StoredEvent>, now = 10_000) =>
  leads(db, () => now).take(stored(given as Given, over));
const all = () => listLeads(db, { contractor, limit: 100 });
const only = async () => {
  const found = await all();
  expect(found).toHaveLength(1);
  const [lead] = found;
  if (!lead) throw new Error("no lead");
  return lead;
};
const words = async (id: string) => (await leadTimeline(db, contractor, id, 100)).map((entry) => entry.words);
const count = async (table: string) =>
  (await db.prepare(`SELECT count(*) AS n FROM ${table} WHERE contractor = ?`).bind(contractor).first<{ n: number }>())?.n;

describe("who is not known", () => {
  test("becomes a lead by a text, which the timeline tells without its content", async () => {
    await take(text("(202) 555-0123"));
    const lead = await only();
    expect(lead).toMatchObject({ id: expect.stringMatching(/^lead_/), name: null, phones: [JANE], emails: [], source: "twilio" });
    const timeline = await leadTimeline(db, contractor, lead.id, 10);
    expect(timeline).toEqual([
      expect.objectContaining({ type: "message.received", vendor: "twilio", words: `Text received from ${JANE}`, at: 1_000 + events }),
    ]);
    expect(JSON.stringify(await db.prepare("SELECT * FROM timeline, leads").all())).not.toMatch(/roof|mat/);
  });

  const WHO = { id: "person-1", phone: JANE, email: "jane@example.com" };
  const samples = {
    message: { message_id: "m", channel: "sms", from: JANE, to: JANE, body: "x" },
    call: { call_id: "c", from: JANE, to: JANE, status: "completed" },
  };
  const sample = (type: EventType): unknown =>
    type.startsWith("message.")
      ? samples.message
      : /^(call|voicemail)\./.test(type)
        ? { ...samples.call, direction: "inbound", reason: "no_answer", recording_id: "r", transcript: "Hi" }
        : undefined;
  const MAKING: readonly string[] = [
    ...["message.received", "call.started", "call.completed", "call.missed", "voicemail.received", "lead.created", "contact.created"],
  ];

  test.each(EventType.options.filter((type) => leads(db).wants(type)))(
    "%s makes a lead only where it is someone's first word",
    async (type) => {
      const data = sample(type) ?? {
        lead_id: "l",
        contact_id: "c",
        payment_id: "p",
        amount_minor: 1,
        currency: "usd",
        contract_id: "k",
        to: "a@b.co",
      };
      await take({ type, data: z.object(EVENTS[type].shape).partial().parse(data), person: WHO } as Given);
      expect((await all()).length).toBe(MAKING.includes(type) ? 1 : 0);
      expect(await count("timeline")).toBe(MAKING.includes(type) ? 1 : 0);
    },
  );

  test("does not become one by a call of ours that begins", async () => {
    await take({ type: "call.started", data: { call_id: "c", from: OURS, to: JANE, direction: "outbound" } });
    expect(await all()).toEqual([]);
  });

  test("does not become one where nothing would ever recognise them", async () => {
    await take(text("22000"));
    expect([await all(), await count("lead_keys")]).toEqual([[], 0]);
  });
});

describe("who is known", () => {
  test("is found by phone, email and id, and learns what is new", async () => {
    await take(text());
    await take({
      type: "message.delivered",
      data: { message_id: "m", channel: "sms", from: OURS, to: JANE },
      person: { email: "Jane@Example.com", phone: JANE },
    });
    await take({ type: "email.opened", data: { message_id: "m", to: "jane@example.com" } }, { vendor: "sendgrid" });
    await take(
      { type: "contact.created", data: { contact_id: "51" }, person: { id: "51", email: "JANE@example.com", name: "Jane Doe" } },
      { vendor: "hubspot" },
    );
    await take({ type: "contact.updated", data: { contact_id: "51" } }, { vendor: "hubspot" });
    const lead = await only();
    expect(lead).toMatchObject({
      name: "Jane Doe",
      phones: [JANE],
      emails: ["jane@example.com"],
      external: { hubspot: "51" },
      source: "twilio",
    });
    expect(await words(lead.id)).toEqual([
      "Contact changed in HubSpot",
      "Contact made in HubSpot",
      "Email opened",
      `Text delivered to ${JANE}`,
      `Text received from ${JANE}`,
    ]);
  });

  test("keeps a name that an event does not give, and the one a person wrote down against what a phone shows", async () => {
    await take({ type: "lead.created", data: { lead_id: "l1" }, person: { id: "l1", phone: JANE, name: "Jane Doe" } });
    await take(text(JANE, { phone: JANE, name: "  " }));
    await take(text(JANE, { phone: JANE, name: "janie 🌻" }));
    expect((await only()).name).toBe("Jane Doe");
    await take({ type: "contact.updated", data: { contact_id: "l1" }, person: { phone: JANE, name: "Jane Doe-Miller" } });
    expect((await only()).name).toBe("Jane Doe-Miller");
  });

  test("has what a form asked as fields of the contractor's own, which take the place of nothing that is there", async () => {
    const asked = (lead_id: string, answers: Readonly<Record<string, string>>) =>
      take({ type: "lead.created", data: { lead_id, answers }, person: { id: lead_id, phone: JANE } });
    await asked("f1", { "What needs repair?": "Boiler", "ZIP code": "62701", "  ": "x", Empty: " " });
    expect((await only()).custom).toEqual({ what_needs_repair: "Boiler", zip_code: "62701" });
    await asked("f2", { "What needs repair?": "Roof", "When?": "Soon" });
    expect((await only()).custom).toEqual({ what_needs_repair: "Boiler", zip_code: "62701", when: "Soon" });
  });

  test("is another at another contractor", async () => {
    await take(text());
    const first = contractor;
    contractor = `${first}-other`;
    await take(text());
    const theirs = await only();
    expect(await getLead(db, first, theirs.id)).toBeNull();
    expect(await leadTimeline(db, first, theirs.id, 10)).toEqual([]);
  });

  test("stays when the contact is deleted at the vendor", async () => {
    await take({ type: "contact.created", data: { contact_id: "7" }, person: { name: "Jo" } }, { vendor: "hubspot" });
    await take({ type: "contact.deleted", data: { contact_id: "7" } }, { vendor: "hubspot" });
    const lead = await only();
    expect(lead.name).toBe("Jo");
    expect((await words(lead.id))[0]).toBe("Contact deleted in HubSpot; the lead stays");
  });
});

describe("the same again", () => {
  test("changes nothing, not even a name that has changed since", async () => {
    const first = stored({ type: "contact.created", data: { contact_id: "9" }, person: { name: "Old", phone: JANE } } as Given, {
      vendor: "hubspot",
    });
    await leads(db, () => 1).take(first);
    await take({ type: "contact.updated", data: { contact_id: "9" }, person: { name: "New" } }, { vendor: "hubspot" }, 2);
    const before = await only();
    await leads(db, () => 99).take(first);
    expect(await only()).toEqual(before);
    expect(before).toMatchObject({ name: "New", updatedAt: 2 });
    expect(await count("timeline")).toBe(2);
  });

  test("twenty events of one unknown person at once make one lead", async () => {
    const people = [
      { phone: JANE },
      { phone: JANE, email: "jane@example.com" },
      { phone: JANE, id: "u1" },
      { phone: JANE, id: "u1", name: "Jane" },
    ];
    await Promise.all(Array.from({ length: 20 }, (_, n) => take(text(JANE, people[n % people.length]))));
    const lead = await only();
    expect(lead).toMatchObject({ name: "Jane", phones: [JANE], emails: ["jane@example.com"], external: { twilio: "u1" } });
    expect(await count("timeline")).toBe(20);
  });

  test("completes a lead of which a crash left the keys alone", async () => {
    await db.prepare("INSERT INTO lead_keys VALUES (?, 'phone', ?, 'lead_half')").bind(contractor, JANE).run();
    await take({ type: "message.delivered", data: { message_id: "m", channel: "sms", from: OURS, to: JANE } });
    expect(await only()).toMatchObject({ id: "lead_half", phones: [JANE] });
    expect(await words("lead_half")).toEqual([`Text delivered to ${JANE}`]);
  });
});

test("an event that fits two leads goes to the surer one, and both are told once that they may be one person", async () => {
  await take({ type: "contact.created", data: { contact_id: "5" }, person: { name: "Jane Doe" } }, { vendor: "hubspot" });
  await take(text(), {}, 20_000);
  const [byPhone, byId] = await all();
  if (!byPhone || !byId) throw new Error("two leads");
  for (let i = 0; i < 2; i++)
    await take(
      { type: "contact.updated", data: { contact_id: "5" }, person: { id: "5", phone: JANE, email: "j@example.com" } },
      { vendor: "hubspot" },
    );
  expect((await all()).map(({ id }) => id).sort()).toEqual([byId.id, byPhone.id].sort());
  expect(await getLead(db, contractor, byId.id)).toMatchObject({ phones: [], emails: ["j@example.com"] });
  expect(await getLead(db, contractor, byPhone.id)).toMatchObject({ phones: [JANE], emails: [], external: {} });
  expect((await words(byId.id)).filter((line) => line.startsWith("May be"))).toEqual([
    `May be the same person as the lead ${JANE}: an event carried what both are known by`,
  ]);
  expect((await words(byPhone.id)).filter((line) => line.startsWith("May be"))).toHaveLength(1);
  expect((await words(byPhone.id)).join()).toContain("the lead Jane Doe");
});

describe("the list", () => {
  test("is searched by name, email, and a phone as people write it, without wildcards of SQL", async () => {
    await take({ type: "contact.created", data: { contact_id: "1" }, person: { name: "100% Jane_Doe", phone: JANE } });
    await take({ type: "contact.created", data: { contact_id: "2" }, person: { name: "Bo", email: "bo@example.com" } });
    const names = async (query: string) => (await listLeads(db, { contractor, query, limit: 10 })).map(({ name }) => name);
    expect(await names("jane")).toEqual(["100% Jane_Doe"]);
    expect(await names("(202) 555-0123")).toEqual(["100% Jane_Doe"]);
    expect(await names("BO@ex")).toEqual(["Bo"]);
    expect(await names("100%")).toEqual(["100% Jane_Doe"]);
    expect(await names("e_D")).toEqual(["100% Jane_Doe"]);
    expect(await names("%")).toHaveLength(1);
    expect(await names("'; DROP")).toEqual([]);
  });

  test("gives page after page each lead once, also where many were heard of in the same moment", async () => {
    for (let n = 0; n < 7; n++) await take(text(`+1202555010${n}`), {}, 3);
    const seen: string[] = [];
    for (let after: { updatedAt: number; id: string } | undefined; ; ) {
      const page = await listLeads(db, { contractor, limit: 2, after });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (!last || page.length < 2) break;
      after = { updatedAt: last.updatedAt, id: last.id };
    }
    expect(seen).toHaveLength(7);
    expect(new Set(seen).size).toBe(7);
  });
});

test("with a contractor go all rows of theirs, and no one else's", async () => {
  const [gone, stays] = [contractor, `${contractor}-stays`];
  const tables = (
    await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%`contractor` text%'").all<{ name: string }>()
  ).results.map(({ name }) => name);
  expect(tables).toEqual(
    expect.arrayContaining(["calls", "events", "accounts", "subscriptions", "deliveries", "leads", "lead_keys", "timeline"]),
  );
  for (const table of tables) {
    const { results: columns } = await db
      .prepare(`SELECT name, type FROM pragma_table_info('${table}') WHERE name <> 'seq'`)
      .all<{ name: string; type: string }>();
    for (const who of [gone, stays]) {
      const values = columns.map(({ name, type }) => (name === "contractor" ? `'${who}'` : type === "INTEGER" ? "1" : `'${who}-${name}'`));
      await db.prepare(`INSERT INTO ${table} (${columns.map(({ name }) => name).join()}) VALUES (${values.join()})`).run();
    }
  }
  await deleteContractor(db, gone);
  for (const table of tables) {
    const rows = (await db.prepare(`SELECT contractor FROM ${table} WHERE contractor IN (?, ?)`).bind(gone, stays).all()).results;
    expect(rows, table).toEqual([{ contractor: stays }]);
  }
});
