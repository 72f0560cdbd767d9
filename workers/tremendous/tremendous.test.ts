import type { Delivery, VendorEvent } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, call, checkFields, stage } = trial("tremendous");
const delivery = (body: string, signature = ""): Delivery => ({
  method: "POST",
  url: "https://junction.example/hooks/tremendous/demo.x",
  headers: { "tremendous-webhook-signature": signature },
  body: new TextEncoder().encode(body),
  receivedAt: 1_790_000_000_000,
});

const SUCCEEDED =
  '{"event":"REWARDS.DELIVERY.SUCCEEDED","uuid":"00000000-0000-4000-8000-000000000001","created_utc":"2026-11-20T00:00:00Z","payload":{"resource":{"id":"SOMEIDSOMEID","type":"rewards"},"meta":{}}}';

test("Tremendous' scheme over the raw bytes", async () => {
  const signature = "sha256=7e5010cda608cc1c1387a815f61ba4fcd0595a08411b3c271999c056bcea4483";
  expect(await webhook.verify(delivery(SUCCEEDED, signature), "jXjdU8dozx571TG6YzL4")).toBe(true);
  expect(await webhook.verify(delivery(SUCCEEDED, signature.toUpperCase()), "jXjdU8dozx571TG6YzL4")).toBe(false);
  expect(await webhook.verify(delivery(SUCCEEDED.replace("SOME", "SAME"), signature), "jXjdU8dozx571TG6YzL4")).toBe(false);
  expect(await webhook.verify(delivery(SUCCEEDED, signature), "jXjdU8dozx571TG6YzL5")).toBe(false);
});

test("what became of a reward, by its uuid; what nobody needs is no event", async () => {
  expect(await webhook.receive(delivery(SUCCEEDED))).toEqual([
    {
      id: "00000000-0000-4000-8000-000000000001",
      type: "reward.delivered",
      entity: "reward:SOMEIDSOMEID",
      occurredAt: Date.UTC(2026, 10, 20),
      data: { reward_id: "SOMEIDSOMEID", reason: undefined },
    },
  ]);
  expect(await webhook.receive(delivery(SUCCEEDED.replace("REWARDS.DELIVERY.SUCCEEDED", "FUNDING_SOURCES.FUNDED")))).toEqual([]);
  expect(await webhook.receive(delivery(SUCCEEDED.replace("REWARDS.DELIVERY.SUCCEEDED", "REWARDS.CANCELED")))).toMatchObject([
    { type: "reward.failed", data: { reason: "it was canceled" } },
  ]);
});

test("whose reward it is, is read back, and an order's first reward stands for it", async () => {
  const { rig } = stage();
  for (const kind of ["reward.delivered", "reward.failed by its order"]) {
    const ask = { vendor: "tremendous", kind, entity: 35, url: "https://junction.example/hooks/tremendous/x", send: false };
    const { messages } = (await rig.sandbox("POST", "/pushes", ask)) as { messages: { body: string }[] };
    const [event] = await webhook.receive(delivery(messages[0]?.body ?? ""));
    const found = await confirmed(event);
    expect(found, kind).toMatchObject({
      ok: true,
      value: { id: event?.id, entity: event?.entity, person: { email: "ann.35@example.com" }, data: { reward_id: "R0000000000Z" } },
    });
  }
});

async function confirmed(event: VendorEvent | undefined) {
  if (!event) throw new Error("no event was read");
  return stage()
    .rig.vendor("tremendous")
    .confirm({ ...stage().held("valid"), event });
}

test("nothing there may pay for rewards: the test says what is lacking; a key of one environment is worth nothing in the other", async () => {
  expect(await checkFields("unpaid")).toMatchObject(failed({ kind: "PermissionError", missing: ["api_orders"] }));
  expect(await checkFields("mistaken")).toMatchObject(failed({ kind: "CredentialError" }));
  expect(await checkFields("sandbox")).toMatchObject({ ok: true, value: { id: "SANDBOXORG01", name: "Sandbox Plumbing" } });
  answers(402, { errors: { message: "Not enough funds" } });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "Declined" }));
});

test("a reward: paid once, told of later; what lacks funds is declined, and what needs an approval says so", async () => {
  const gift = {
    reward_type: "gift_card",
    amount_cents: 2550,
    recipient_name: "Tom",
    recipient_email: "tom@example.com",
    reason: "review",
  };
  const made = await call("crm/send_reward", gift);
  const { reward_id } = (made?.ok ? made.value : {}) as { reward_id: string };
  expect(await call("crm/get_reward", { reward_id })).toMatchObject({
    ok: true,
    value: { status: "queued", amount_cents: 2550, currency: "usd", recipient_email: "tom@example.com" },
  });
  const declined = failed({ kind: "Declined", code: "insufficient_funds" });
  expect(await call("crm/send_reward", { ...gift, amount_cents: 99_000_000 })).toMatchObject(declined);
  expect(await call("crm/send_reward", { ...gift, amount_cents: 250_000 })).toMatchObject({
    ok: true,
    value: { status: "needs_approval" },
  });
  const elsewhere = { ...gift, reward_type: "vacation" };
  expect(await call("crm/send_reward", elsewhere)).toMatchObject(failed({ kind: "NotFound" }));
  answers(200, { order: { status: "EXECUTED", rewards: [{ id: "R1", delivery: { status: "SUCCEEDED" } }] } });
  const yen = await call("crm/send_reward", { ...gift, currency: "jpy", option_id: "CAMPAIGN0001" });
  expect(yen).toMatchObject({ ok: true, value: { reward_id: "R1", status: "sent" } });
});

test("an account that is not approved for real money keeps its key", async () => {
  answers(401, { errors: { message: "Production Access not available for your account" } });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "PermissionError" }));
});
