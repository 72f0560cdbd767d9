import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { WebhooksHelper } from "square";
import { expect, test } from "vitest";
import emulator from "./square.emulator.ts";
import { webhook } from "./webhook.ts";

const { answers, call, checkFields, stage } = trial("square");
const bytes = (text: string) => new TextEncoder().encode(text);
const at = 1_790_000_000_000;
const delivery = (url: string, body: string, signature: string): Delivery => ({
  method: "POST",
  url,
  headers: { "x-square-hmacsha256-signature": signature },
  body: bytes(body),
  receivedAt: at,
});
const SITE = "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9";
const NOTICE = `{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}`;

// square-nodejs-sdk, tests/integration/webhooks.test.ts
test.each([
  ["Ibxx_5AKakO-3qeNVR61Dw", SITE, NOTICE, "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4="],
  [
    "signature-key",
    "https://webhook.site/webhooks",
    '{"data":{"type":"webhooks","id":"fake_id"}}',
    "W3FlCNk5IA3ZQ2LHTWoajvzfaDu/OwY2tNHIHC3IUOA=",
  ],
  [
    "signature-key",
    "https://webhook.site/webhooks",
    '{"data":{"type":"webhooks","id":">id<"}}',
    "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
  ],
])("Square's own signature with %s proves its delivery, at that address alone", async (key, url, body, signature) => {
  expect(await webhook.verify(delivery(url, body, signature), key)).toBe(true);
  expect(await webhook.verify(delivery(`${url}/`, body, signature), key)).toBe(false);
  expect(await webhook.verify(delivery(url, `${body} `, signature), key)).toBe(false);
  expect(await webhook.verify(delivery(url, body, signature), `${key}x`)).toBe(false);
  expect(await webhook.verify(delivery(url, body, ""), key)).toBe(false);
});

test("Square's test notification says nothing", async () => {
  expect(await webhook.receive(delivery(SITE, NOTICE, ""))).toEqual([]);
});

test("what the emulator delivers, Square's own SDK verifies, and it is read as its name says", async () => {
  const { pushes } = emulator;
  if (!pushes?.secret) throw new Error("Square shows a signature key");
  const state = { collection: () => expect.fail("nothing is kept") };
  for (const [kind, make] of Object.entries(pushes.kinds)) {
    const message = make({ id: "evt-1", entity: 7, now: at, state });
    const push = await pushes.sign({ ...message, url: SITE, secret: pushes.secret, now: at, id: "evt-1" });
    const signatureHeader = push.headers["x-square-hmacsha256-signature"] ?? "";
    const ask = { requestBody: push.body, signatureHeader, signatureKey: pushes.secret, notificationUrl: SITE };
    expect(await WebhooksHelper.verifySignature(ask)).toBe(true);
    const events = await webhook.receive(delivery(SITE, push.body, signatureHeader));
    expect(events, kind).toMatchObject([{ type: kind, id: "evt-1", account: "MLSANDBOXPLUMB", occurredAt: at }]);
  }
});

const notice = (type: string, object: object) =>
  delivery(SITE, JSON.stringify({ merchant_id: "M", type, event_id: "e", created_at: "2026-11-20T10:00:00.5Z", data: { object } }), "");
const amount_money = { amount: 900, currency: "USD" };

test("a payment on its way, a refund that waits, and a checkout that its payment tells of are no events", async () => {
  expect(await webhook.receive(notice("payment.created", { payment: { id: "p", status: "APPROVED", amount_money } }))).toEqual([]);
  expect(await webhook.receive(notice("refund.created", { refund: { id: "r", status: "PENDING", amount_money } }))).toEqual([]);
  const checkout = { id: "c", status: "COMPLETED", amount_money, payment_ids: ["p"] };
  expect(await webhook.receive(notice("terminal.checkout.updated", { checkout }))).toEqual([]);
  expect(await webhook.receive(notice("customer.created", {}))).toEqual([]);
});

