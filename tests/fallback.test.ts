/** Two vendors for one tool: the contractor's route chooses, a broken one is passed over, and nothing is sent by both. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({
    vendors: ["mailgun", "sendgrid", "gmail", "anthropic", "gemini", "google-maps", "mapbox", "tremendous", "marketing-boost"],
  });
  await mesh.connect("demo", "sendgrid", "mailgun", "anthropic", "gemini");
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());
afterEach(async () => {
  await mesh.sandbox("POST", "/sandbox/api/reset");
  await mesh.connect("demo", "sendgrid", "mailgun", "anthropic", "gemini"); // green again, whatever the test did to them
});

const SENDS = { mailgun: "send_message", sendgrid: "send_mail" } as const;
type Vendor = keyof typeof SENDS;
const route = (...vendors: Vendor[]) => mesh.api("PUT", "/routes/crm/send_email", { vendors });
const send = (more = {}) => mesh.call(key, "crm_send_email", { to: "ann@example.com", subject: "Estimate", text: "Here it is.", ...more });
const fault = (vendor: Vendor, kind: string, more = {}) =>
  mesh.sandbox("PUT", "/sandbox/api/faults", { vendor, operation: SENDS[vendor], fault: kind, ...more });
const status = async (vendor: Vendor) => (await mesh.api("GET", `/connections/${vendor}`)).body.status;
const facts = (reply: { body: { content: { text: string }[] } }) => JSON.parse(reply.body.content[1]?.text ?? "{}");
const inbox = async (vendor: Vendor): Promise<unknown[]> => (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox;
/** How many emails each has delivered. */
const delivered = async () => ({ mailgun: (await inbox("mailgun")).length, sendgrid: (await inbox("sendgrid")).length });
/** How often each was asked to send; Mailgun's test call asks with an empty message. */
const asked = async (vendor: Vendor): Promise<number> => {
  const { counts } = (await mesh.sandbox("GET", "/sandbox/api/counts")).body;
  return counts[vendor][SENDS[vendor]] ?? 0;
};

test("without a route the first that was connected serves; a route takes effect with the next call, each time", async () => {
  await route();
  await send();
  expect(await delivered()).toEqual({ mailgun: 0, sendgrid: 1 });
  await route("mailgun", "sendgrid");
  await send();
  expect(await delivered()).toEqual({ mailgun: 1, sendgrid: 1 });
  await route("sendgrid", "mailgun");
  await send();
  expect(await delivered()).toEqual({ mailgun: 1, sendgrid: 2 });
});

test("the first vendor is red: the next one serves, and the agent sees nothing of it", async () => {
  await route("sendgrid", "mailgun");
  await fault("sendgrid", "401");
  expect(facts(await send())).toMatchObject({ kind: "CredentialError" }); // this call found it out
  expect(await status("sendgrid")).toBe("error");
  const served = await send();
  expect(served.body).toMatchObject({ structuredContent: { status: "queued", message_id: expect.stringContaining("@mg.") } });
  expect(await delivered()).toEqual({ mailgun: 1, sendgrid: 0 });
  expect(await asked("sendgrid")).toBe(1); // a red one is not tried again
  // Mended, it is first again.
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=sendgrid");
  await mesh.connect("demo", "sendgrid");
  await send();
  expect(await delivered()).toEqual({ mailgun: 1, sendgrid: 1 });
});

test("both are red: the agent is sent to mend the first of the route", async () => {
  await route("mailgun", "sendgrid");
  for (const vendor of ["mailgun", "sendgrid"] as const) {
    await fault(vendor, "401");
    await send();
  }
  expect(facts(await send())).toMatchObject({ kind: "NeedsReconnect", url: expect.stringContaining("/settings/integrations/mailgun") });
  expect(await delivered()).toEqual({ mailgun: 0, sendgrid: 0 });
});

