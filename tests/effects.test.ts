/** No effect twice, none lost silently. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { hearSendGrid } from "./deliveries.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-maps", "sendgrid", "stripe", "twilio"] });
  await mesh.connect("demo", "twilio", "sendgrid", "stripe", "google-maps");
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());
afterEach(() => mesh.sandbox("POST", "/sandbox/api/reset"));

const fault = (vendor: string, operation: string, kind: string, more = {}) =>
  mesh.sandbox("PUT", "/sandbox/api/faults", { vendor, operation, fault: kind, ...more });
const inbox = async (vendor: string): Promise<{ text: string }[]> =>
  (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox;
const counts = async (vendor: string): Promise<Record<string, number>> =>
  (await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts[vendor];
const facts = (reply: { body: { content: { text: string }[] } }) => JSON.parse(reply.body.content[1]?.text ?? "{}");
const text = (to: string, more = {}) => mesh.call(key, "crm_send_sms", { to, body: "On our way", ...more });

test("a text whose answer was lost is found, not sent again: exactly one text", async () => {
  await fault("twilio", "create_message", "commit_then_drop", { times: 1 });
  const sent = await text("+12025550171");
  expect(sent.body).toMatchObject({ structuredContent: { message_id: expect.stringMatching(/^SM/) } });
  expect((await inbox("twilio")).filter((entry) => JSON.stringify(entry).includes("+12025550171"))).toHaveLength(1);
  expect((await counts("twilio"))["create_message"]).toBe(1);
});

test("a text that was dropped before it arrived is reported unknown, and a repeat with its key does not send blindly", async () => {
  await fault("twilio", "create_message", "drop", { times: 1 });
  const lost = await text("+12025550172");
  expect(facts(lost)).toMatchObject({ kind: "OutcomeUnknown", retry_after_ms: expect.any(Number), call: expect.stringMatching(/^call_/) });
  const again = await text("+12025550172", { idempotency_key: facts(lost).call });
  expect(facts(again)).toMatchObject({ kind: "OutcomeUnknown" });
  expect((await counts("twilio"))["create_message"]).toBe(1);
});

test("50 concurrent calls with one idempotency key make one charge, and all get its result", async () => {
  const args = { amount_cents: 777, customer_id: "cus_SandboxAda", description: "Gutters", idempotency_key: "job-1" };
  const replies = await Promise.all(Array.from({ length: 50 }, () => mesh.call(key, "crm_charge_card", args)));
  const ids = new Set(replies.map(({ body }) => body.structuredContent?.payment_id));
  expect([...ids]).toEqual([expect.stringMatching(/^pi_/)]);
  expect((await counts("stripe"))["create_payment_intent"]).toBe(1);
});

test("one idempotency key is two effects for two agents, and never for other arguments", async () => {
  const other = (await mesh.key("demo")).key;
  const args = { amount_cents: 100, customer_id: "cus_SandboxAda", description: "Nails", idempotency_key: "same" };
  const [mine, theirs] = [await mesh.call(key, "crm_charge_card", args), await mesh.call(other, "crm_charge_card", args)];
  expect(mine.body.structuredContent.payment_id).not.toBe(theirs.body.structuredContent.payment_id);
  expect(facts(await mesh.call(key, "crm_charge_card", { ...args, amount_cents: 200 }))).toMatchObject({ kind: "KeyReused" });
});

test("a charge whose answer is lost is repeated under the vendor's own key: one charge", async () => {
  await fault("stripe", "create_payment_intent", "commit_then_drop", { times: 1 });
  const charged = await mesh.call(key, "crm_charge_card", { amount_cents: 900, customer_id: "cus_SandboxAda", description: "Tiles" });
  expect(charged.body.structuredContent).toMatchObject({ status: "succeeded" });
  expect((await counts("stripe"))["create_payment_intent"]).toBe(2);
  expect((await inbox("stripe")).filter((entry) => JSON.stringify(entry).includes("9.00"))).toHaveLength(1);
});

test("a decline is the answer: it is replayed to a repeat, and says nothing of the connection", async () => {
  const args = { amount_cents: 900, customer_id: "cus_SandboxBen", description: "Tiles", idempotency_key: "declined" };
  expect(facts(await mesh.call(key, "crm_charge_card", args))).toMatchObject({ kind: "Declined" });
  expect(facts(await mesh.call(key, "crm_charge_card", args))).toMatchObject({ kind: "Declined" });
  expect((await counts("stripe"))["create_payment_intent"]).toBe(1);
  expect((await mesh.api("GET", "/connections/stripe")).body.status).toBe("connected");
});

test("an email whose outcome nobody can tell waits for a person, and the person's word is kept", async () => {
  await fault("sendgrid", "send_mail", "commit_then_drop", { times: 1 });
  const args = { to: "ann@example.com", subject: "Estimate", text: "Here", idempotency_key: "estimate-1" };
  const lost = await mesh.call(key, "crm_send_email", args);
  expect(facts(lost)).toMatchObject({ kind: "OutcomeUnknown", url: expect.stringContaining("/settings/activity") });
  expect(facts(await mesh.call(key, "crm_send_email", args))).toMatchObject({ kind: "OutcomeUnknown" });
  const call = facts(lost).call;
  expect((await mesh.api("GET", "/calls?state=unknown")).body.calls).toContainEqual(expect.objectContaining({ id: call }));
  expect((await mesh.api("POST", `/calls/${call}/decide`, { happened: true }, { role: "member" })).status).toBe(403);
  expect((await mesh.api("POST", `/calls/${call}/decide`, { happened: true })).status).toBe(200);
  expect((await mesh.call(key, "crm_send_email", args)).body.content[0].text).toContain("A person has confirmed");
  expect((await mesh.api("POST", `/calls/${call}/decide`, { happened: true })).status).toBe(404);
});

test("a read is repeated while the vendor is down for a moment; a write that cannot be repeated is not", async () => {
  await fault("google-maps", "geocode", "500", { times: 2 });
  expect((await mesh.call(key, "crm_geocode_address", { address: "1 Main St, Springfield" })).body.structuredContent.matches).toBeDefined();
  expect((await counts("google-maps"))["geocode"]).toBe(3);
  await fault("sendgrid", "send_mail", "500", { times: 1 });
  expect(facts(await mesh.call(key, "crm_send_email", { to: "bob@example.com", subject: "Hi", text: "Hi" }))).toMatchObject({
    kind: "OutcomeUnknown",
  });
  expect((await counts("sendgrid"))["send_mail"]).toBe(1);
});

test("a vendor that says wait is not asked before: the next call is refused by us, with the time", async () => {
  await fault("twilio", "create_message", "429_seconds", { ms: 60_000, times: 1 });
  expect(facts(await text("+12025550173"))).toMatchObject({ kind: "RateLimited", retry_after_ms: 60_000 });
  expect(facts(await text("+12025550174"))).toMatchObject({ kind: "OverBudget", retry_after_ms: expect.any(Number) });
  expect((await counts("twilio"))["create_message"]).toBe(1);
  await mesh.connect("demo", "twilio"); // another credential, another budget
});

test("a vendor's nonsense is its own words for the owner, and ours for the agent", async () => {
  await fault("google-maps", "geocode", "html_200", { times: 3 });
  const reply = await mesh.call(key, "crm_geocode_address", { address: "1 Main St, Springfield" });
  expect(facts(reply)).toMatchObject({ kind: "VendorUnavailable" });
  expect(JSON.stringify(reply.body)).not.toMatch(/<html|doctype/i);
  const audit = (path: string, role: "owner" | "member") => mesh.api("GET", path, undefined, { role }).then(({ body }) => body.calls[0]);
  expect(await audit("/calls?vendor=google-maps", "owner")).toMatchObject({
    state: "failed",
    vendor_said: { message: expect.stringMatching(/html/i) },
  });
  expect((await audit("/calls?vendor=google-maps", "member")).vendor_said).toBeNull();
});

test("an identical text that another call sent does not stand in for the one that was lost", async () => {
  const words = { to: "+12025550175", body: "Same words" };
  expect((await mesh.call(key, "crm_send_sms", { ...words, idempotency_key: "twin-1" })).body.structuredContent).toBeDefined();
  await fault("twilio", "create_message", "drop", { times: 1 });
  expect(facts(await mesh.call(key, "crm_send_sms", { ...words, idempotency_key: "twin-2" }))).toMatchObject({ kind: "OutcomeUnknown" });
});

test("an email whose answer was lost is told of by SendGrid's own event: one email, its result, and no person asked", async () => {
  const deliver = await hearSendGrid(mesh, "demo");
  await fault("sendgrid", "send_mail", "commit_then_drop", { times: 1 });
  const args = { to: "eve@example.com", subject: "Told", text: "Here", idempotency_key: "told-1" };
  const lost = await mesh.call(key, "crm_send_email", args);
  expect(facts(lost)).toMatchObject({ kind: "OutcomeUnknown", retry_after_ms: 5_000 });
  expect(facts(await mesh.call(key, "crm_send_email", args))).toMatchObject({ kind: "OutcomeUnknown", retry_after_ms: 5_000 });
  await deliver();
  const result = { message_id: expect.stringMatching(/^[\w-]{22}$/), status: "queued" };
  await vi.waitFor(async () => expect((await mesh.call(key, "crm_send_email", args)).body.structuredContent).toEqual(result), {
    timeout: 20_000,
    interval: 200,
  });
  expect((await inbox("sendgrid")).filter((entry) => JSON.stringify(entry).includes("eve@example.com"))).toHaveLength(1);
  expect((await mesh.api("GET", "/calls?state=unknown")).body.calls).not.toContainEqual(expect.objectContaining({ id: facts(lost).call }));
});

test("a person says that an email did not happen, and its event comes after all: it is not sent again", async () => {
  const deliver = await hearSendGrid(mesh, "demo");
  await fault("sendgrid", "send_mail", "commit_then_drop", { times: 1 });
  const args = { to: "ida@example.com", subject: "Late", text: "Here", idempotency_key: "late-1" };
  const { call } = facts(await mesh.call(key, "crm_send_email", args));
  expect((await mesh.api("POST", `/calls/${call}/decide`, { happened: false })).status).toBe(200);
  await deliver();
  const known = async () => (await mesh.api("GET", "/calls?tool=crm/send_email")).body.calls.find(({ id }: { id: string }) => id === call);
  await vi.waitFor(async () => expect(await known()).toMatchObject({ state: "confirmed" }), { timeout: 20_000, interval: 200 });
  expect((await mesh.call(key, "crm_send_email", args)).body.structuredContent).toMatchObject({ status: "queued" });
  expect((await inbox("sendgrid")).filter((entry) => JSON.stringify(entry).includes("ida@example.com"))).toHaveLength(1);
});
