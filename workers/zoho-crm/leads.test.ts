import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, call, stage } = trial("zoho-crm");
type Input = Readonly<Record<string, unknown>>;
const FIND = "crm/find_lead";
const SYNC = "crm/sync_lead";
const FETCH = "crm/fetch_leads";
async function value<T>(tool: string, input: Input): Promise<T> {
  const outcome = await call(tool, input);
  if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value as T;
}
const found = async (input: Input) => (await value<{ leads: { crm_id: string }[] }>(FIND, input)).leads;
const save = (input: Input) => value<{ crm_id: string; outcome: string; url: string }>(SYNC, input);
/** As one of the account's own people puts them in. */
const people = async (first: number, count = 1) =>
  ((await stage().rig.sandbox("POST", "/leads", { vendor: "zoho-crm", first, count })) as { leads: { id: string; e164: string }[] }).leads;
const lag = (indexLagSeconds: number) => stage().rig.sandbox("PUT", "/settings", { vendor: "zoho-crm", indexLagSeconds });

test("a lead is added once, found by its id, number and address, and changed; a field left out stays, null empties", async () => {
  const who = { name: "Ann Mary O'Neil", phone: "+12025550150", email: "ann@example.com", company: "O'Neil \\ Sons" };
  const added = await save({ ...who, fields: { Lead_Source: "Advertisement", No_of_Employees: 5 } });
  expect(added).toMatchObject({ outcome: "created", url: `https://crm.zoho.com/crm/tab/Leads/${added.crm_id}` });
  const fields = ["Lead_Source", "No_of_Employees", "Owner"];
  const lead = { crm_id: added.crm_id, name: who.name, phones: [who.phone], emails: [who.email], company: who.company };
  for (const by of [{ crm_id: added.crm_id }, { phone: who.phone }, { email: "ANN@example.com" }])
    expect(await found({ ...by, fields })).toMatchObject([{ ...lead, fields: { No_of_Employees: 5, Owner: "Sandbox Owner" } }]);
  for (const by of [{ crm_id: added.crm_id }, { phone: who.phone }, { email: who.email }])
    expect(await save({ ...by, fields: { Lead_Source: null } })).toMatchObject({ crm_id: added.crm_id, outcome: "updated" });
  expect(await found({ crm_id: added.crm_id, fields })).toMatchObject([{ ...lead, fields: { Lead_Source: null, No_of_Employees: 5 } }]);
  expect(await save({ crm_id: added.crm_id, name: "Ann" })).toMatchObject({ outcome: "updated" });
  expect(await found({ crm_id: added.crm_id })).toMatchObject([{ name: "Ann" }]);
});

test("texts become what their fields take, since Zoho reads no number and no list from a text; what fits none is named", async () => {
  const fields = { No_of_Employees: "12", Email_Opt_Out: "true", Services: "Plumbing; Heating", Annual_Revenue: "1.5" };
  const { crm_id } = await save({ phone: "+12025550151", fields });
  expect(await found({ crm_id, fields: Object.keys(fields) })).toMatchObject([
    { fields: { No_of_Employees: 12, Email_Opt_Out: true, Services: "Plumbing;Heating", Annual_Revenue: 1.5 } },
  ]);
  expect(await call(SYNC, { crm_id, fields: { No_of_Employees: "many" } })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of No_of_Employees"] }),
  );
  expect(await call(SYNC, { crm_id, name: "x".repeat(90) })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of Last_Name"] }),
  );
});