test("a checkout called off at the terminal is a payment that failed, with the reason", async () => {
  const checkout = { id: "c", status: "CANCELED", cancel_reason: "TIMED_OUT", amount_money, reference_id: "job-9" };
  expect(await webhook.receive(notice("terminal.checkout.updated", { checkout }))).toMatchObject([
    { type: "payment.failed", data: { payment_id: "c", amount_minor: 900, currency: "usd", reason: "TIMED_OUT", reference: "job-9" } },
  ]);
});

test("a payment without its amount cannot be read", () => {
  expect(() => webhook.receive(notice("payment.updated", { payment: { id: "p", status: "COMPLETED" } }))).toThrow("invalid_type");
});

test("a token that may not see the business fails the test; Square's sandbox is another host", async () => {
  expect(await checkFields("narrow")).toMatchObject(failed({ kind: "PermissionError" }));
  expect(await checkFields("sandbox")).toMatchObject({ ok: true, value: { id: "MLSANDBOXPLUMB", name: "Sandbox Plumbing" } });
});

const charge = (customer_id: string, more: object = {}) =>
  call("crm/charge_card", { customer_id, amount_cents: 12_500, currency: "usd", description: "Water heater", ...more });
const resultOf = (outcome: Awaited<ReturnType<typeof charge>>) => (outcome?.ok ? outcome.value : {}) as Readonly<Record<string, string>>;
const visit = (address: string, decision: string) => stage().rig.visit(new URL(address), { decision });
const told = async () => ((await stage().rig.sandbox("POST", "/changes", ASK)) as { messages: { body: string }[] }).messages;
const ASK = { vendor: "square", url: SITE, send: false };

test("a card on file is charged, or the bank's no is told in the words of every payment vendor", async () => {
  expect(await charge("SANDBOXADA")).toMatchObject({ ok: true, value: { status: "succeeded", amount_cents: 12_500, currency: "usd" } });
  for (const [customer, code] of [
    ["SANDBOXBEN", "card_declined"],
    ["SANDBOXCLEO", "authentication_required"],
    ["SANDBOXDORA", "insufficient_funds"],
    ["SANDBOXFAY", "expired_card"],
  ] as const)
    expect(await charge(customer), customer).toMatchObject(failed({ kind: "Declined", code }));
  expect(await charge("SANDBOXEMIL")).toMatchObject(
    failed({ kind: "InvalidRequest", issues: ["the customer has no saved card: send a payment link"] }),
  );
  expect(await charge("cus_SandboxAda")).toMatchObject(failed({ kind: "NotFound" }));
  expect(await charge("SANDBOXADA", { payment_method_id: "ccof:sandboxBen" })).toMatchObject(failed({ kind: "InvalidRequest" }));
});

const find = async (query: string) => {
  const outcome = await call("crm/find_customer", { query });
  const { customers, complete } = (outcome?.ok ? outcome.value : {}) as { customers?: { customer_id: string }[]; complete?: boolean };
  return { ids: customers?.map(({ customer_id }) => customer_id), outcome, complete, customers };
};

test("a customer is found by email, phone and name, with the card that can be charged", async () => {
  const card = { payment_method_id: "ccof:sandboxAda", brand: "visa", last4: "5858", expires: "2030-12" };
  const ada = { customer_id: "SANDBOXADA", name: "Ada Park", email: "ada@example.com", phone: "+12025550100", cards: [card] };
  expect((await find("ADA@example.com")).customers).toEqual([ada]);
  expect(await find("+12025550101")).toMatchObject({ ids: ["SANDBOXBEN"], complete: true });
  expect(await find("+442025550100")).toMatchObject({ ids: ["SANDBOXEMIL"], customers: [{ cards: [] }] });
  expect(await find("park")).toMatchObject({ ids: ["SANDBOXFAY", "SANDBOXADA"], complete: true }); // the newest first
  expect(await find("Munoz Cleo")).toMatchObject({ ids: ["SANDBOXCLEO"] });
  expect(await find("Lind & Daughters")).toMatchObject({ ids: ["SANDBOXDORA"], customers: [{ name: "Dora" }] });
  for (const nobody of ["Ada Berg", "zoe@example.com", "+12025550199"])
    expect(await find(nobody), nobody).toMatchObject({ outcome: failed({ kind: "NotFound" }) });
});

