import { Signature } from "@hubspot/api-client";
import type { Delivery } from "@junction/kit";
import { expect, test } from "vitest";
import emulator from "./hubspot.emulator.ts";
import { webhook } from "./webhook.ts";

// Of HubSpot's documentation, and what its own library makes of it.
const SECRET = ["yyyyyyyy", "yyyy", "yyyy", "yyyy", "yyyyyyyyyyyy"].join("-");
const URL_SIGNED = "https://www.example.com/webhook_uri";
const BODY = '{"example_field":"example_value"}';
const AT = "1564113600000";
const SIGNATURE = "eT0ip2TKVpsIi1vb5C2Uu42eNdHL+oTE3NRZOF67O2U=";
const delivery = (body: string, signature: string, url = URL_SIGNED, at = AT, method = "POST"): Delivery => ({
  ...{ method, url, receivedAt: Date.now() },
  headers: { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": at },
  body: new TextEncoder().encode(body),
});

test("the signature covers method, address, body and time, as HubSpot's own library makes it", async () => {
  expect(await webhook.verify(delivery(BODY, SIGNATURE), SECRET)).toBe(true);
  expect(webhook.window?.signedAt(delivery(BODY, SIGNATURE))).toBe(1564113600);
  for (const wrong of [
    delivery(`${BODY} `, SIGNATURE),
    delivery(BODY, SIGNATURE, `${URL_SIGNED}?a`),
    delivery(BODY, SIGNATURE, URL_SIGNED, "1564113600001"),
    delivery(BODY, SIGNATURE, URL_SIGNED, AT, "PUT"),
    delivery(BODY, ""),
    { ...delivery(BODY, ""), headers: {} },
  ])
    expect(await webhook.verify(wrong, SECRET)).toBe(false);
  expect(await webhook.verify(delivery(BODY, SIGNATURE), SECRET.replace("y", "z"))).toBe(false);
  for (const at of ["", "1564113600", "15641136000000", "x"])
    expect(webhook.window?.signedAt(delivery(BODY, "", URL_SIGNED, at))).toBeUndefined();
});

test("the address is signed as it is, or with what HubSpot decodes of it", async () => {
  const options = { clientSecret: SECRET, requestBody: BODY, timestamp: Number(AT), signature: "" };
  const signed = (url: string) => Signature.getSignature("POST", "v3", { ...options, url });
  const received = "https://example.com/hooks/hubspot/app?next=https%3A%2F%2Fa.example%2f%3Fx%2C%40%20y%26z";
  expect(await webhook.verify(delivery(BODY, signed(received), received), SECRET)).toBe(true);
  const decoded = "https://example.com/hooks/hubspot/app?next=https://a.example/?x,@%20y%26z";
  expect(await webhook.verify(delivery(BODY, signed(decoded), received), SECRET)).toBe(true);
  expect(await webhook.verify(delivery(BODY, signed(decodeURIComponent(received)), received), SECRET)).toBe(false);
});

test("our sandbox signs as HubSpot's own library expects, for every kind", async () => {
  const { pushes } = emulator;
  const now = Date.now();
  for (const kind of Object.values(pushes?.kinds ?? expect.fail("it delivers nothing"))) {
    const message = kind({ id: "0123456789abcdef".repeat(2), entity: 1, now, state: { collection: () => expect.fail("not asked") } });
    const { headers, body } = (await pushes?.sign({ ...message, url: URL_SIGNED, secret: SECRET, now, id: "1" })) ?? expect.fail();
    const timestamp = Number(headers["x-hubspot-request-timestamp"]);
    const signature = headers["x-hubspot-signature-v3"] ?? "";
    const ask = { signature, clientSecret: SECRET, requestBody: body, url: URL_SIGNED, method: "POST", timestamp };
    expect(Signature.isValid({ ...ask, signatureVersion: "v3" })).toBe(true);
  }
});

const NOTICE = {
  eventId: 3816279340,
  subscriptionId: 25,
  portalId: 5550123,
  appId: 1160452,
  occurredAt: 1_700_000_000_123,
  subscriptionType: "contact.creation",
  attemptNumber: 0,
  objectId: 123,
  changeSource: "CRM_UI",
};
const says = (...notices: readonly object[]) => webhook.receive(delivery(JSON.stringify(notices), ""));

test("each notice is an event of the account it belongs to", async () => {
  expect(await says(NOTICE)).toEqual([
    {
      ...{ id: "3816279340:25", type: "contact.created", entity: "contact:123", account: "5550123", occurredAt: 1_700_000_000_123 },
      person: { id: "123" },
      data: { contact_id: "123" },
    },
  ]);
  const change = { ...NOTICE, subscriptionType: "contact.propertyChange", propertyName: "email", propertyValue: "ann@example.com" };
  const events = await says(
    change,
    { ...change, propertyName: "mobilephone", propertyValue: "+12025550199" },
    { ...change, propertyName: "city", propertyValue: "" },
    { ...NOTICE, subscriptionType: "contact.privacyDeletion" },
  );
  expect(events).toMatchObject([
    { type: "contact.updated", person: { id: "123", email: "ann@example.com" }, data: { changed: { email: "ann@example.com" } } },
    { type: "contact.updated", person: { id: "123", phone: "+12025550199" } },
    { type: "contact.updated", person: { id: "123" }, data: { changed: { city: "" } } },
    { type: "contact.deleted" },
  ]);
});

test("the newer names of the same events are known; other objects, and other events, are nothing", async () => {
  const object = { ...NOTICE, subscriptionType: "object.creation" };
  expect(await says({ ...object, objectTypeId: "0-1" })).toMatchObject([{ type: "contact.created" }]);
  for (const other of [
    object,
    { ...object, objectTypeId: "0-2" },
    { ...NOTICE, subscriptionType: "contact.merge" },
    { ...NOTICE, subscriptionType: "deal.creation" },
  ])
    expect(await says(other)).toEqual([]);
});
