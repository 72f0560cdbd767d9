/** Leads joined, changed, taken in and agreeing with a CRM, in a real D1. */
import type { StoredEvent, VendorEvent } from "@junction/core";
import {
  addLead,
  beginSync,
  getLead,
  leadSync,
  leadTimeline,
  listLeads,
  mergeLeads,
  type NewLead,
  patchLead,
  removeLead,
  saveSync,
  upsertTimeline,
} from "@junction/db";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type OpenD1, openD1 } from "../../db/src/testing/d1.ts";
import { leads } from "./consumer.ts";
import { takeRecords } from "./fetched.ts";
import { importLeads } from "./import.ts";

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

const [A, B, C] = ["+12025550101", "+12025550102", "+12025550103"] as const;
const NEW = { name: null, phones: [A] as string[], emails: [] as string[], source: "api", custom: {}, now: 10 };
const add = async (id: string, more: Partial<NewLead> = {}) => {
  expect(await addLead(db, { ...NEW, contractor, id: `${contractor}_${id}`, ...more })).toEqual([]);
  return `${contractor}_${id}`;
};
const get = async (id: string) => {
  const lead = await getLead(db, contractor, id);
  if (!lead) throw new Error(`no ${id}`);
  return lead;
};
const words = async (id: string) => (await leadTimeline(db, contractor, id, 50)).map((entry) => entry.words);
const agreed = (value: string) => ({ ours: value, theirs: value, custom: null, policy: "newest" as const });
let events = 0;
const tell = (
  event: Partial<VendorEvent> & Pick<VendorEvent, "type" | "data">,
  over: { vendor?: string; now?: number; at?: number } = {},
) => {
  const n = ++events;
  const at = over.at ?? 1_000_000 + n;
  const stored = { id: `evt_${n}`, contractor, vendor: over.vendor ?? "hubspot", connection: "con", receivedAt: at };
  const whole = { id: `v${n}`, entity: "contact:7", occurredAt: at, ...event } as VendorEvent;
  return leads(db, () => over.now ?? at).take({ ...stored, event: whole } satisfies StoredEvent);
};

test("two requests that make the same person make one; the other is told whose the number is", async () => {
  const both = await Promise.all(["x", "y"].map((id) => addLead(db, { ...NEW, contractor, id: `${contractor}_${id}` })));
  expect(both.map((taken) => taken.length).sort()).toEqual([0, 1]);
  const [lead, ...none] = await listLeads(db, { contractor, limit: 10 });
  expect([lead?.phones, none]).toEqual([[A], []]);
  expect(both.flat()).toEqual([{ kind: "phone", value: A, lead: lead?.id }]);
});

test("a change that takes another lead's number changes nothing; one that does not, all of it", async () => {
  const [x, y] = [await add("x", { custom: { roof: "slate", gate: "red" } }), await add("y", { phones: [B] })];
  expect(await patchLead(db, { contractor, id: x, name: "Ann", phones: [A, B], now: 20 })).toEqual([{ kind: "phone", value: B, lead: y }]);
  expect(await get(x)).toMatchObject({ name: null, phones: [A], editedAt: 10 });
  expect(await patchLead(db, { contractor, id: x, name: "Ann", phones: [C, A], custom: { gate: null, dog: "yes" }, now: 20 })).toEqual([]);
  expect(await get(x)).toMatchObject({ name: "Ann", phones: [C, A], custom: { roof: "slate", dog: "yes" }, editedAt: 20 });
  await patchLead(db, { contractor, id: x, phones: [C], now: 30 });
  await add("z", { phones: [A] }); // it is free again
});