test("an email whose outcome is unknown at one vendor is never sent by the other", async () => {
  const once = { idempotency_key: "estimate-7" };
  await route("sendgrid", "mailgun");
  await fault("sendgrid", "commit_then_drop", { times: 1 });
  expect(facts(await send(once))).toMatchObject({ kind: "OutcomeUnknown" });
  await route("mailgun", "sendgrid"); // not by a new route
  expect(facts(await send(once))).toMatchObject({ kind: "OutcomeUnknown" });
  await fault("sendgrid", "401"); // nor when the vendor that may have sent it breaks
  await route("sendgrid", "mailgun");
  await send();
  expect(await status("sendgrid")).toBe("error");
  expect(facts(await send(once))).toMatchObject({ kind: "OutcomeUnknown" });
  expect(await delivered()).toEqual({ mailgun: 0, sendgrid: 1 });
  await mesh.api("DELETE", "/connections/sendgrid"); // nor when it is taken away
  expect(facts(await send(once))).toMatchObject({ kind: "OutcomeUnknown" });
  expect(await delivered()).toEqual({ mailgun: 0, sendgrid: 1 });
});

test("an email Mailgun took, its answer lost, is found in Mailgun's log: one email, though the route has changed", async () => {
  const once = { idempotency_key: "estimate-8" };
  await route("mailgun", "sendgrid");
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "mailgun", indexLagSeconds: 600 });
  await fault("mailgun", "commit_then_drop", { times: 1 });
  expect(facts(await send(once))).toMatchObject({ kind: "OutcomeUnknown" }); // the log has not got it yet
  expect(await status("mailgun")).toBe("warning"); // of the lost answer, not of the log
  await route("sendgrid", "mailgun");
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "mailgun", indexLagSeconds: 0 });
  expect((await send(once)).body).toMatchObject({ structuredContent: { status: "queued", message_id: expect.stringContaining("@mg.") } });
  expect(await delivered()).toEqual({ mailgun: 1, sendgrid: 0 });
});

test("a vendor that says wait is waited for: no email goes by the other meanwhile", async () => {
  await route("mailgun", "sendgrid");
  await fault("mailgun", "429", { times: 1 });
  expect(facts(await send())).toMatchObject({ kind: "RateLimited", retry_after_ms: 120_000 });
  expect(facts(await send())).toMatchObject({ kind: "OverBudget" });
  expect(await delivered()).toEqual({ mailgun: 0, sendgrid: 0 });
});

test("a text that one model does not give the other gives, within the call; the owner sees which, and the agent does not", async () => {
  const write = (prompt = "A line about heaters") => mesh.call(key, "crm_generate_text", { prompt });
  const broken = (vendor: string, kind: string) => mesh.sandbox("PUT", "/sandbox/api/faults", { vendor, operation: "*", fault: kind });
  const mended = () => mesh.sandbox("DELETE", "/sandbox/api/faults");
  await mesh.api("PUT", "/routes/crm/generate_text", { vendors: ["anthropic", "gemini"] });
  const answers = { anthropic: "Here is what you asked for", gemini: "As you asked" };
  const served = async (prompt?: string) => {
    const { content, structuredContent } = (await write(prompt)).body;
    const by = Object.entries(answers).find(([, words]) => structuredContent?.text?.startsWith(words))?.[0];
    if (by === undefined) return facts({ body: { content } }).kind;
    expect(JSON.stringify([content, structuredContent])).not.toMatch(/anthropic|claude|gemini|google/i);
    return by;
  };
  expect(await served()).toBe("anthropic");
  for (const [kind, light] of [
    ["503", "warning"],
    ["429_seconds", "warning"], // said to wait, it is passed over the next time too
    ["401", "error"],
  ] as const) {
    await broken("anthropic", kind);
    expect([kind, await served(), await served()]).toEqual([kind, "gemini", "gemini"]);
    expect((await mesh.api("GET", "/connections/anthropic")).body.status).toBe(light);
    const { calls } = (await mesh.api("GET", "/calls?limit=1")).body;
    expect(calls[0]).toMatchObject({ tool: "crm/generate_text", vendor: "gemini" });
    await mended();
    await mesh.connect("demo", "anthropic");
  }
  await mesh.api("PUT", "/routes/crm/generate_text", { vendors: ["gemini", "anthropic"] });
  expect(await served("sandbox: block this prompt")).toBe("anthropic"); // nor does the one's no bind the other
  await mesh.api("PUT", "/routes/crm/generate_text", { vendors: ["anthropic", "gemini"] });
  await broken("anthropic", "503");
  await broken("gemini", "401");
  expect(await served()).toBe("VendorUnavailable"); // the first choice's own trouble
  await mended();
});

