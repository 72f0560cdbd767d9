import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("hubspot");
const FIND = "crm/find_contact";
const SAVE = "crm/save_contact";
const sandbox = (method: string, path: string, body?: unknown) => stage().rig.sandbox(method, path, body);
const lag = (indexLagSeconds: number) => sandbox("PUT", "/settings", { vendor: "hubspot", indexLagSeconds });
const bearing = async (text: string) =>
  ((await sandbox("GET", "/inbox?vendor=hubspot")) as { inbox: { title: string; text: string }[] }).inbox.filter((one) =>
    `${one.title}\n${one.text}`.includes(text),
  );
const found = async (query: string) => {
  const outcome = await call(FIND, { query });
  if (!outcome?.ok) throw new Error(JSON.stringify(outcome));
  return (outcome.value as { contacts: { contact_id: string; name?: string }[] }).contacts;
};
const probe = async (input: unknown, sentAt = Date.now() - 1000) =>
  (await stage().probe(action(SAVE), { input, idempotencyKey: "f".repeat(64), sentAt })).outcome;

test("the token is introspected from the body of a request, and is in no address and no header of it", async () => {
  const { outcome, sent } = await stage().check("valid");
  expect(outcome).toMatchObject({ ok: true, value: { id: "5550123", name: "sandbox-plumbing.example" } });
  expect(sent).toHaveLength(1);
  const token = stage().subject.emulator.credentials.valid["access_token"] ?? "none";
  expect(sent[0]?.form?.get("token")).toBe(token);
  expect(sent[0]?.url).not.toContain(token);
  expect(sent[0]?.headers.get("authorization")).toBeNull();
});

test("a grant without leave to change contacts is told by the test, with what is lacking; a call is told so too", async () => {
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError", missing: ["crm.objects.contacts.write"] }));
  const context = { requiredGranularScopes: ["crm.objects.contacts.write"] };
  answers(403, { status: "error", message: "…", category: "MISSING_SCOPES", errors: [{ message: "…", context }] });
  expect(await call(SAVE, { email_or_phone: "x@example.com" })).toMatchObject(
    failed({ kind: "PermissionError", missing: ["crm.objects.contacts.write"] }),
  );
});

test("the day's limit is waited for longer than the ten seconds'", async () => {
  answers(429, { status: "error", message: "…", errorType: "RATE_LIMIT", policyName: "DAILY" });
  expect(await call(FIND, { query: "Ada" })).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 3_600_000 }));
  answers(429, { status: "error", message: "…", errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" });
  expect(await call(FIND, { query: "Ada" })).toMatchObject(failed({ kind: "RateLimited", retryAfterMs: 5000 }));
});

