import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "./test-stack.ts";

let sandbox: Sandbox;
let keys: Record<"valid" | "wrong" | "expired" | "restricted", { api_key: string }>;
beforeAll(async () => {
  sandbox = await startSandbox();
  keys = (await sandbox.api("GET", "/credentials")).body.credentials.stripe;
});
afterAll(() => sandbox.dispose());
beforeEach(() => sandbox.reset());

async function call(method: string, path: string, fields?: Record<string, string>, headers: Record<string, string> = {}) {
  const init = {
    method,
    headers: { authorization: `Bearer ${keys.valid.api_key}`, ...headers },
    ...(fields && { body: new URLSearchParams(fields) }),
  };
  const reply = await sandbox.send(`/api.stripe.com${path}`, init);
  return { status: reply.status, headers: reply.headers, body: JSON.parse(await reply.text()) };
}
const charge = (more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  call(
    "POST",
    "/v1/payment_intents",
    {
      amount: "12500",
      currency: "usd",
      customer: "cus_SandboxAda",
      payment_method: "pm_SandboxAda",
      "payment_method_types[0]": "card",
      off_session: "true",
      confirm: "true",
      description: "Boiler",
      ...more,
    },
    headers,
  );

test("a charge succeeds, and shows in the intent, the balance, the list and the inbox", async () => {
  const { status, body, headers } = await charge({ "metadata[job]": "j1" }, { "stripe-version": "2023-08-16" });
  expect({ status, body }).toMatchObject({ status: 200, body: { status: "succeeded", amount_received: 12500, metadata: { job: "j1" } } });
  expect(headers.get("request-id")).toMatch(/^req_/);
  expect((await call("GET", `/v1/payment_intents/${body.id}`)).body).toEqual(body);
  expect((await call("GET", "/v1/balance")).body.pending[0].amount).toBe(12500);
  expect((await call("GET", "/v1/payment_intents?customer=cus_SandboxAda")).body.data).toHaveLength(1);
  expect((await sandbox.api("GET", "/inbox?vendor=stripe")).body.inbox).toMatchObject([
    { title: "$125.00 charged to the card ending in 4242" },
  ]);
});

test.each([
  ["cus_SandboxBen", "card_declined", "generic_decline"],
  ["cus_SandboxCleo", "authentication_required", "authentication_required"],
  ["cus_SandboxDora", "card_declined", "insufficient_funds"],
])("the card of %s is declined with a 402 that carries the intent", async (customer, code, decline_code) => {
  const { status, body } = await charge({ customer, payment_method: customer.replace("cus", "pm") });
  expect({ status, body }).toMatchObject({
    status: 402,
    body: { error: { type: "card_error", code, decline_code, payment_intent: { status: "requires_payment_method" } } },
  });
  expect((await sandbox.api("GET", "/inbox?vendor=stripe")).body.inbox).toEqual([]);
});

test("test cards of the documentation, on session, and a confirmation of their own", async () => {
  const { body } = await call("POST", "/v1/payment_intents", {
    amount: "100",
    currency: "usd",
    "payment_method_types[]": "card",
    payment_method: "pm_card_visa",
  });
  expect(body.status).toBe("requires_confirmation");
  expect((await call("POST", `/v1/payment_intents/${body.id}/confirm`, {})).body.status).toBe("succeeded");
  const again = await call("POST", `/v1/payment_intents/${body.id}/confirm`, {});
  expect(again).toMatchObject({ status: 400, body: { error: { code: "payment_intent_unexpected_state" } } });
  const onSession = { off_session: "", customer: "", payment_method: "pm_card_authenticationRequired" };
  expect((await charge(onSession)).body.status).toBe("requires_action");
  expect((await charge({ ...onSession, error_on_requires_action: "true" })).status).toBe(402);
  expect((await charge({ customer: "", payment_method: "pm_card_visa_chargeDeclined" })).body.error.decline_code).toBe("generic_decline");
});

test("a key replays its answer, a 402 too, and charges once", async () => {
  const first = await charge({}, { "idempotency-key": "job-1" });
  const second = await charge({}, { "idempotency-key": "job-1" });
  expect(second.body).toEqual(first.body);
  expect([first, second].map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true"]);
  const declined = { customer: "cus_SandboxBen", payment_method: "pm_SandboxBen" };
  const no = await charge(declined, { "idempotency-key": "job-2" });
  expect(await charge(declined, { "idempotency-key": "job-2" })).toMatchObject({ status: 402, body: no.body });
  expect((await call("GET", "/v1/payment_intents")).body.data).toHaveLength(2);
});

test("a key used with other parameters, or at another endpoint, is an idempotency_error", async () => {
  await charge({}, { "idempotency-key": "job-1" });
  expect(await charge({ amount: "1" }, { "idempotency-key": "job-1" })).toMatchObject({
    status: 400,
    body: { error: { type: "idempotency_error" } },
  });
  expect(await call("POST", "/v1/customers", {}, { "idempotency-key": "job-1" })).toMatchObject({
    status: 400,
    body: { error: { type: "idempotency_error" } },
  });
});

test("a refused parameter leaves the key free", async () => {
  expect((await charge({ amount: "1" }, { "idempotency-key": "job-1" })).body.error.code).toBe("amount_too_small");
  expect((await charge({}, { "idempotency-key": "job-1" })).status).toBe(200);
});

test("twenty at once with one key: one charge, and 409 for those that came while it was worked on", async () => {
  let refused: Awaited<ReturnType<typeof charge>> | undefined;
  let rounds = 0;
  // Whether any comes in time is the machine's affair: another key, until one does.
  for (; !refused && rounds < 20; rounds++) {
    const all = await Promise.all(Array.from({ length: 20 }, () => charge({}, { "idempotency-key": `storm-${rounds}` })));
    expect(all.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    refused = all.find(({ status }) => status === 409);
  }
  expect(refused?.body.error.code).toBe("idempotency_key_in_use");
  expect((await call("GET", "/v1/payment_intents?limit=100")).body.data).toHaveLength(rounds);
});

test("commit-then-drop with a key: the repeat finds the charge that was made", async () => {
  await sandbox.api("PUT", "/faults", { vendor: "stripe", operation: "create_payment_intent", fault: "commit_then_drop", times: 1 });
  const init = {
    method: "POST",
    body: "amount=500&currency=usd&confirm=true&payment_method=pm_card_visa&payment_method_types[]=card",
    headers: { authorization: `Bearer ${keys.valid.api_key}`, "content-type": "application/x-www-form-urlencoded", "idempotency-key": "k" },
  };
  expect((await sandbox.caller("/api.stripe.com/v1/payment_intents", init)).outcome).toBe("threw");
  expect((await sandbox.caller("/api.stripe.com/v1/payment_intents", init)).status).toBe(200);
  expect((await call("GET", "/v1/payment_intents")).body.data).toHaveLength(1);
});

test("a refund may not exceed what is left, and what is left is given by default", async () => {
  const { body } = await charge();
  const refund = (fields: Record<string, string> = {}) => call("POST", "/v1/refunds", { payment_intent: body.id, ...fields });
  expect((await refund({ amount: "2500" })).body).toMatchObject({ object: "refund", amount: 2500, status: "succeeded" });
  expect((await refund({ amount: "12500" })).body.error.message).toBe(
    "Refund amount ($125.00) is greater than unrefunded amount on charge ($100.00)",
  );
  expect((await refund()).body.amount).toBe(10_000);
  expect((await refund()).body.error.code).toBe("charge_already_refunded");
});

test("a payment link wants a price, as this version has it", async () => {
  const price = await call("POST", "/v1/prices", { currency: "usd", unit_amount: "4900", "product_data[name]": "Tune-up" });
  const link = await call("POST", "/v1/payment_links", { "line_items[0][price]": price.body.id, "line_items[0][quantity]": "2" });
  expect(link.body).toMatchObject({
    object: "payment_link",
    active: true,
    url: expect.stringMatching(/^https:\/\/buy\.stripe\.com\/test_/),
  });
  expect(link.body).not.toHaveProperty("total_in_sandbox");
  const newer = await call("POST", "/v1/payment_links", { "line_items[0][price_data][currency]": "usd", "line_items[0][quantity]": "1" });
  expect(newer.body.error).toMatchObject({ code: "parameter_unknown", param: "line_items[0][price_data]" });
});

test("bad input names the parameter", async () => {
  const error = async (fields: Record<string, string>) => (await call("POST", "/v1/payment_intents", fields)).body.error;
  expect(await error({ currency: "usd" })).toMatchObject({ code: "parameter_missing", param: "amount" });
  expect(await error({ amount: "12.5", currency: "usd" })).toMatchObject({ code: "parameter_invalid_integer", param: "amount" });
  expect(await error({ amount: "1250", currency: "xyz" })).toMatchObject({ param: "currency" });
  expect(await error({ amount: "1250", currency: "usd", colour: "red" })).toMatchObject({ code: "parameter_unknown", param: "colour" });
  expect(await error({ amount: "1250", currency: "usd", customer: "cus_nobody" })).toMatchObject({
    code: "resource_missing",
    param: "customer",
  });
  expect(await charge({ customer: "cus_SandboxBen" })).toMatchObject({ status: 400, body: { error: { param: "payment_method" } } });
  const json = await sandbox.send("/api.stripe.com/v1/customers", {
    method: "POST",
    body: "{}",
    headers: { authorization: `Bearer ${keys.valid.api_key}`, "content-type": "application/json" },
  });
  expect(json.status).toBe(400);
});

test("customers are found by email, and one by one", async () => {
  const { body } = await call("POST", "/v1/customers", { email: "zoe@example.com", name: "Zoe", "metadata[lead_id]": 'l"1' });
  expect((await call("GET", "/v1/customers?email=zoe%40example.com")).body.data).toEqual([body]);
  expect((await call("GET", "/v1/customers?limit=2")).body).toMatchObject({ has_more: true, data: [{ id: body.id }, {}] });
  expect(await call("GET", "/v1/customers/cus_nobody")).toMatchObject({ status: 404, body: { error: { code: "resource_missing" } } });
  expect((await call("GET", "/v1/customers/cus_SandboxAda/payment_methods?type=card&limit=1")).body.data).toMatchObject([
    { id: "pm_SandboxAda" },
  ]);
});

test("what was made within the last minute is in the list, and not in the search yet; its language is taken at its word", async () => {
  const { body } = await call("POST", "/v1/customers", { name: 'Zoe "Zo" AND Sons', "metadata[lead_id]": 'l"1' });
  const search = async (query: string) => (await call("GET", `/v1/customers/search?query=${encodeURIComponent(query)}`)).body;
  const ids = async (query: string) => (await search(query)).data.map(({ id }: { id: string }) => id);
  const mine = 'metadata["lead_id"]:"l\\"1"';
  expect((await call("GET", "/v1/customers?limit=1")).body.data).toEqual([body]);
  expect(await ids(mine)).toEqual([]);
  await sandbox.api("PUT", "/settings", { vendor: "stripe", clockAheadSeconds: 60 });
  expect(await ids(mine)).toEqual([body.id]);
  expect(await ids('name:"zoe \\"zo\\" and sons"')).toEqual([body.id]);
  expect(await ids(`${mine} -name~"zoe"`)).toEqual([]);
  expect(await ids('name:"EMIL BERG" OR name~"zo\\"" OR name~"nobody"')).toEqual([body.id, "cus_SandboxEmil"]);
  for (const query of [
    'name:"Zoe" AND Sons"',
    'name~"zo"',
    "name:zoe",
    'name:"a" AND name:"b" OR name:"c"',
    'metadata["lead_id"]~"l1x"',
    'name:"a',
    "",
  ])
    expect(await search(query), query).toMatchObject({ error: { param: "query" } });
});

test("keys: wrong and expired are 401, a restricted one is told what it lacks, Basic works", async () => {
  const as = (key: string) => ({ authorization: `Bearer ${key}` });
  expect((await call("GET", "/v1/balance", undefined, as(keys.wrong.api_key))).body.error.message).toMatch(
    /^Invalid API Key provided: sk_test_\*+/,
  );
  expect((await call("GET", "/v1/balance", undefined, as(keys.expired.api_key))).body.error.code).toBe("api_key_expired");
  expect((await call("GET", "/v1/balance", undefined, as(keys.restricted.api_key))).status).toBe(200);
  const lacking = await charge({}, as(keys.restricted.api_key));
  expect(lacking).toMatchObject({
    status: 403,
    body: { error: { code: "more_permissions_required", message: expect.stringContaining("'payment_intent_write'") } },
  });
  expect((await call("GET", "/v1/balance", undefined, { authorization: `Basic ${btoa(`${keys.valid.api_key}:`)}` })).status).toBe(200);
  expect((await call("GET", "/v1/balance", undefined, { "stripe-account": "acct_other" })).status).toBe(403);
});