test("an email goes by each of three as the route says, and by none where it has neither text nor template", async () => {
  await mesh.connect("demo", "gmail");
  const ids = [];
  for (const vendor of ["sendgrid", "mailgun", "gmail"]) {
    await mesh.api("PUT", "/routes/crm/send_email", { vendors: [vendor] });
    ids.push((await send()).body.structuredContent?.message_id);
  }
  expect(new Set(ids).size).toBe(3);
  expect({ ...(await delivered()), gmail: (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=gmail")).body.inbox.length }).toEqual({
    ...{ mailgun: 1, sendgrid: 1, gmail: 1 },
  });
  expect((await send({ text: undefined })).body.content[0].text).toContain("give subject and text, or a template_id");
  await mesh.api("DELETE", "/connections/gmail");
});

test("an address is found by the other map while the first is down, and then whether it is served", async () => {
  await mesh.connect("demo", "google-maps", "mapbox");
  await mesh.api("PUT", "/routes/crm/geocode_address", { vendors: ["google-maps", "mapbox"] });
  const address = "1600 Amphitheatre Parkway, Mountain View, CA";
  const check = async (where: object) => (await mesh.call(key, "crm_check_service_area", where)).body;
  expect(JSON.stringify((await check({ address })).content)).toContain("no service area is kept yet");
  const ring = (east: number) => [
    ...[
      [-123, 37],
      [east, 37],
      [east, 38],
      [-123, 38],
    ],
    [-123, 37],
  ];
  const area = { name: "Bay", boundary: { type: "Polygon", coordinates: [ring(-122)] } };
  expect((await mesh.call(key, "crm_set_service_area", area)).body.structuredContent).toEqual({ name: "Bay", points: 5 });
  const google = { inside: true, areas: ["Bay"], address: "1600 Amphitheatre Pkwy, Mountain View, CA 94043, USA" };
  expect((await check({ address })).structuredContent).toMatchObject(google);
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "google-maps", operation: "geocode", fault: "503" });
  const mapbox = { inside: true, address: "1600 Amphitheatre Parkway, Mountain View, California 94043, United States" };
  expect((await check({ address })).structuredContent).toMatchObject(mapbox);
  expect((await check({ latitude: 37.5, longitude: -121.9 })).structuredContent).toMatchObject({ inside: false, areas: [] });
  const open = { boundary: { type: "Polygon", coordinates: [ring(-122).slice(1)] } };
  expect((await mesh.api("PUT", "/service-areas/Bay", open)).body.error.fields.boundary).toContain("does not end where it begins");
  expect((await mesh.api("DELETE", "/service-areas/Bay")).body).toEqual({ removed: true });
});

test("a referral is rewarded once, by whichever has such a reward, though the answer was lost", async () => {
  await mesh.connect("demo", "marketing-boost", "tremendous");
  const reward = { recipient_name: "Ann", recipient_email: "ann@example.com", reason: "referral" };
  const give = async (more: object) => (await mesh.call(key, "crm_send_reward", { ...reward, ...more })).body.structuredContent;
  const given = async (vendor: string) => (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox.length;
  const lost = { vendor: "tremendous", operation: "create_order", fault: "commit_then_drop", times: 1 };
  await mesh.sandbox("PUT", "/sandbox/api/faults", lost);
  const made = await give({ reward_type: "gift_card", amount_cents: 2500, idempotency_key: "thank-ann" });
  expect(made).toMatchObject({ status: "queued", reward_id: expect.any(String) });
  expect(await give({ reward_type: "gift_card", amount_cents: 2500, idempotency_key: "thank-ann" })).toEqual(made);
  expect(await give({ reward_type: "hotel_card", amount_cents: 10_000 })).toEqual({ status: "sent" });
  expect([await given("tremendous"), await given("marketing-boost")]).toEqual([1, 1]);
  const told = await mesh.call(key, "crm_get_reward", { reward_id: made?.reward_id });
  expect(told.body.structuredContent).toMatchObject({ status: "queued", amount_cents: 2500, recipient_email: "ann@example.com" });
});
