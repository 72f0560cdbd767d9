import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, call, stage } = trial("salesforce");
const HOME = "sandbox-plumbing.my.salesforce.com";
const FIND = "crm/find_lead";
const SYNC = "crm/sync_lead";
interface Found {
  readonly leads: readonly { crm_id: string; name?: string; phones: string[]; emails: string[]; company?: string; fields: object }[];
}
const value = async <T>(tool: string, input: Readonly<Record<string, unknown>>): Promise<T> => {
  const outcome = await call(tool, input);
  if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value as T;
};
const found = async (input: Readonly<Record<string, unknown>>) => (await value<Found>(FIND, input)).leads;
const save = (input: Readonly<Record<string, unknown>>) => value<{ crm_id: string; outcome: string; url: string }>(SYNC, input);
/** As one of Salesforce's own people puts them in. */
const people = async (first: number, count = 1) =>
  (
    (await stage().rig.sandbox("POST", "/leads", { vendor: "salesforce", first, count })) as {
      leads: { id: string; email: string; e164: string }[];
    }
  ).leads;
const lag = (indexLagSeconds: number) => stage().rig.sandbox("PUT", "/settings", { vendor: "salesforce", indexLagSeconds });

test("a lead is added once, found by its id, number and address, and changed; a field left out stays, null empties", async () => {
  const who = { name: "Ann Mary O'Neil", phone: "+12025550150", email: "ann@example.com", company: "O'Neil \\ Sons" };
  const added = await save({ ...who, fields: { LeadSource: "Web", AnnualRevenue: 5, Services__c: "Plumbing;Heating" } });
  expect(added).toMatchObject({ outcome: "created", url: `https://${HOME}/${added.crm_id}` });
  const fields = ["LeadSource", "AnnualRevenue", "Services__c"];
  const lead = {
    crm_id: added.crm_id,
    name: "Ann Mary O'Neil",
    phones: ["+12025550150"],
    emails: ["ann@example.com"],
    company: "O'Neil \\ Sons",
  };
  for (const by of [{ crm_id: added.crm_id }, { phone: who.phone }, { email: "ANN@example.com" }])
    expect(await found({ ...by, fields })).toMatchObject([{ ...lead, fields: { LeadSource: "Web", AnnualRevenue: 5 } }]);
  for (const by of [{ crm_id: added.crm_id }, { phone: who.phone }, { email: who.email }])
    expect(await save({ ...by, fields: { LeadSource: null } })).toMatchObject({ crm_id: added.crm_id, outcome: "updated" });
  expect(await found({ crm_id: added.crm_id, fields })).toMatchObject([{ ...lead, fields: { LeadSource: null, AnnualRevenue: 5 } }]);
  expect(await save({ crm_id: added.crm_id, name: "Ann" })).toMatchObject({ outcome: "updated" });
  expect(await found({ crm_id: added.crm_id })).toMatchObject([{ name: "Ann" }]);
});