test("joined leads keep what either had, are found by all of it, and by the id that is gone", async () => {
  const x = await add("x", { name: "Ann", custom: { roof: "slate", gate: "red" } });
  const y = await add("y", { phones: [B], emails: ["ann@example.com"], custom: { roof: "tile" } });
  const note = { contractor, at: 5, type: "step.sms", vendor: "twilio", words: "Text going out", state: "pending" as const, run: "run_1" };
  await upsertTimeline(db, [{ ...note, id: `${contractor}.a`, lead: x }]);
  await saveSync(db, { contractor, lead: x, vendor: "hubspot", crmId: "7", base: {}, toLead: null, now: 11 });
  expect(await mergeLeads(db, { contractor, from: x, into: y, now: 20 })).toBe(true);
  expect(await mergeLeads(db, { contractor, from: x, into: y, now: 21 })).toBe(false);
  const joined = {
    id: y,
    name: "Ann",
    phones: [B, A],
    emails: ["ann@example.com"],
    custom: { roof: "tile", gate: "red" },
    external: { hubspot: "7" },
  };
  expect(await get(x)).toMatchObject(joined);
  expect(await leadSync(db, contractor, y, "hubspot")).toMatchObject({ crmId: "7" });
  await upsertTimeline(db, [{ ...note, id: `${contractor}.a`, lead: x, words: "Text sent", state: "success", url: "https://x.example/1" }]);
  expect(await leadTimeline(db, contractor, y, 9)).toMatchObject([
    { type: "lead.merged", words: "Joined with the lead Ann" },
    { words: "Text sent", state: "success", url: "https://x.example/1", run: "run_1", at: 5 },
  ]);
  await tell({ type: "message.received", data: { message_id: "m", channel: "sms", from: A, to: C, body: "hi" } }, { vendor: "twilio" });
  expect((await words(y))[0]).toBe(`Text received from ${A}`);
  const z = await add("z", { phones: [C] });
  await mergeLeads(db, { contractor, from: y, into: z, now: 30 });
  expect((await get(x)).id).toBe(z);
  expect(await mergeLeads(db, { contractor: "another", from: z, into: z, now: 1 })).toBe(false);
});

test("a lead is not forgotten while a run about it goes on, and then all of it is", async () => {
  const x = await add("x");
  const run = [`run_${contractor}`, contractor, "wf", 1, "w", x, "waiting", 1, 1];
  await db
    .prepare("INSERT INTO runs (id, contractor, workflow, version, name, lead, state, started_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?)")
    .bind(...run)
    .run();
  expect(await removeLead(db, contractor, x)).toBe(false);
  await db.prepare("UPDATE runs SET state = 'completed' WHERE lead = ?").bind(x).run();
  expect([await removeLead(db, "another", x), await removeLead(db, contractor, x), await getLead(db, contractor, x)]).toEqual([
    false,
    true,
    null,
  ]);
  await upsertTimeline(db, [{ id: "late", contractor, lead: x, at: 1, type: "step.sms", vendor: null, words: "w", state: "success" }]);
  expect(await leadTimeline(db, contractor, x, 9)).toEqual([]);
  await add("y"); // the number is free
});

const RECORD = { phones: [] as string[], emails: [] as string[], fields: {} };
const record = (crm_id: string, more: object = {}) => ({ ...RECORD, crm_id, ...more });
const fetchIn = (fetch: string, records: Parameters<typeof takeRecords>[2], map = {}) =>
  takeRecords(db, { contractor, vendor: "hubspot", vendorName: "HubSpot", map, fetch, now: 500 }, records);

test("a fetched page makes each person once, finds who is known, and the same page again changes nothing", async () => {
  const x = await add("x", { name: "Ann", emails: ["ann@example.com"] });
  const page = [
    record("1", {
      name: "Ann Lee",
      phones: ["(202) 555-0101"],
      fields: { roof: "slate" },
      updated_at: "1970-01-01T00:00:01Z",
      url: "https://crm.example/1",
    }),
    record("2", { name: "Bob", phones: [B] }),
    record("3", { name: "Bob again", emails: ["BOB@example.com"], phones: ["202-555-0102"] }),
    record("4", { name: "Nobody" }),
  ];
  const first = await fetchIn("f1", page, { dach: "roof" });
  expect(first.map(({ ref, created }) => [ref, created])).toEqual([
    ["1", false],
    ["2", true],
    ["3", false],
  ]);
  const before = await listLeads(db, { contractor, limit: 10 });
  expect(before).toHaveLength(2);
  expect(await get(x)).toMatchObject({ name: "Ann Lee", custom: { dach: "slate" }, external: { hubspot: "1" } });
  expect(before.find(({ id }) => id !== x)).toMatchObject({
    name: "Bob",
    phones: [B],
    emails: ["bob@example.com"],
    external: { hubspot: "2" },
    source: "hubspot",
  });
  expect(await fetchIn("f1", page, { dach: "roof" })).toEqual(first);
  expect((await fetchIn("f2", page, { dach: "roof" })).map(({ created }) => created)).toEqual([false, false, false]);
  expect(await listLeads(db, { contractor, limit: 10 })).toEqual(before);
  expect(await words(x)).toEqual(["Came in from HubSpot", "Came in from HubSpot"]); // of two fetches
});

