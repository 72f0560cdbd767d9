import type { Delivery } from "@junction/kit";
import { failed, openHooks, trial } from "@junction/testkit";
import { describe, expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, stage } = trial("mailgun");
const KEY = "key-test-signing-0000";
const PROOF = {
  timestamp: "1700000000",
  token: "a".repeat(50),
  signature: "b54eb59ad77c41a71d672bd759312bfddc2d54adf2203fa520e001704e36f8c3",
};
const ENTRY = {
  event: "failed",
  id: "Ase7i2zsRYeDXztHGENqRA",
  timestamp: 1_700_000_000.5,
  severity: "permanent",
  recipient: "ann@example.com",
  reason: "bounce",
  "delivery-status": { code: 550, message: "5.1.1 No such user", description: "" },
  message: { headers: { "message-id": "1@mg.example.com" } },
};
const delivery = (body: unknown): Delivery => ({
  ...{ method: "POST", url: "https://example.com/hooks/mailgun/a", headers: {}, receivedAt: Date.now() },
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});
const says = (entry: object) => webhook.receive(delivery({ signature: PROOF, "event-data": entry }));

test("the signature covers the time and the token that stand beside it", async () => {
  const body = { signature: PROOF, "event-data": ENTRY };
  expect(await webhook.verify(delivery(body), KEY)).toBe(true);
  expect(await webhook.verify(delivery({ ...body, signature: { ...PROOF, timestamp: 1_700_000_000 } }), KEY)).toBe(true);
  expect(webhook.window?.signedAt(delivery(body))).toBe(1_700_000_000);
  expect(await webhook.verify(delivery(body), `${KEY}1`)).toBe(false);
  for (const wrong of [
    { timestamp: "1700000001" },
    { token: "b".repeat(50) },
    { signature: "" },
    { signature: PROOF.signature.toUpperCase() },
  ])
    expect(await webhook.verify(delivery({ ...body, signature: { ...PROOF, ...wrong } }), KEY)).toBe(false);
  for (const none of ["", "not json", "[]", "{}", '{"signature":"x"}', `timestamp=1&token=a&signature=b`])
    expect(await webhook.verify(delivery(none), KEY)).toBe(false);
});

test("an email that failed for good bounced; one that failed for now is still on its way", async () => {
  expect(await says(ENTRY)).toEqual([
    {
      ...{ id: ENTRY.id, type: "email.bounced", entity: "email:1@mg.example.com", occurredAt: 1_700_000_000_500 },
      person: { email: "ann@example.com" },
      data: { message_id: "1@mg.example.com", to: "ann@example.com", reason: "5.1.1 No such user; bounce" },
    },
  ]);
  for (const other of [{ severity: "temporary" }, { event: "accepted" }, { event: "stored" }, { event: "toString" }])
    expect(await says({ ...ENTRY, ...other })).toEqual([]);
  expect(await says({ ...ENTRY, event: "clicked", url: "https://example.com/a" })).toMatchObject([
    { type: "email.clicked", data: { url: "https://example.com/a", reason: undefined } },
  ]);
});

describe("what counts is the log", () => {
  const told = async (kind: string) => {
    const hooks = await openHooks(stage());
    const [{ value } = {}] = await hooks.deliver([await hooks.one({ kind })]);
    const [event] = value?.verdict === "verified" ? value.events : [];
    return { confirm: hooks.confirm, event: event ?? expect.fail("nothing was told") };
  };

  test("an event that was put under another's signature is not believed, nor what was changed of a real one", async () => {
    const { confirm, event } = await told("email.delivered");
    const bounced = { ...event, type: "email.bounced" as const, data: { message_id: "another", to: "eve@example.com", reason: "x" } };
    expect((await confirm(bounced)).value).toMatchObject({ ok: true, value: { type: "email.delivered", data: event.data } });
    const invented = { ...event, id: "invented" };
    expect((await confirm(invented)).value).toMatchObject(failed({ kind: "NotFound" }));
    const old = { ...invented, occurredAt: Date.now() - 31 * 60_000 };
    expect((await confirm(old)).value).toMatchObject({ ok: true, value: null });
  });

  test("an event that has not reached the log is asked for again", async () => {
    const { confirm, event } = await told("email.opened");
    await stage().rig.sandbox("PUT", "/settings", { vendor: "mailgun", indexLagSeconds: 600 });
    expect((await confirm(event)).value).toMatchObject(failed({ kind: "NotFound" }));
    await stage().rig.sandbox("PUT", "/settings", { vendor: "mailgun", indexLagSeconds: 0 });
    expect((await confirm(event)).value).toMatchObject({ ok: true, value: { id: event.id, type: "email.opened" } });
  });

  test("a key that may only send cannot prove an event: it says so", async () => {
    const { confirm, event } = await told("email.clicked");
    answers(401, "Forbidden");
    expect((await confirm(event)).value).toMatchObject(failed({ kind: "PermissionError", missing: ["events of the domain"] }));
  });
});
