import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, call, stage } = trial("hubspot");
const sandbox = (method: string, path: string, body?: unknown) => stage().rig.sandbox(method, path, body);
const lag = (indexLagSeconds: number) => sandbox("PUT", "/settings", { vendor: "hubspot", indexLagSeconds });
interface Lead {
  readonly crm_id: string;
  readonly [name: string]: unknown;
}
async function ask<T>(tool: string, input: Readonly<Record<string, unknown>>): Promise<T> {
  const outcome = await call(tool, input);
  if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value as T;
}
const sync = (input: Readonly<Record<string, unknown>>) => ask<Lead>("crm/sync_lead", input);
const find = async (input: Readonly<Record<string, unknown>>) => (await ask<{ leads: Lead[] }>("crm/find_lead", input)).leads;
const fetched = (input: Readonly<Record<string, unknown>>) =>
  ask<{ leads: Lead[]; next_page?: string; total: number }>("crm/fetch_leads", input);
const changes = async () => {
  const ask = { vendor: "hubspot", url: "https://junction.example/hooks/hubspot/app", send: false };
  const { messages } = (await sandbox("POST", "/changes", ask)) as { messages: { kind: string; body: string }[] };
  return messages.flatMap(({ body }) => JSON.parse(body) as Readonly<Record<string, unknown>>[]);
};