test("what was changed here since the CRM's last word stays; what was changed there comes in", async () => {
  const roof = (value: string, at: number) => [
    record("1", { phones: [A], fields: { roof: value }, updated_at: new Date(at).toISOString() }),
  ];
  await fetchIn("f1", roof("slate", 100), { roof: "roof" });
  const [lead] = await listLeads(db, { contractor, limit: 1 });
  if (!lead) throw new Error("no lead");
  await patchLead(db, { contractor, id: lead.id, custom: { roof: "tile" }, now: 900 });
  await fetchIn("f2", roof("slate", 1000), { roof: "roof" });
  expect((await get(lead.id)).custom).toEqual({ roof: "tile" });
  await fetchIn("f3", roof("reed", 800), { roof: "roof" });
  expect((await get(lead.id)).custom).toEqual({ roof: "tile" }); // both: ours is newer
  await fetchIn("f4", roof("tin", 1200), { roof: "roof" });
  expect((await get(lead.id)).custom).toEqual({ roof: "tin" });
});

test("what a CRM tells of our own writing leaves nothing, of others' is merged and told", async () => {
  const x = await add("x", { name: "Ann", custom: { roof: "slate" } });
  const base = { "@name": agreed("Ann"), "@phone": agreed(A), roof: { ...agreed("slate"), custom: "roof" } };
  await beginSync(db, { contractor, lead: x, vendor: "hubspot", written: { "@name": "Ann", "@phone": A, roof: "slate" }, now: 1_000_000 });
  const created = { type: "contact.created", data: { contact_id: "7" }, person: { id: "7" } } as const;
  await expect(tell(created)).rejects.toThrow("may be one we are making"); // its id is not known yet
  await saveSync(db, { contractor, lead: x, vendor: "hubspot", crmId: "7", base, toLead: null, now: 1_000_000 });
  await tell(created);
  await tell({
    type: "contact.updated",
    data: { contact_id: "7", changed: { phone: "2025550101" } },
    person: { id: "7", phone: "2025550101" },
  });
  await tell({ type: "contact.updated", data: { contact_id: "7", changed: { roof: "slate" } } });
  expect(await words(x)).toEqual([]);
  await tell({ type: "contact.updated", data: { contact_id: "7", changed: { roof: "tile" } } });
  await tell({ type: "contact.updated", data: { contact_id: "7", changed: { phone: B } }, person: { id: "7", phone: B } });
  expect(await get(x)).toMatchObject({ name: "Ann", phones: [B, A], custom: { roof: "tile" }, editedAt: 10 });
  await tell({ type: "contact.updated", data: { contact_id: "7", changed: { roof: "slate" } } }); // back to what we wrote, by somebody else
  expect((await get(x)).custom).toEqual({ roof: "slate" });
  expect(await words(x)).toHaveLength(3);
  expect((await listLeads(db, { contractor, limit: 9 })).length).toBe(1);
});

test("a lead made from the telling of a record that we made is joined to ours", async () => {
  const x = await add("x", { name: "Ann" });
  await tell({ type: "contact.created", data: { contact_id: "9" }, person: { id: "9" } });
  expect(await listLeads(db, { contractor, limit: 9 })).toHaveLength(2);
  await saveSync(db, { contractor, lead: x, vendor: "hubspot", crmId: "9", base: {}, toLead: { name: "Ann Lee", phone: B }, now: 99 });
  const [lead, ...none] = await listLeads(db, { contractor, limit: 9 });
  expect([lead, none]).toEqual([
    expect.objectContaining({ id: x, name: "Ann Lee", phones: [B, A], external: { hubspot: "9" }, editedAt: 99 }),
    [],
  ]);
});

test("a file's good rows come in, of one person once, and a second time nothing is new", async () => {
  const csv = `Name,Phone,Email,Roof\nAnn,${A},,slate\nBob,nonsense,,\nAnn Lee,2025550101,ann@example.com,tile\nCy,,cy@example.com,\n`;
  const ask = { contractor, csv, columns: {}, source: "import", now: 50 };
  const dry = await importLeads(db, { ...ask, dryRun: true });
  expect([dry, await listLeads(db, { contractor, limit: 9 })]).toEqual([
    expect.objectContaining({ rows: 4, created: 0, errors: [expect.objectContaining({ line: 3, field: "Phone" })] }),
    [],
  ]);
  expect(await importLeads(db, { ...ask, dryRun: false })).toMatchObject({ rows: 4, created: 2, updated: 0 });
  const found = await listLeads(db, { contractor, limit: 9 });
  expect(found).toHaveLength(2);
  expect(found.find(({ phones }) => phones[0] === A)).toMatchObject({
    name: "Ann Lee",
    emails: ["ann@example.com"],
    custom: { roof: "tile" },
  });
  expect(await importLeads(db, { ...ask, dryRun: false })).toMatchObject({ created: 0, updated: 2 });
});
