/** A broken integration is told of once, and so is its recovery. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { checkMending } from "./mending.ts";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["google-calendar", "twilio"] });
  await mesh.connect("demo", "twilio");
  key = (await mesh.key("demo")).key;
  const { token } = (
    await mesh.sandbox("POST", "/sandbox/issuer/token", {
      contractor: "demo",
      subject: "dana",
      role: "owner",
      email: "dana@demo-roofing.example",
    })
  ).body;
  const signedIn = await fetch(`${mesh.url}/session`, { method: "POST", body: new URLSearchParams({ token }), redirect: "manual" });
  expect(signedIn.status).toBe(303);
});
afterAll(() => mesh.stop());

const text = () => mesh.call(key, "crm_send_sms", { to: "+12025550191", body: "Hello" });
const inbox = async (): Promise<{ title: string; text: string }[]> =>
  (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=host")).body.inbox;
const titles = async () => (await inbox()).map(({ title }) => title).sort();
const status = async () => (await mesh.api("GET", "/connections/twilio")).body;

test("a rejected credential turns the light red, and the owner is told once: in the app, by email, and the host CRM by a signed event", async () => {
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "*", fault: "401" });
  await text();
  expect(await status()).toMatchObject({
    status: "error",
    because: { kind: "CredentialError", call: expect.stringMatching(/^call_/), reason: expect.any(String) },
  });
  for (let i = 0; i < 5; i++) await text();
  await mesh.api("POST", "/connections/twilio/test");
  await vi.waitFor(
    async () => expect(await titles()).toEqual(["Email to dana@demo-roofing.example: Twilio needs you", "Event connection.error"]),
    { timeout: 15_000, interval: 200 },
  );
  const { alerts, unread } = (await mesh.api("GET", "/alerts")).body;
  expect(alerts).toEqual([expect.objectContaining({ vendor: "twilio", state: "open", read_at: null, waiting: [] })]);
  expect(unread).toBe(1);
  const [mail] = (await inbox()).filter(({ title }) => title.startsWith("Email"));
  expect(mail?.text).toContain(`${mesh.url}/settings/integrations/twilio`);
  expect((await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts.twilio.create_message).toBe(1); // a red light stops calls before the vendor
});

test("an alert is marked read and unread by an owner alone", async () => {
  const [{ id }] = (await mesh.api("GET", "/alerts")).body.alerts;
  expect((await mesh.api("POST", `/alerts/${id}/read`, { read: true }, { role: "member" })).status).toBe(403);
  await mesh.api("POST", `/alerts/${id}/read`, { read: true });
  expect((await mesh.api("GET", "/alerts")).body.unread).toBe(0);
  await mesh.api("POST", `/alerts/${id}/read`, { read: false });
  expect((await mesh.api("GET", "/alerts")).body.unread).toBe(1);
  expect((await mesh.api("POST", `/alerts/alert_none/read`, { read: true })).status).toBe(404);
  expect((await mesh.api("GET", "/alerts", undefined, { contractor: "other" })).body).toEqual({ alerts: [], unread: 0 });
});

test("a passed test turns it green, the recovery is told once, and a relapse within minutes writes to nobody", async () => {
  await mesh.sandbox("DELETE", "/sandbox/api/faults?vendor=twilio&operation=*");
  await mesh.api("POST", "/connections/twilio/test");
  expect((await status()).status).toBe("connected");
  const all = [
    "Email to dana@demo-roofing.example: Twilio needs you",
    "Email to dana@demo-roofing.example: Twilio works again",
    "Event connection.error",
    "Event connection.recovered",
  ];
  await vi.waitFor(async () => expect(await titles()).toEqual(all), { timeout: 15_000, interval: 200 });
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "*", fault: "401", times: 1 });
  await text();
  expect((await mesh.api("GET", "/alerts")).body.alerts).toEqual([expect.objectContaining({ state: "open", read_at: null })]);
  await mesh.api("POST", "/connections/twilio/test");
  expect((await mesh.api("GET", "/alerts")).body.alerts).toEqual([expect.objectContaining({ state: "recovered" })]);
  expect(await titles()).toEqual(all);
});

test("what cannot be delivered is delivered later, and is still one", async () => {
  await mesh.connect("other", "twilio");
  const { key: theirs } = await mesh.key("other");
  await mesh.api("GET", "/session", undefined, { contractor: "other" });
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "host", operation: "take_event", fault: "503", times: 1 });
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "twilio", operation: "create_message", fault: "401", times: 1 });
  await mesh.call(theirs, "crm_send_sms", { to: "+12025550191", body: "Hello" });
  expect((await mesh.api("GET", "/alerts", undefined, { contractor: "other" })).body.unread).toBe(1);
  await vi.waitFor(
    async () => expect((await mesh.sandbox("GET", "/sandbox/api/counts")).body.counts.host.take_event).toBeGreaterThanOrEqual(3),
    { timeout: 15_000, interval: 200 },
  );
  expect((await mesh.sandbox("GET", "/sandbox/api/faults?vendor=host")).body.faults).toEqual([]);
});

test("workflows that wait are named: one alert and one email for all runs, which go on once it is mended", async () => {
  const ask = { contractor: "busy", subject: "bo", role: "owner", email: "bo@busy.example" };
  const { token } = (await mesh.sandbox("POST", "/sandbox/issuer/token", ask)).body;
  await fetch(`${mesh.url}/session`, { method: "POST", body: new URLSearchParams({ token }), redirect: "manual" });
  const { busiest, limit } = await checkMending(mesh, "busy", 12);
  expect(busiest).toBeLessThanOrEqual(limit.requests);
  const theirs = async () => (await inbox()).filter(({ title }) => title.includes("bo@busy.example"));
  await vi.waitFor(async () => expect(await theirs()).toHaveLength(2), { timeout: 15_000, interval: 200 });
  const [told] = (await theirs()).filter(({ title }) => title.endsWith("Google Calendar needs you"));
  expect(told?.text).toContain("These workflows wait for it: Follow-up of 12.");
});
