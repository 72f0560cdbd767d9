import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { action, call, stage } = trial("pipedrive");
const sandbox = (method: string, path: string, body?: unknown) => stage().rig.sandbox(method, path, body);
const lag = (indexLagSeconds: number) => sandbox("PUT", "/settings", { vendor: "pipedrive", indexLagSeconds });
const [ROOF, HEARD, SERVICES, BUDGET] = ["a", "b", "c", "e"].map((digit) => digit.repeat(40));
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
const titles = async (text: string) =>
  ((await sandbox("GET", "/inbox?vendor=pipedrive")) as { inbox: { title: string }[] }).inbox.filter(({ title }) => title.includes(text));
const changes = async () => {
  const ask = { vendor: "pipedrive", url: "https://junction.example/hooks/pipedrive/x", secret: "made-here", send: false };
  const { messages } = (await sandbox("POST", "/changes", ask)) as { messages: { kind: string; body: string }[] };
  return messages.map(({ kind, body }) => ({
    kind,
    body,
    ...(JSON.parse(body) as { meta: { change_source: string }; previous: object | null }),
  }));
};

test("a person is found by the id, the number however it was typed, the address, or the id of a lead of theirs", async () => {
  const url = "https://sandbox-plumbing.pipedrive.com/person/1";
  expect(await find({ phone: "+12025550101" })).toMatchObject([{ crm_id: "1", name: "Ada Byron", phones: ["+12025550101"], url }]);
  expect(await find({ phone: "+12025550102", email: "ADA@example.com" })).toMatchObject([{ name: "Ben O'Hara" }, { name: "Ada Byron" }]);
  expect(await find({ crm_id: "2", phone: "+12025550101" })).toMatchObject([{ phones: ["(202) 555-0102"], emails: ["ben@example.com"] }]);
  expect(await find({ crm_id: "b0000000-0000-4000-8000-000000000001" })).toMatchObject([{ crm_id: "1" }]);
  expect(await find({ crm_id: "1,2", email: "nobody@example.com" })).toEqual([]);
  expect(await call("crm/find_lead", {})).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("who is new becomes a person with a lead; a repeat updates both, adds what is new, and takes nothing away", async () => {
  const made = await sync({ name: "Zoe Dyer", phone: "+12025550111", email: "zoe@example.com", company: "Dyer & Sons" });
  expect(made).toMatchObject({ outcome: "created" });
  for (const input of [
    { crm_id: made.crm_id, email: "zoe@work.example" },
    { phone: "+12025550111", company: "dyer & sons" },
    { email: "ZOE@example.com" },
  ])
    expect(await sync({ ...input, fields: { [ROOF ?? ""]: "12", [SERVICES ?? ""]: "1;3" } })).toEqual({ ...made, outcome: "updated" });
  expect(await find({ crm_id: made.crm_id, fields: [ROOF, SERVICES, "org_id"] })).toMatchObject([
    {
      name: "Zoe Dyer",
      emails: ["zoe@example.com", "zoe@work.example"],
      phones: ["+12025550111"],
      fields: { [ROOF ?? ""]: 12, [SERVICES ?? ""]: "1;3" },
    },
  ]);
  expect((await titles("Zoe")).map(({ title }) => title).sort()).toEqual(["Lead Zoe Dyer lead", "Person Zoe Dyer"]);
  expect(await call("crm/sync_lead", { crm_id: "404", name: "Nobody" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("somebody known who has no lead gets one; not somebody whom we saved before, since theirs was converted", async () => {
  await sync({ crm_id: "2", name: "Ben O'Hara" });
  expect(await titles("Lead Ben")).toEqual([]);
  await sync({ phone: "+12025550102" });
  await sync({ phone: "+12025550102" });
  expect(await titles("Lead Ben")).toHaveLength(1);
});

test("what Pipedrive says already is not written; what is, is told with what it was before", async () => {
  await changes();
  await sync({ crm_id: "2", phone: "+12025550102", email: "BEN@example.com", name: "Ben O'Hara" });
  expect(await changes()).toEqual([]);
  await sync({ crm_id: "2", name: "Benjamin O'Hara" });
  expect(await changes()).toMatchObject([{ kind: "contact.updated", meta: { change_source: "api" }, previous: { name: "Ben O'Hara" } }]);
});

test("a change of one of the company's own fields is news of that field alone, as Pipedrive itself has it", async () => {
  await sync({ crm_id: "2", fields: { [ROOF ?? ""]: 30, [SERVICES ?? ""]: "2" } });
  await changes();
  await sync({ crm_id: "2", fields: { [ROOF ?? ""]: 30, [SERVICES ?? ""]: "1;2" } });
  const body = (await changes())[0]?.body;
  const delivery = { method: "POST", url: "https://junction.example/hooks/pipedrive/x", headers: {}, receivedAt: Date.now() };
  const [event] = await webhook.receive({ ...delivery, body: new TextEncoder().encode(body ?? "") });
  if (event?.type !== "contact.updated") throw new Error("no event");
  expect(event.data.changed).toMatchObject({ [SERVICES ?? ""]: "1;2" });
  expect(event.data.changed).not.toHaveProperty(ROOF ?? "");
  await sync({ crm_id: "2", fields: { [SERVICES ?? ""]: null } });
  expect(
    await stage()
      .rig.vendor("pipedrive")
      .confirm({ ...stage().held("valid"), event }),
  ).toMatchObject({ ok: true, value: { data: { changed: { [SERVICES ?? ""]: null } } } });
});

test("while the search lags, nobody is added twice, and a probe finds who was", async () => {
  await lag(240);
  const input = { phone: "+12025550120", name: "Yan Li", company: "Li & Co", fields: {} };
  const sentAt = Date.now();
  const probe = () => stage().probe(action("crm/sync_lead"), { input, idempotencyKey: "f".repeat(64), sentAt });
  expect((await probe()).outcome).toMatchObject({ ok: true, value: null });
  const made = await sync(input);
  expect(await find({ phone: "+12025550120" })).toEqual([]); // the search does not know yet
  expect(await sync(input)).toEqual({ ...made, outcome: "updated" });
  expect(await sync({ email: "yan@example.com", phone: "+12025550120" })).toEqual({ ...made, outcome: "updated" });
  expect((await probe()).outcome).toMatchObject({ ok: true, value: { crm_id: made.crm_id } });
  await lag(0);
  expect(await titles("Yan Li")).toHaveLength(2); // the person and the lead
});

test("600 persons come page by page, each once; a filter and a time narrow them down", async () => {
  const { leads } = (await sandbox("POST", "/leads", { vendor: "pipedrive", count: 600 })) as { leads: { id: string }[] };
  const seen: string[] = [];
  let page: string | undefined;
  do {
    const answer = await ask<{ leads: Lead[]; next_page?: string }>("crm/fetch_leads", { ...(page && { page }) });
    seen.push(...answer.leads.map(({ crm_id }) => crm_id));
    await sync({ crm_id: seen[0], name: `Ada ${seen.length}` });
    page = answer.next_page;
  } while (page);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(leads.map(({ id }) => id)));
  expect(await ask("crm/fetch_leads", { where: [{ field: "name", equals: "ben o'hara" }], limit: 2 })).toMatchObject({
    next_page: expect.any(String),
  });
  expect(await ask("crm/fetch_leads", { updated_since: new Date(Date.now() + 3_600_000).toISOString() })).toEqual({ leads: [] });
  expect(await call("crm/fetch_leads", { page: "made up" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("fields come with their types and choices; a value of another type never leaves", async () => {
  const { fields } = await ask<{ fields: { name: string }[] }>("crm/list_crm_fields", {});
  const of = (name: string | undefined) => fields.find((field) => field.name === name);
  expect(of("name")).toMatchObject({ label: "Name", required: true, read_only: true });
  expect(of(HEARD)).toMatchObject({
    label: "Heard of us by",
    type: "choice",
    options: [{ value: "1", label: "A neighbour" }, {}, {}],
    read_only: false,
  });
  expect(of(BUDGET)).toMatchObject({ type: "other", read_only: true });
  for (const wrong of [{ [ROOF ?? ""]: "old" }, { [HEARD ?? ""]: "The van" }, { [BUDGET ?? ""]: 5 }, { nonsense: "x" }])
    expect(await call("crm/sync_lead", { phone: "+12025550101", fields: wrong })).toMatchObject(failed({ kind: "InvalidRequest" }));
});
