import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("stripe");
const charge = (customer_id: string, more: object = {}, key?: string) =>
  call("crm/charge_card", { customer_id, amount_cents: 12_500, currency: "usd", description: "Water heater", ...more }, key);

test("a bank's no is Declined, with its reason", async () => {
  expect(await charge("cus_SandboxBen")).toMatchObject(failed({ kind: "Declined", code: "card_declined" }));
  expect(await charge("cus_SandboxCleo")).toMatchObject(failed({ kind: "Declined", code: "authentication_required" }));
  expect(await charge("cus_SandboxDora")).toMatchObject(failed({ kind: "Declined", code: "insufficient_funds" }));
});

test("without a card named, the newest is charged; a customer without one, or no customer, is the caller's to mend", async () => {
  expect(await charge("cus_SandboxAda")).toMatchObject({
    ok: true,
    value: { status: "succeeded", amount_cents: 12_500, currency: "usd" },
  });
  expect(await charge("cus_SandboxEmil")).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the customer has no saved card: send a payment link"] }),
  );
  expect(await charge("cus_Nobody")).toMatchObject(failed({ kind: "NotFound" }));
});

const find = async (query: string) => {
  const { outcome, sent } = await stage().call(action("crm/find_customer"), { input: { query } });
  const { customers, complete } = (outcome?.ok ? outcome.value : {}) as { customers?: { customer_id: string }[]; complete?: boolean };
  const [asked] = sent;
  return {
    ids: customers?.map(({ customer_id }) => customer_id),
    outcome,
    complete,
    customers,
    path: asked?.path,
    search: asked?.query.get("query"),
  };
};

test("a customer is found by email, phone and name, with the card that can be charged", async () => {
  const card = { payment_method_id: "pm_SandboxAda", brand: "visa", last4: "4242", expires: "2030-12" };
  const { customers, path } = await find("ada@example.com");
  expect(customers).toEqual([
    { customer_id: "cus_SandboxAda", name: "Ada Park", email: "ada@example.com", phone: "+12025550100", cards: [card] },
  ]);
  expect(path).toBe("/v1/customers"); // the search would not know yet who was added just now
  expect(await find("ADA@Example.com")).toMatchObject({ ids: ["cus_SandboxAda"], complete: true });
  expect(await find("+12025550101")).toMatchObject({ ids: ["cus_SandboxBen"] });
  expect(await find("+12025550103")).toMatchObject({ ids: ["cus_SandboxDora"] });
  expect(await find("+442025550100")).toMatchObject({ ids: ["cus_SandboxEmil"], customers: [{ cards: [] }] });
  expect(await find("o'neil ben")).toMatchObject({ ids: ["cus_SandboxBen"] });
  expect(await find("Muñoz")).toMatchObject({ ids: ["cus_SandboxCleo"] });
  for (const nobody of ["Ada Berg", "Bo", "zoe@example.com", "+12025550199"])
    expect(await find(nobody), nobody).toMatchObject({ outcome: failed({ kind: "NotFound" }) });
});