test("a value that wants out of its quotes finds nobody and changes nothing", async () => {
  await people(900, 2);
  for (const equals of ["x' or id > '0", "x\\' or id > \\'0", "x\\", "x\\\\' or id > '0"])
    expect(await value(FETCH, { where: [{ field: "Company", equals }] }), equals).toMatchObject({ leads: [], total: 0 });
  expect(await found({ email: "o'hara@example.com" })).toEqual([]);
  expect(await call(FETCH, { where: [{ field: "Company", equals: "x\n'" }] })).toMatchObject(failed({ kind: "InvalidRequest" }));
  for (const name of ["id from Leads where id > 0 --", "Owner.last_name", "a,b", "COUNT(id)", "__proto__"])
    expect(await call(FIND, { phone: "+12025550150", fields: [name] }), name).toMatchObject(failed({ kind: "InvalidRequest" }));
  for (const page of ["0' or id > '0", "-1"]) expect(await call(FETCH, { page })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a number is found as it was typed, by a query if it was typed as usual, else by the search, which comes to know of it later", async () => {
  const [, bracketed, dashed, spaced] = await people(40, 4);
  for (const one of [bracketed, dashed, spaced]) {
    const { outcome, sent } = await stage().call(action(FIND), { input: { phone: one?.e164 } });
    expect(outcome).toMatchObject({ ok: true, value: { leads: [{ crm_id: one?.id }] } });
    expect(sent.map(({ path }) => path)).toEqual(["/crm/v8/coql"]);
  }
  const { crm_id } = await save({ phone: "+12025550160", name: "Odd", fields: { Phone: "202/555 01-60 ext. 7" } });
  await lag(60);
  expect(await found({ phone: "+12025550160" })).toEqual([]);
  await lag(0);
  expect(await found({ phone: "+12025550160" })).toMatchObject([{ crm_id, phones: ["202/555 01-60 ext. 7"] }]);
  // To Zoho's search, containing is equal.
  await save({ phone: "+4420255501601", name: "Longer" });
  expect(await found({ phone: "+12025550160" })).toMatchObject([{ crm_id }]);
});

test("a duplicate told inside a 200 is updated if it is this person, and left alone if it is another", async () => {
  const [ben] = await people(50);
  // Looked for a moment too early, when nobody had them yet.
  stage().misbehave(({ path }) => (/coql|search/.test(path) ? { status: 204 } : "pass"));
  const email = "eli.gardner.88@example.com";
  const first = await save({ email, phone: "+12025550170", name: "Eli" });
  expect(await save({ email, phone: "+12025550170", name: "Eli Gardner" })).toMatchObject({ crm_id: first.crm_id, outcome: "updated" });
  // A field of their own that must differ, and does not, makes nobody the same person.
  const mobile = { Mobile: "call me" };
  expect(await save({ phone: "+12025550171", fields: mobile })).toMatchObject({ outcome: "created" });
  expect(await call(SYNC, { phone: "+12025550172", fields: mobile })).toMatchObject(failed({ kind: "Conflict" }));
  stage().behave();
  expect(await found({ crm_id: first.crm_id })).toMatchObject([{ name: "Eli Gardner", phones: ["+12025550170"] }]);
  // Somebody else's address is not taken from them.
  expect(await call(SYNC, { crm_id: ben?.id ?? "", email })).toMatchObject(failed({ kind: "Conflict" }));
});

test("an id that is none of a lead's here, or of one that is gone, is looked for by number; with neither, by nothing", async () => {
  const [one] = await people(60);
  for (const crm_id of ["901", "6499999999999999999", "00Q5g0000000000EAA", "../640"])
    expect(await save({ crm_id, phone: one?.e164, name: "Found" }), crm_id).toMatchObject({ crm_id: one?.id, outcome: "updated" });
  expect(await call(SYNC, { crm_id: "6499999999999999999", name: "X" })).toMatchObject(failed({ kind: "NotFound" }));
  expect(await call(SYNC, { name: "X" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("pages pass over none and repeat none, whatever changes between them", async () => {
  const since = new Date(Date.now() - 1000).toISOString();
  const all = await people(100, 7);
  const ids: string[] = [];
  let page: string | undefined;
  do {
    const got: { leads: { crm_id: string }[]; next_page?: string; total?: number } = await value(FETCH, {
      ...{ limit: 3, updated_since: since, where: [{ field: "Email_Opt_Out", equals: "false" }] },
      ...(page !== undefined && { page }),
    });
    if (page === undefined) expect(got.total).toBeGreaterThanOrEqual(7);
    ids.push(...got.leads.map(({ crm_id }) => crm_id));
    await save({ crm_id: ids[0], fields: { City: `City ${ids.length}` } });
    page = got.next_page;
  } while (page !== undefined);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(all.map(({ id }) => id)));
  const typed = (field: string, equals: string) => call(FETCH, { where: [{ field, equals }] });
  for (const [field, equals] of [
    ["No_of_Employees", "5"],
    ["Created_Time", since],
    ["Next_Visit", "2026-11-21"],
  ] as const)
    expect(await typed(field, equals), field).toMatchObject({ ok: true });
  for (const [field, equals] of [
    ["No_of_Employees", "5 or id > '0'"],
    ["Email_Opt_Out", "maybe"],
    ["Nothing", "1"],
  ] as const)
    expect(await typed(field, equals), field).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("the fields are listed with what they take", async () => {
  const { fields } = await value<{ fields: object[] }>("crm/list_crm_fields", {});
  expect(fields).toEqual(
    expect.arrayContaining([
      { name: "Last_Name", label: "Last Name", type: "text", required: true, read_only: false },
      expect.objectContaining({
        name: "Services",
        type: "choices",
        options: expect.arrayContaining([{ value: "Heating", label: "Heating" }]),
      }),
      expect.objectContaining({ name: "Created_Time", type: "datetime", read_only: true }),
    ]),
  );
});
