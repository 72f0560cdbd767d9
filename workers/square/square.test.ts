import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { WebhooksHelper } from "square";
import { expect, test } from "vitest";
import emulator from "./square.emulator.ts";
import { webhook } from "./webhook.ts";

const { checkFields } = trial("square");
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