test("nothing that is asked for ends its own clause of the search", async () => {
  for (const hostile of [
    'Ada" OR name~"e',
    'Ada\\" OR email~\\"example',
    "x\\",
    '""',
    "a' b",
    '"@example.com.x"',
    '" OR name~"e@x.y',
    "-Ada",
    "a\r\nb",
  ]) {
    const { outcome, search } = await find(hostile);
    expect(search ?? "", hostile).toMatch(/^(|(name~"[\p{L}\p{N}]+"( AND (?!$)|$))+|(name|email):"[^"\\\p{Cc}]*")$/u);
    expect(outcome, hostile).toMatchObject(failed({ kind: "NotFound" }));
  }
});

test("what the search finds besides is left out, and who does not fit is told of", async () => {
  const one = (id: number, name: string) => ({ id: `cus_${id}`, name });
  const search = (data: readonly object[], has_more = false) => {
    const body = (path: string) => (path.endsWith("payment_methods") ? { data: [] } : { data, has_more });
    stage().misbehave(({ path }) => ({ status: 200, headers: { "content-type": "application/json" }, body: JSON.stringify(body(path)) }));
  };
  search([one(1, "Annabel Park"), one(2, "Ann Berg"), { id: "cus_3" }]);
  expect(await find("Ann Park")).toMatchObject({ ids: ["cus_1"], complete: true });
  search(Array.from({ length: 11 }, (_, at) => one(at, "Ann")));
  expect(await find("Ann")).toMatchObject({ ids: { length: 10 }, complete: false });
  search([one(1, "Ann")], true);
  expect(await find("Ann")).toMatchObject({ ids: ["cus_1"], complete: false });
});

test("a key that was used for something else is a Conflict, and one whose first use is under way is not known yet", async () => {
  const key = "a".repeat(64);
  expect(await charge("cus_SandboxAda", {}, key)).toMatchObject({ ok: true });
  expect(await charge("cus_SandboxAda", { amount_cents: 1 }, key)).toMatchObject(failed({ kind: "Conflict" }));
  answers(409, { error: { type: "idempotency_error", code: "idempotency_key_in_use" } });
  expect(await charge("cus_SandboxAda", {}, key)).toMatchObject(failed({ kind: "VendorUnavailable", sent: true }));
});

test("a payment is given back once, and no more than was paid", async () => {
  const paid = await charge("cus_SandboxAda");
  const payment_id = paid?.ok ? (paid.value as { payment_id: string }).payment_id : "";
  expect(await call("crm/refund_payment", { payment_id })).toMatchObject({
    ok: true,
    value: { status: "succeeded", amount_cents: 12_500 },
  });
  expect(await call("crm/refund_payment", { payment_id })).toMatchObject(failed({ kind: "Declined", code: "charge_already_refunded" }));
  expect(await call("crm/refund_payment", { payment_id: "pi_nobody" })).toMatchObject(failed({ kind: "NotFound" }));
});

test("a link's two requests have keys of their own, and a restricted key is told what it lacks", async () => {
  const { sent } = await stage().call(action("crm/create_payment_link"), { idempotencyKey: "b".repeat(64) });
  expect(new Set(sent.map(({ headers }) => headers.get("idempotency-key"))).size).toBe(2);
  expect(await checkFields("restricted")).toMatchObject({ ok: true });
  await stage().rig.sandbox("PUT", "/faults", { vendor: "stripe", fault: "403", times: 1 });
  expect(await call("crm/create_payment_link", { amount_cents: 1, description: "x" })).toMatchObject(
    failed({ kind: "PermissionError", missing: ["plan_write"] }),
  );
});

test("recurring billing begins with a payment, and ends with the time that was paid for", async () => {
  const plan = (customer_id: string) =>
    call("crm/create_subscription", { customer_id, amount_cents: 2900, currency: "usd", interval: "month", description: "Plan" });
  expect(await plan("cus_SandboxBen")).toMatchObject(failed({ kind: "Declined", code: "card_declined" }));
  expect(await plan("cus_SandboxCleo")).toMatchObject(failed({ kind: "Declined", code: "authentication_required" }));
  const made = await plan("cus_SandboxAda");
  expect(made).toMatchObject({ ok: true, value: { status: "active", paid_until: expect.stringMatching(/^\d{4}-.*Z$/) } });
  const { subscription_id, paid_until, ends_at } = (made?.ok ? made.value : {}) as Readonly<Record<string, string>>;
  expect(ends_at).toBeUndefined();
  const ended = { ok: true, value: { subscription_id, status: "active", paid_until, ends_at: paid_until } };
  for (let twice = 0; twice < 2; twice++) expect(await call("crm/cancel_subscription", { subscription_id })).toMatchObject(ended);
});

test("a customer pays by the link, once, and Stripe tells of it", async () => {
  const told = async () => {
    const ask = { vendor: "stripe", url: "https://junction.example/hooks/stripe/x", send: false };
    const { messages } = (await stage().rig.sandbox("POST", "/changes", ask)) as { messages: { kind: string; body: string }[] };
    return messages.map(({ kind, body }) => [kind, (JSON.parse(body) as { data: { object: { amount: number } } }).data.object.amount]);
  };
  const made = await call("crm/create_payment_link", { amount_cents: 6_400, description: "Call-out", quantity: 2 });
  const { url } = (made?.ok ? made.value : {}) as { url: string };
  await told();
  for (let twice = 0; twice < 2; twice++) await stage().rig.visit(new URL(url), { decision: "pay" });
  expect(await told()).toEqual([["payment.succeeded", 12_800]]);
});