test("a value that wants out of its quotes finds nobody and changes nothing", async () => {
  await people(900, 2);
  for (const text of ["x' OR Id != '", "x\\' OR Id != \\'", "x\\", "x\n'", "x\\\\' OR Id != ''"])
    expect(await value("crm/fetch_leads", { where: [{ field: "Company", equals: text }] }), text).toMatchObject({ leads: [], total: 0 });
  // The one sign of SOQL's that an address may have.
  expect(await found({ email: "o'hara@example.com" })).toEqual([]);
  for (const name of ["Id FROM Lead WHERE Name != '' --", "Owner.Name", "a,b", "toLabel(Status)", "__proto__"])
    expect(await call(FIND, { phone: "+12025550150", fields: [name] }), name).toMatchObject(failed({ kind: "InvalidRequest" }));
  for (const page of ["00Q5g0000000000EAA' OR Id != '", "1"])
    expect(await call("crm/fetch_leads", { page })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a number is found as it was typed, by a query if it was typed as usual, else by the search, which comes to know of it later", async () => {
  const [, bracketed, dashed, spaced] = await people(40, 4);
  for (const one of [bracketed, dashed, spaced]) {
    const { outcome, sent } = await stage().call(action(FIND), { input: { phone: one?.e164 } });
    expect(outcome).toMatchObject({ ok: true, value: { leads: [{ crm_id: one?.id }] } });
    expect(sent.map(({ path }) => path)).toEqual(["/services/data/v59.0/query"]);
  }
  const { crm_id } = await save({ phone: "+12025550160", name: "Odd", fields: { Phone: "202/555 01-60 ext. 7" } });
  await lag(60);
  expect(await found({ phone: "+12025550160" })).toEqual([]);
  await lag(0);
  expect(await found({ phone: "+12025550160" })).toMatchObject([{ crm_id, phones: ["202/555 01-60 ext. 7"] }]);
});

test("a duplicate that the rule finds and the search does not know yet is updated, if it is this person; who is only like them is not", async () => {
  const odd = await save({ phone: "+12025550170", name: "Pat Odd", company: "Odd Homes", fields: { Phone: "202/555 01-70" } });
  await lag(60);
  expect(await save({ phone: "+12025550170", name: "Pat Odd", email: "pat@example.com" })).toMatchObject({
    crm_id: odd.crm_id,
    outcome: "updated",
  });
  await lag(0);
  // The number is theirs already: it stays as somebody typed it.
  expect(await found({ crm_id: odd.crm_id })).toMatchObject([{ phones: ["202/555 01-70"], emails: ["pat@example.com"] }]);
  // The same name at the same company: warned of, and another person.
  const other = await save({ phone: "+12025550171", name: "Pat Odd", company: "Odd Homes" });
  expect(other).toMatchObject({ outcome: "created" });
  expect(other.crm_id).not.toBe(odd.crm_id);
  // Somebody else's address is not taken from them.
  expect(await call(SYNC, { crm_id: other.crm_id, email: "pat@example.com" })).toMatchObject(failed({ kind: "Conflict" }));
});

test("an id that is none of a lead's here, or of one that is gone, is looked for by number; with neither, by nothing", async () => {
  const [one] = await people(60);
  for (const crm_id of ["901", "00Q5g00000GONE0EAA", "0035g00000GONE0EAA", "../00Q"])
    expect(await save({ crm_id, phone: one?.e164, name: "Found" }), crm_id).toMatchObject({ crm_id: one?.id, outcome: "updated" });
  expect(await call(SYNC, { crm_id: "00Q5g00000GONE0EAA", name: "X" })).toMatchObject(failed({ kind: "NotFound" }));
  expect(await call(SYNC, { name: "X" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("an answer to a change that Salesforce cannot have given says nothing of whether there is such a lead", async () => {
  const [one] = await people(61);
  stage().misbehave(({ method }) => (method === "PATCH" ? () => ({ status: 200, body: '{"cut' }) : "pass"));
  for (const by of [{ crm_id: one?.id }, { phone: one?.e164 }])
    expect(await call(SYNC, { ...by, name: "Cut" })).toMatchObject(failed({ kind: "VendorUnavailable" }));
});

test("pages pass over none and repeat none, whatever changes between them; what comes is what was asked for", async () => {
  const all = await people(100, 7);
  const since = new Date(Date.now() - 60_000).toISOString();
  const ids: string[] = [];
  let page: string | undefined;
  do {
    const got: { leads: { crm_id: string }[]; next_page?: string; total?: number } = await value("crm/fetch_leads", {
      ...{ limit: 3, updated_since: since, where: [{ field: "Status", equals: "Open - Not Contacted" }] },
      ...(page !== undefined && { page }),
    });
    if (page === undefined) expect(got.total).toBeGreaterThanOrEqual(7);
    ids.push(...got.leads.map(({ crm_id }) => crm_id));
    await save({ crm_id: ids[0], fields: { City: `City ${ids.length}` } });
    page = got.next_page;
  } while (page !== undefined);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
  const typed = (field: string, equals: string) => call("crm/fetch_leads", { where: [{ field, equals }] });
  for (const [field, equals] of [
    ["AnnualRevenue", "5"],
    ["DoNotCall", "false"],
    ["Next_Visit__c", "2026-11-21"],
    ["CreatedDate", since],
  ] as const)
    expect(await typed(field, equals), field).toMatchObject({ ok: true });
  for (const [field, equals] of [
    ["AnnualRevenue", "5 OR Id != null"],
    ["DoNotCall", "maybe"],
    ["Nothing__c", "1"],
  ] as const)
    expect(await typed(field, equals), field).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("the fields are listed with what they take; one Salesforce does not know is named", async () => {
  const { fields } = await value<{ fields: object[] }>("crm/list_crm_fields", {});
  expect(fields).toEqual(
    expect.arrayContaining([
      { name: "LastName", label: "Last Name", type: "text", required: true, read_only: false },
      expect.objectContaining({
        name: "Services__c",
        type: "choices",
        required: false,
        options: expect.arrayContaining([{ value: "Heating", label: "Heating" }]),
      }),
      expect.objectContaining({ name: "CreatedDate", type: "datetime", read_only: true }),
    ]),
  );
  expect(await call(SYNC, { phone: "+12025550190", fields: { Wrong__c: "x" } })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of Wrong__c"] }),
  );
});
