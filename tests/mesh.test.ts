import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
const ALL = ["twilio", "sendgrid", "google-maps", "stripe", "google-calendar"];

beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-calendar", "google-maps", "sendgrid", "stripe", "twilio"] });
  await mesh.connect("demo", ...ALL);
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());

test("an agent texts, emails, finds an address, charges a card, sends a link, refunds, and books, moves and removes a job", async () => {
  const sms = await mesh.call(key, "crm_send_sms", { to: "+12025550199", body: "Your roofer is on the way" });
  expect(sms.body).toMatchObject({ structuredContent: { message_id: expect.stringMatching(/^SM/), status: "queued" } });
  const email = await mesh.call(key, "crm/send_email", { to: "ann@example.com", subject: "Estimate", text: "Here it is." });
  expect(email.body.structuredContent).toMatchObject({ status: "queued" });
  const place = await mesh.call(key, "crm_geocode_address", { address: "1600 Amphitheatre Parkway, Mountain View, CA" });
  expect(place.body.structuredContent.matches[0]).toMatchObject({ latitude: expect.any(Number), longitude: expect.any(Number) });
  const charge = await mesh.call(key, "crm_charge_card", {
    amount_cents: 12500,
    customer_id: "cus_SandboxAda",
    description: "Roof repair",
  });
  expect(charge.body.structuredContent).toMatchObject({
    payment_id: expect.stringMatching(/^pi_/),
    status: "succeeded",
    amount_cents: 12500,
    currency: "usd",
  });
  const refund = await mesh.call(key, "crm_refund_payment", { payment_id: charge.body.structuredContent.payment_id, amount_cents: 500 });
  expect(refund.body.structuredContent).toMatchObject({ status: "succeeded", amount_cents: 500 });
  const start = "2026-12-01T09:00:00-05:00";
  const event = await mesh.call(key, "crm_create_event", { title: "Gutters", start, end: "2026-12-01T10:00:00-05:00" });
  const { event_id } = event.body.structuredContent;
  const busy = await mesh.call(key, "crm_check_availability", { from: start, until: "2026-12-01T12:00:00-05:00" });
  expect(busy.body.structuredContent).toMatchObject({ free: false, busy: [expect.anything()] });
  const moved = await mesh.call(key, "crm_update_event", { event_id, title: "Gutters and downspouts" });
  expect(moved.body.structuredContent).toMatchObject({ event_id, title: "Gutters and downspouts" });
  const listed = await mesh.call(key, "crm_list_events", { from: start, until: "2026-12-02T00:00:00-05:00" });
  expect(listed.body.structuredContent.events).toContainEqual(expect.objectContaining({ event_id }));
  expect((await mesh.call(key, "crm_delete_event", { event_id })).body.structuredContent).toEqual({ event_id, removed: true });
  expect((await mesh.call(key, "crm_delete_event", { event_id })).body.structuredContent).toEqual({ event_id, removed: true });
  const link = await mesh.call(key, "crm_create_payment_link", { amount_cents: 12500, description: "Deposit" });
  expect(link.body.structuredContent.url).toMatch(/^https:\/\//);
});
