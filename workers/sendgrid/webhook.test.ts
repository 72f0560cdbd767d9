import { createSign, generateKeyPairSync } from "node:crypto";
import { type Delivery, ecdsa } from "@junction/kit";
import { EventWebhook } from "@sendgrid/eventwebhook";
import { describe, expect, test } from "vitest";
import emulator from "./sendgrid.emulator.ts";
import { webhook } from "./webhook.ts";

// Of the tests of SendGrid's own library.
const KEY = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
const TIMESTAMP = "1600112502";
const SIGNATURE = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=";
const DROPPED = {
  email: "hello@world.com",
  event: "dropped",
  reason: "Bounced Address",
  sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
  sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
  "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
  timestamp: 1600112492,
};
const BODY = `${JSON.stringify([DROPPED])}\r\n`;
const delivery = (body: string, signature = SIGNATURE, timestamp = TIMESTAMP): Delivery => ({
  ...{ method: "POST", url: "https://example.com/hooks/sendgrid/a", receivedAt: Date.now() },
  headers: { "x-twilio-email-event-webhook-signature": signature, "x-twilio-email-event-webhook-timestamp": timestamp },
  body: new TextEncoder().encode(body),
});

describe("the signature", () => {
  test("as SendGrid publishes it, the line's end with it", async () => {
    expect(await webhook.verify(delivery(BODY), KEY)).toBe(true);
    expect(await webhook.verify(delivery(BODY.trim()), KEY)).toBe(false);
    expect(await webhook.verify(delivery(BODY.replace("Bounced", "bounced")), KEY)).toBe(false);
    expect(await webhook.verify(delivery(BODY, SIGNATURE, "1600112503"), KEY)).toBe(false);
    expect(await webhook.verify(delivery(BODY, SIGNATURE.replace("GHQ", "GHR")), KEY)).toBe(false);
    expect(await webhook.verify(delivery(BODY), emulator.pushes?.secret ?? "")).toBe(false);
    expect(await webhook.verify({ ...delivery(BODY), headers: {} }, KEY)).toBe(false);
    expect(webhook.window?.signedAt(delivery(BODY))).toBe(1600112502);
  });

  test("of our sandbox is what SendGrid's own library takes, for every kind", async () => {
    const { pushes } = emulator;
    const library = new EventWebhook();
    const key = library.convertPublicKeyToECDSA(pushes?.secret ?? "");
    const now = Date.now();
    for (const kind of Object.values(pushes?.kinds ?? expect.fail("it delivers nothing"))) {
      const message = kind({ id: "1", entity: 1, now, state: { collection: () => expect.fail("not asked") } });
      const ask = { ...message, url: "", secret: pushes?.secret ?? "", now, id: "1" };
      const { headers, body } = (await pushes?.sign(ask)) ?? expect.fail();
      const [signature = "", timestamp = ""] = ["signature", "timestamp"].map((name) => headers[`x-twilio-email-event-webhook-${name}`]);
      expect(library.verifySignature(key, body, signature, timestamp)).toBe(true);
      const foreign = (await pushes?.sign({ ...ask, secret: "another" })) ?? expect.fail();
      expect(library.verifySignature(key, body, foreign.headers["x-twilio-email-event-webhook-signature"] ?? "", timestamp)).toBe(false);
    }
  });

  test("is read whatever the length of its numbers: DER leaves zeros out and puts one before", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = publicKey.export({ type: "spki", format: "der" }).toString("base64");
    const lengths = new Set<number>();
    for (let round = 0; round < 300; round++) {
      const der = createSign("SHA256").update("data").sign(privateKey);
      lengths.add(der.length);
      expect(await ecdsa(spki, der.toString("base64"), "data"), der.toString("hex")).toBe(true);
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  test("that is no DER, or a key that is none, proves nothing and breaks nothing", async () => {
    const der = Buffer.from(SIGNATURE, "base64");
    const data = TIMESTAMP + BODY;
    const spoilt: readonly Buffer[] = [
      Buffer.alloc(0),
      der.subarray(0, 40),
      Buffer.concat([der, Buffer.from([0])]),
      Buffer.from([0x30, 0]),
      Buffer.from([0x30, 4, 2, 0, 2, 0]),
      Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 0]),
      Buffer.from([0x30, 70, ...der.subarray(2, 4), ...der.subarray(4)]),
      Buffer.concat([Buffer.from([0x30, 72, 2, 35, 1, 1, 1]), der.subarray(4, 36), der.subarray(36)]),
    ];
    for (const bad of spoilt) expect(await ecdsa(KEY, bad.toString("base64"), data), bad.toString("hex")).toBe(false);
    for (const bad of ["!", "A", "=", "AAAA A"]) expect(await ecdsa(KEY, bad, data)).toBe(false);
    expect(await ecdsa(KEY, undefined, data)).toBe(false);
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
    for (const bad of ["", "A", "AAAA", KEY.slice(0, 60), publicKey.export({ type: "spki", format: "der" }).toString("base64")])
      expect(await ecdsa(bad, SIGNATURE, data)).toBe(false);
  });

  test("needs a key in the form that SendGrid shows", () => {
    const { pattern } = webhook.secret.from === "own" ? webhook.secret : expect.fail("the secret is its own");
    expect(KEY).toMatch(pattern ?? expect.fail());
    expect(emulator.pushes?.secret).toMatch(pattern ?? expect.fail());
    expect(KEY.slice(0, -6)).not.toMatch(pattern ?? expect.fail());
  });
});

describe("what it says", () => {
  const says = (...events: readonly object[]) => webhook.receive(delivery(JSON.stringify(events)));

  test("an email that was dropped never arrived", async () => {
    expect(await says(DROPPED)).toEqual([
      {
        ...{ id: DROPPED.sg_event_id, type: "email.bounced", entity: "email:LRzXl_NHStOGhQ4kofSm_A", occurredAt: 1600112492000 },
        person: { email: "hello@world.com" },
        data: { message_id: "LRzXl_NHStOGhQ4kofSm_A", to: "hello@world.com", reason: "Bounced Address" },
      },
    ]);
  });

  test("each event of a batch in its order, under the id that sending gave; the stages on the way are left out", async () => {
    const one = (event: string, more: object = {}) => ({ ...DROPPED, event, sg_event_id: event, ...more });
    const names = ["processed", "deferred", "delivered", "open", "click", "spamreport", "unsubscribe", "group_unsubscribe", "constructor"];
    const events = await says(...names.map((name) => one(name, name === "click" ? { url: "https://example.com/a" } : {})));
    expect(events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      "delivered email.delivered",
      "open email.opened",
      "click email.clicked",
      "spamreport email.complained",
      "unsubscribe email.unsubscribed",
      "group_unsubscribe email.unsubscribed",
    ]);
    expect(events[2]).toMatchObject({ data: { url: "https://example.com/a" } });
    expect(new Set(events.map(({ entity }) => entity))).toEqual(new Set(["email:LRzXl_NHStOGhQ4kofSm_A"]));
  });

  test("an event without an id cannot be told from its repeat", async () => {
    const { sg_event_id: _, ...nameless } = DROPPED;
    await expect(async () => says(nameless)).rejects.toThrow("sg_event_id");
  });
});
