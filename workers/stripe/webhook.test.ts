import type { Delivery } from "@junction/kit";
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import emulator from "./stripe.emulator.ts";
import { webhook } from "./webhook.ts";

const SECRET = ["whsec", "test_secret"].join("_");
const delivery = (signature: string, body: string): Delivery => ({
  ...{ method: "POST", url: "https://example.com/hooks/stripe/a", headers: { "stripe-signature": signature }, receivedAt: Date.now() },
  body: new TextEncoder().encode(body),
});
const stripe = new Stripe(["sk", "test", "unused"].join("_"));
const PAYLOAD = '{"id":"evt_test_webhook","object":"event"}';
const V1 = "88a022085c6bdb887b02cb26ff76dd681234d9675c0f22844059f55552a8883a";

describe("the signature", () => {
  test("as Stripe's own library makes it", async () => {
    const header = stripe.webhooks.generateTestHeaderString({ payload: PAYLOAD, secret: SECRET, timestamp: 1492774577 });
    expect(header).toBe(`t=1492774577,v1=${V1}`);
    expect(await webhook.verify(delivery(header, PAYLOAD), SECRET)).toBe(true);
    expect(webhook.window?.signedAt(delivery(header, PAYLOAD))).toBe(1492774577);
    expect(await webhook.verify(delivery(header, PAYLOAD.replace("event", "evenT")), SECRET)).toBe(false);
    expect(await webhook.verify(delivery(header.replace("t=1", "t=2"), PAYLOAD), SECRET)).toBe(false);
    expect(await webhook.verify(delivery(header, PAYLOAD), `${SECRET}x`)).toBe(false);
  });

  test("counts if any v1 fits, as while a secret is rolled; a v0 never does", async () => {
    const other = "0".repeat(64);
    expect(await webhook.verify(delivery(`t=1492774577,v1=${other},v1=${V1}`, PAYLOAD), SECRET)).toBe(true);
    for (const header of [`t=1492774577,v0=${V1}`, `t=1492774577,v1=${other}`, `t=1492774577,v1=`, `v1=${V1}`, "", "t=1492774577"])
      expect(await webhook.verify(delivery(header, PAYLOAD), SECRET), header).toBe(false);
  });

  test("of our sandbox is what Stripe's own library takes", async () => {
    const { pushes } = emulator;
    const now = Date.now();
    for (const kind of Object.values(pushes?.kinds ?? expect.fail("it delivers nothing"))) {
      const message = kind({ id: "1", entity: 1, now, state: { collection: () => expect.fail("not asked") } });
      const { headers, body } = (await pushes?.sign({ ...message, url: "", secret: SECRET, now, id: "1" })) ?? expect.fail();
      expect(stripe.webhooks.constructEvent(body, headers["stripe-signature"] ?? "", SECRET)).toMatchObject({ object: "event" });
    }
  });
});

describe("what it says", () => {
  const says = (type: string, object: object, previous_attributes?: object) =>
    webhook.receive(delivery("", JSON.stringify({ id: "evt_1", type, created: 1_700_000_000, data: { object, previous_attributes } })));
  const intent = { id: "pi_1", amount: 500, amount_received: 500, currency: "usd", customer: "cus_1", description: "Boiler" };

  test("a payment, and who made it", async () => {
    expect(await says("payment_intent.succeeded", { ...intent, receipt_email: "ada@example.com", shipping: { name: "Ada" } })).toEqual([
      {
        ...{ id: "evt_1", type: "payment.succeeded", entity: "payment:pi_1", occurredAt: 1_700_000_000_000 },
        person: { id: "cus_1", name: "Ada", email: "ada@example.com" },
        data: { payment_id: "pi_1", amount_minor: 500, currency: "usd", customer_id: "cus_1", reference: "Boiler" },
      },
    ]);
    expect(
      await says("payment_intent.succeeded", { ...intent, customer: { id: "cus_2" }, metadata: { reference: "Job 7" } }),
    ).toMatchObject([{ person: { id: "cus_2" }, data: { reference: "Job 7" } }]);
  });

  test("a bank's no, with its reason", async () => {
    const billing_details = { name: "Ada", email: null, phone: "+12025550101" };
    const last_payment_error = { code: "card_declined", decline_code: "insufficient_funds", payment_method: { billing_details } };
    const failed = { ...intent, amount_received: 0, customer: null, last_payment_error };
    expect(await says("payment_intent.payment_failed", failed)).toMatchObject([
      { type: "payment.failed", person: { phone: "+12025550101" }, data: { amount_minor: 500, reason: "insufficient_funds" } },
    ]);
  });

  test("a refund tells what was given back now, of the payment it was for", async () => {
    const charge = {
      id: "ch_1",
      amount_refunded: 300,
      currency: "usd",
      payment_intent: "pi_1",
      billing_details: { email: "ada@example.com" },
    };
    expect(await says("charge.refunded", charge, { amount_refunded: 100 })).toMatchObject([
      { type: "payment.refunded", entity: "payment:pi_1", data: { payment_id: "pi_1", amount_minor: 200 } },
    ]);
    expect(await says("charge.refunded", { ...charge, payment_intent: null })).toMatchObject([
      { entity: "payment:ch_1", data: { amount_minor: 300 } },
    ]);
  });

  test("a checkout's own event is not its payment again; other events, and thin ones, are nothing", async () => {
    for (const type of ["checkout.session.completed", "customer.created", "v2.core.event_destination.ping"])
      expect(await says(type, { id: "x" })).toEqual([]);
    await expect(async () => says("payment_intent.succeeded", { ...intent, amount: "5" })).rejects.toThrow("amount");
  });
});