test("a directory too long to be looked through by name is not taken for one that has nobody of it", async () => {
  const page = { customers: [{ id: "C", given_name: "Bo" }], cursor: "more" };
  answers(200, page);
  expect(await find("Ann")).toMatchObject({ ids: [], complete: false });
  answers(200, { ...page, customers: [{ id: "C", email_address: "zann@example.com" }], cursor: undefined });
  expect(await find("ann@example.com")).toMatchObject({ outcome: failed({ kind: "NotFound" }) });
});

test("all that is left is given back once, also where the answer was lost, and then no more", async () => {
  const { payment_id } = resultOf(await charge("SANDBOXADA"));
  expect(await call("crm/refund_payment", { payment_id, amount_cents: 2_500 })).toMatchObject({ value: { amount_cents: 2_500 } });
  const key = "d".repeat(64);
  for (let twice = 0; twice < 2; twice++)
    expect(await call("crm/refund_payment", { payment_id }, key)).toMatchObject({ value: { status: "pending", amount_cents: 10_000 } });
  expect(await call("crm/refund_payment", { payment_id })).toMatchObject(failed({ kind: "Declined", code: "PAYMENT_NOT_REFUNDABLE" }));
});

test("a customer pays at the terminal, or walks away, and Square tells of the payment", async () => {
  const { items } = resultOf(await call("crm/list_payment_terminals", {})) as unknown as { items: { id: string; usable: boolean }[] };
  expect(items).toMatchObject([{ name: "Van 1", usable: true }]);
  const job = { terminal_id: items[0]?.id, amount_cents: 9_900, currency: "usd", description: "Call-out", reference: "job-7" };
  const asked = async () => resultOf(await call("crm/take_payment_in_person", job))["checkout_id"] ?? "";
  const [pays, leaves] = [await asked(), await asked()];
  expect(await call("crm/get_in_person_payment", { checkout_id: pays })).toMatchObject({ value: { status: "waiting" } });
  await told();
  await visit(`https://connect.squareup.com/terminal/${pays}`, "tap");
  await visit(`https://connect.squareup.com/terminal/${leaves}`, "cancel");
  const paid = await call("crm/get_in_person_payment", { checkout_id: pays });
  expect(paid).toMatchObject({ value: { status: "paid", amount_cents: 9_900, payment_id: expect.any(String) } });
  expect(await call("crm/get_in_person_payment", { checkout_id: leaves })).toMatchObject({
    value: { status: "canceled", reason: "buyer_canceled" },
  });
  const { payment_id } = resultOf(paid);
  const events = await Promise.all((await told()).map(({ body }) => webhook.receive(delivery(SITE, body, ""))));
  expect(events.flat()).toMatchObject([
    { type: "payment.succeeded", data: { payment_id, amount_minor: 9_900, reference: "job-7" } },
    { type: "payment.failed", data: { payment_id: leaves, reason: "BUYER_CANCELED" } },
  ]);
  expect(await call("crm/refund_payment", { payment_id })).toMatchObject({ ok: true });
});

test("recurring billing ends with the time that was paid for", async () => {
  const plan = { customer_id: "SANDBOXADA", amount_cents: 2900, currency: "usd", interval: "month", description: "Plan" };
  const made = resultOf(await call("crm/create_subscription", plan));
  expect(made).toMatchObject({ status: "active", paid_until: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  const { subscription_id, paid_until } = made;
  for (let twice = 0; twice < 2; twice++)
    expect(await call("crm/cancel_subscription", { subscription_id })).toMatchObject({ value: { status: "active", ends_at: paid_until } });
});