test("a lead is found by its id, its number however it was typed, or its address; the link leads to its page", async () => {
  const url = "https://app.hubspot.com/contacts/5550123/record/0-1/9000000001";
  const [ada] = await find({ phone: "+12025550101", fields: ["roof_age"] });
  expect(ada).toMatchObject({ crm_id: "9000000001", name: "Ada Byron", phones: ["(202) 555-0101"], emails: ["ada@example.com"], url });
  expect(ada?.["fields"]).toEqual({ roof_age: null });
  expect(await find({ crm_id: "9000000001", phone: "+12025550102" })).toMatchObject([{ crm_id: "9000000001" }]);
  expect(await find({ phone: "+12025550102", email: "ADA@example.com" })).toMatchObject([{ name: "Ben O'Hara" }, { name: "Ada Byron" }]);
  expect(await find({ crm_id: "404", email: "ben@example.com" })).toMatchObject([{ phones: ["+12025550102"] }]);
  expect(await find({ phone: "+12071838750" })).toEqual([]); // the digits of a London number
  expect(await call("crm/find_lead", {})).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a lead is added once, and updated by its id, its number and its address; fields are emptied by null", async () => {
  const made = await sync({ name: "Zoe van Dyk", phone: "+12025550111", email: "zoe@example.com", fields: { roof_age: 12 } });
  expect(made).toMatchObject({ outcome: "created", url: expect.stringContaining(made.crm_id) });
  for (const input of [
    { crm_id: made.crm_id },
    { phone: "+12025550111" },
    { email: "Zoe@example.com" },
    { crm_id: "404", phone: "+12025550111" },
  ])
    expect(await sync({ ...input, fields: { roof_age: null, services: "roofing" } })).toMatchObject({
      crm_id: made.crm_id,
      outcome: "updated",
    });
  const [zoe] = await find({ crm_id: made.crm_id, fields: ["roof_age", "services", "firstname"] });
  expect(zoe).toMatchObject({ name: "Zoe van Dyk", fields: { roof_age: null, services: "roofing", firstname: "Zoe" } });
  expect(await call("crm/sync_lead", { crm_id: "404", name: "Nobody" })).toMatchObject(failed({ kind: "NotFound" }));
  expect(await call("crm/sync_lead", { name: "Nobody" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("what HubSpot says already is not written, however it was typed there: nothing comes back as a change", async () => {
  await changes();
  await sync({ phone: "+12025550101", email: "ADA@example.com", name: "Ada Byron" });
  await sync({ crm_id: "9000000002", phone: "+12025550102" });
  expect(await changes()).toEqual([]);
  await sync({ crm_id: "9000000002", company: "O'Hara & Daughters" });
  expect(await changes()).toMatchObject([
    { subscriptionType: "contact.propertyChange", objectId: 9000000002, propertyName: "company", changeSource: "INTEGRATION" },
  ]);
});

test("an address that is somebody else's: by number, that one is updated; by id, it is a conflict, and nobody is changed", async () => {
  expect(await sync({ phone: "+442071838750", email: "ada@example.com", fields: { city: "London" } })).toMatchObject({
    crm_id: "9000000001",
  });
  expect(await call("crm/sync_lead", { crm_id: "9000000003", email: "ada@example.com" })).toMatchObject(failed({ kind: "Conflict" }));
  expect(await find({ crm_id: "9000000003" })).toMatchObject([{ emails: [] }]);
});

test("while the search lags, a lead with an address is still one; one with a number alone is found once the search has it", async () => {
  await lag(60);
  const made = await sync({ phone: "+12025550120", email: "yan@example.com" });
  expect(await sync({ phone: "+12025550120", email: "yan@example.com", company: "Yan & Co" })).toEqual({ ...made, outcome: "updated" });
  const sentAt = Date.now();
  const input = { phone: "+12025550121", name: "Xia Li", fields: {} };
  const { crm_id } = await sync(input);
  const probe = () => stage().probe(action("crm/sync_lead"), { input, idempotencyKey: "f".repeat(64), sentAt });
  expect((await probe()).outcome).toMatchObject({ ok: true, value: null });
  await lag(0);
  expect((await probe()).outcome).toMatchObject({ ok: true, value: { crm_id } });
});

test("600 leads come page by page, each once, though some change meanwhile; a filter and a time narrow them down", async () => {
  const before = (await fetched({ limit: 1 })).total;
  await sandbox("POST", "/leads", { vendor: "hubspot", count: 600 });
  expect((await changes()).filter(({ changeSource }) => changeSource === "CRM_UI")).toHaveLength(600);
  const seen: string[] = [];
  let page: string | undefined;
  do {
    const answer = await fetched({ ...(page && { page }) });
    expect(answer.total).toBe(before + 600);
    seen.push(...answer.leads.map(({ crm_id }) => crm_id));
    await sync({ crm_id: seen[0], company: `Changed ${seen.length}` });
    page = answer.next_page;
  } while (page);
  expect([new Set(seen).size, seen.length]).toEqual([before + 600, before + 600]);
  const masons = await fetched({
    where: [{ field: "lastname", equals: "mason" }],
    updated_since: new Date(Date.now() - 3_600_000).toISOString(),
  });
  expect(masons.leads).toHaveLength(masons.total);
  expect(masons.leads[0]).toMatchObject({ name: expect.stringMatching(/Mason$/) });
  expect(await fetched({ updated_since: new Date(Date.now() + 3_600_000).toISOString() })).toEqual({ leads: [], total: 0 });
  expect(await call("crm/fetch_leads", { page: "1 OR 1" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("the fields of a contact come with their types and choices; a value that is no choice is refused by its field", async () => {
  const { fields } = await ask<{ fields: { name: string }[] }>("crm/list_crm_fields", {});
  const of = (name: string) => fields.find((field) => field.name === name);
  expect(of("email")).toEqual({ name: "email", label: "Email", type: "email", required: false, read_only: false });
  expect(of("phone")).toMatchObject({ type: "phone" });
  expect(of("wants_financing")).toMatchObject({ type: "boolean" });
  expect(of("services")).toMatchObject({ type: "choices", options: [{ value: "plumbing", label: "Plumbing" }, {}, {}] });
  expect(of("createdate")).toMatchObject({ type: "datetime", read_only: true });
  expect(await call("crm/sync_lead", { email: "ada@example.com", fields: { roof_age: "old" } })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of roof_age"] }),
  );
});