test("a wrong value is named by the tool's own field; an error without any field is still an error", async () => {
  const context = { propertyName: ["zip"] };
  answers(400, { status: "error", category: "VALIDATION_ERROR", message: "…", errors: [{ message: "…", context }] });
  expect(await call(SAVE, { email_or_phone: "x@example.com", postal_code: "?" })).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the vendor refused the value of postal_code"] }),
  );
  answers(400, {});
  expect(await call(SAVE, { email_or_phone: "x@example.com" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

test("a contact is found by address, by number however it was typed, and by name; nobody else is", async () => {
  expect(await found("ADA@example.com")).toMatchObject([{ name: "Ada Byron" }]);
  expect(await found("+12025550101")).toMatchObject([{ name: "Ada Byron" }]);
  expect(await found("+12025550102")).toMatchObject([{ name: "Ben O'Hara" }]);
  expect(await found("+442071838750")).toMatchObject([{ name: "Cleo Byron" }]);
  expect(await found("byron")).toHaveLength(2);
  expect(await found("cleo byron")).toHaveLength(1);
  expect(await found("+12071838750")).toEqual([]); // the same digits in another country
  expect(await found("nobody@example.com")).toEqual([]);
});

test("a contact saved twice is one, by address and by number", async () => {
  for (const email_or_phone of ["dora@example.com", "+12025550150"]) {
    const first = await call(SAVE, { email_or_phone, first_name: "Dora" });
    const second = await call(SAVE, { email_or_phone, first_name: "Dora", city: "Shelbyville" });
    expect(first).toMatchObject({ ok: true, value: { contact_id: expect.any(String) } });
    expect(second).toMatchObject({ ok: true, value: first?.ok ? first.value : undefined });
    expect(await bearing(email_or_phone)).toMatchObject([{ text: expect.stringContaining("Shelbyville") }]);
  }
});

test("a number that is new with an address that is taken changes the address's owner, and adds nobody", async () => {
  const [ben] = await found("ben@example.com");
  expect(await call(SAVE, { email_or_phone: "+12025550160", email: "ben@example.com" })).toMatchObject({
    ok: true,
    value: { contact_id: ben?.contact_id, phone: "+12025550160" },
  });
  expect(await bearing("ben@example.com")).toHaveLength(1);
  // The same where HubSpot's words do not name the owner.
  stage().misbehave((sent) => (sent.path.endsWith("/contacts") ? { status: 409, body: "{}" } : "pass"));
  expect(await call(SAVE, { email_or_phone: "+12025550161", email: "ben@example.com" })).toMatchObject({ ok: true });
  expect(await call(SAVE, { email_or_phone: "+12025550162" })).toMatchObject(failed({ kind: "Conflict" }));
});

test("one address saved many times at once is one contact", async () => {
  const asks = Array.from({ length: 8 }, (_, i) => call(SAVE, { email_or_phone: "eve@example.com", city: `City ${i}` }));
  const outcomes = await Promise.all(asks);
  expect(new Set(outcomes.map((outcome) => outcome?.ok && (outcome.value as { contact_id: string }).contact_id)).size).toBe(1);
  expect(await bearing("eve@example.com")).toHaveLength(1);
});

test("an address is found though the search lags; what was saved by number is looked for, and found once the search has it", async () => {
  await lag(60);
  expect(await call(SAVE, { email_or_phone: "fay@example.com" })).toMatchObject({ ok: true });
  expect(await call(SAVE, { email_or_phone: "fay@example.com", first_name: "Fay" })).toMatchObject({ ok: true });
  expect(await bearing("fay@example.com")).toHaveLength(1);

  const input = { email_or_phone: "+12025550170", first_name: "Gus" };
  expect(await call(SAVE, input)).toMatchObject({ ok: true });
  expect(await probe(input)).toMatchObject({ ok: true, value: null });
  await lag(0);
  expect(await probe(input)).toMatchObject({ ok: true, value: { name: "Gus" } });
  expect(await probe({ ...input, city: "Elsewhere" })).toMatchObject({ ok: true, value: null });
  expect(await probe({ email_or_phone: "fay@example.com", first_name: "Fay" })).toMatchObject({ ok: true, value: { name: "Fay" } });
});

test("HubSpot's 423 and 477 are waits", async () => {
  answers(423);
  expect(await call(FIND, { query: "Ada" })).toMatchObject(failed({ kind: "RateLimited" }));
});

test("a refresh brings a new refresh token, which is kept: a second refresh works", async () => {
  const { rig } = stage();
  const connection = "hubspot-twice";
  const { valid: _, expired } = stage().subject.emulator.credentials;
  const stored = await rig.admin.store({
    ...{ contractor: "demo", connection, vendor: "hubspot", type: "oauth_token" as const },
    fields: { ...expired },
    secrets: ["access_token", "refresh_token"],
  });
  const dial = async (generation: number) => {
    rig.egress.take("hubspot");
    const outcome = await rig.vendor("hubspot").check({ contractor: "demo", connection, generation, call: "c" });
    const spent = rig.egress.take("hubspot").flatMap(({ path, form }) => (path.endsWith("/token") ? [form?.get("refresh_token")] : []));
    return { outcome, spent };
  };
  const first = await dial(stored.generation);
  expect(first).toMatchObject({ outcome: { ok: true }, spent: [expired?.["refresh_token"]] });
  // A day later, by HubSpot's clock.
  await sandbox("PUT", "/settings", { vendor: "hubspot", clockAheadSeconds: 86_400 });
  const second = await dial(first.outcome.generation ?? 0);
  await sandbox("PUT", "/settings", { vendor: "hubspot", clockAheadSeconds: 0 });
  expect(second).toMatchObject({ outcome: { ok: true }, spent: [expect.stringMatching(/^na1-/)] });
  expect(second.spent).not.toEqual(first.spent);
});
