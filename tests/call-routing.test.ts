/** Somebody calls the contractor: what they hear, who is rung, and what the contractor reads of it afterwards. Twilio is played as it calls. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import emulator from "../workers/twilio/twilio.emulator.ts";
import { type Mesh, startMesh } from "./mesh.ts";

const [MAIN, ANN, BOB] = ["+12025550123", "+12025550101", "+12025550102"];
const ASSISTANT = "sip:front-desk@sip.vapi.ai";
const FORM = "application/x-www-form-urlencoded";
const DAY_MS = 86_400_000;
/** Whatever the time zone, today is one of these. */
const TODAY = [-1, 0, 1].map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10));

let mesh: Mesh;
let hook: string;
let agent: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["twilio", "vapi"] });
  await mesh.connect("demo", "twilio");
  hook = (await mesh.api("GET", "/connections/twilio")).body.webhook.url;
  agent = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());

interface Heard {
  readonly status: number;
  readonly twiml: string;
  /** Where Twilio asks next. */
  readonly action: string;
}

/** A request of Twilio's, signed with the account's token or with another. */
async function twilio(url: string, fields: Readonly<Record<string, string>>, secret?: string): Promise<Heard> {
  const token = secret ?? emulator.credentials.valid["auth_token"] ?? "";
  const body = new URLSearchParams({ AccountSid: emulator.credentials.valid["account_sid"] ?? "", ...fields }).toString();
  const push = await emulator.pushes?.sign({ url, type: FORM, body, secret: token, now: Date.now(), id: "1" });
  const response = await fetch(url, { method: "POST", headers: push?.headers ?? {}, body });
  const twiml = await response.text();
  return { status: response.status, twiml, action: (/ action="([^"]*)"/.exec(twiml)?.[1] ?? "").replaceAll("&amp;", "&") };
}

let calls = 0;
/** A call from somebody nobody has heard of. */
function caller() {
  calls++;
  const [CallSid, From] = [`CA${String(calls).padStart(32, "0")}`, `+1202556${String(1000 + calls)}`];
  const about = { CallSid, From, To: MAIN, Direction: "inbound" };
  return {
    from: From,
    rings: (secret?: string) => twilio(`${hook}?ask=call`, { ...about, CallStatus: "ringing" }, secret),
    goesOn: (heard: Heard, fields: Readonly<Record<string, string>>) =>
      twilio(heard.action, { ...about, CallStatus: "in-progress", ...fields }),
    ends: (seconds: number) =>
      twilio(hook, { ...about, CallStatus: "completed", CallbackSource: "call-progress-events", CallDuration: String(seconds) }),
    leaves: async (heard: Heard, transcript: string) => {
      const left = { RecordingSid: `RE${CallSid.slice(2)}`, RecordingUrl: "https://api.twilio.com/r", RecordingDuration: "23" };
      const thanked = await twilio(heard.action, { ...about, CallStatus: "completed", Digits: "hangup", ...left });
      const written = { TranscriptionSid: `TR${CallSid.slice(2)}`, TranscriptionStatus: "completed", TranscriptionText: transcript };
      await twilio(hook, { ...about, CallStatus: "completed", ...left, ...written });
      return thanked;
    },
  };
}

/** The timeline of whoever called, once all that was told of them is there. */
const timelineOf = (phone: string, types: readonly string[]) =>
  vi.waitFor(
    async () => {
      const { leads } = (await mesh.api("GET", `/leads?query=${encodeURIComponent(phone)}`)).body;
      const { timeline } = (await mesh.api("GET", `/leads/${leads[0]?.id}`)).body;
      expect(timeline?.map(({ type }: { type: string }) => type).sort()).toEqual([...types].sort());
      return timeline as { type: string; words: string; said?: string }[];
    },
    { timeout: 15_000, interval: 100 },
  );

const routing = (changes: object = {}) => ({
  time_zone: "America/New_York",
  open: { greeting: "Thank you for calling Smith & Sons.", ring: [{ name: "Ann", phone: ANN }, { phone: BOB }], seconds: 15 },
  voicemail: { greeting: "Please leave a message." },
  ...changes,
});
const set = async (changes: object = {}) => {
  const saved = await mesh.api("PUT", `/call-routing/${encodeURIComponent(MAIN)}`, routing(changes));
  expect(saved.status, JSON.stringify(saved.body)).toBe(200);
  return saved.body;
};

test("an agent sets up the number and its routing; what cannot work is refused by field", async () => {
  const done = await mesh.call(agent, "crm_configure_phone_number", { phone_number: MAIN, answer_calls: true, take_texts: true });
  expect(done.body.structuredContent).toMatchObject({ answers_calls: true, takes_texts: true });
  const { requests } = (await mesh.sandbox("GET", "/sandbox/api/requests?vendor=twilio")).body;
  expect(JSON.stringify(requests)).toContain(encodeURIComponent(`${hook}?ask=call`));
  const own = { phone_number: MAIN, ...routing({ open: { ring: [{ phone: MAIN }] } }) };
  expect((await mesh.call(agent, "crm_set_call_routing", own)).body).toMatchObject({ isError: true });
  const given = await mesh.call(agent, "crm_set_call_routing", { phone_number: MAIN, ...routing() });
  expect(given.body.structuredContent).toMatchObject({ phone_number: MAIN, open_now: true });
  const read = await mesh.call(agent, "crm_get_call_routing", { phone_number: MAIN });
  expect(read.body.structuredContent.routings).toMatchObject([{ ...routing(), closed: { otherwise: "voicemail" }, open_now: true }]);
  const wrong = await mesh.api(
    "PUT",
    `/call-routing/${encodeURIComponent(MAIN)}`,
    routing({ closed: { otherwise: "assistant" }, time_zone: "Nowhere" }),
  );
  expect([wrong.status, wrong.body.error.fields]).toEqual([422, { time_zone: "must be an IANA time zone, such as America/New_York" }]);
});

describe("within opening hours", () => {
  test("everybody is rung, and whoever takes it has the caller", async () => {
    await set();
    const ann = caller();
    const heard = await ann.rings();
    expect(heard).toMatchObject({
      status: 200,
      twiml: expect.stringContaining(
        `<Say>Thank you for calling Smith &amp; Sons.</Say><Dial timeout="15" action="${hook}?ask=open.1" answerOnBridge="true"><Number>${ANN}</Number><Number>${BOB}</Number></Dial>`,
      ),
    });
    expect((await ann.goesOn(heard, { DialCallStatus: "completed", DialCallDuration: "60" })).twiml).toContain(
      "<Response><Hangup/></Response>",
    );
    await ann.ends(75);
    const timeline = await timelineOf(ann.from, ["call.started", "call.completed"]);
    expect(timeline.map(({ words }) => words)).toContain(`Call from ${ann.from}, 1 min 15 s`);
  });

  test("nobody takes it: a message is left, and stands written with the lead; asked twice, it is told once", async () => {
    await set();
    const lost = caller();
    const heard = await lost.rings();
    expect((await lost.rings()).twiml).toBe(heard.twiml);
    const tone = await lost.goesOn(heard, { DialCallStatus: "no-answer" });
    expect(tone.twiml).toContain(`<Say>Please leave a message.</Say><Record action="${hook}?ask=open.recorded" maxLength="120"`);
    expect((await lost.leaves(tone, "Hi, this is Ann. The water heater leaks.")).status).toBe(200);
    await lost.ends(40);
    const timeline = await timelineOf(lost.from, [
      "call.started",
      "call.missed",
      "voicemail.received",
      "voicemail.transcribed",
      "call.completed",
    ]);
    const of = (type: string) => timeline.find((entry) => entry.type === type);
    expect(of("call.missed")?.words).toBe(`Missed call from ${lost.from}: nobody took it`);
    expect(of("voicemail.received")?.words).toBe(`Voicemail from ${lost.from}, 23 s`);
    expect(of("voicemail.transcribed")?.said).toBe("Hi, this is Ann. The water heater leaks.");
  });
});

describe("after hours", () => {
  test("a message is taken at once", async () => {
    expect(await set({ closed_on: TODAY })).toMatchObject({ open_now: false });
    const late = caller();
    expect((await late.rings()).twiml).toContain("<Response><Say>Please leave a message.</Say><Record ");
    const [, missed] = (await timelineOf(late.from, ["call.started", "call.missed"])).toSorted((a, b) => (a.type < b.type ? 1 : -1));
    expect(missed?.words ?? "").toContain("outside opening hours");
  });

  test("or the assistant has the caller, and if it does not answer, the tone", async () => {
    await set({ closed_on: TODAY, closed: { otherwise: "assistant" }, assistant: ASSISTANT });
    const late = caller();
    const heard = await late.rings();
    expect(heard.twiml).toContain(
      `<Dial timeout="20" action="${hook}?ask=closed.assistant" answerOnBridge="true"><Sip>${ASSISTANT}</Sip></Dial>`,
    );
    expect((await late.goesOn(heard, { DialCallStatus: "failed" })).twiml).toContain("<Record ");
    const served = caller();
    expect((await served.goesOn(await served.rings(), { DialCallStatus: "completed" })).twiml).toContain("<Hangup/>");
    await served.ends(90);
    await timelineOf(served.from, ["call.started", "call.completed"]);
    await timelineOf(late.from, ["call.started", "call.missed"]);
  });
});

test("a missed call is texted back", async () => {
  const { id } = (await mesh.api("POST", "/workflows", { template: "missed_call" })).body;
  const active = await mesh.api("POST", `/workflows/${id}/activate`);
  expect(active.status, JSON.stringify(active.body)).toBe(200);
  await set({ closed_on: TODAY });
  const late = caller();
  await late.rings();
  await vi.waitFor(
    async () => {
      const { inbox } = (await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=twilio")).body;
      expect(inbox.map(({ title, text }: { title: string; text: string }) => `${title}: ${text}`)).toContainEqual(
        expect.stringMatching(new RegExp(`^Text to \\${late.from} .*Sorry we missed your call`)),
      );
    },
    { timeout: 15_000, interval: 100 },
  );
  expect((await mesh.api("POST", `/workflows/${id}/deactivate`)).status).toBe(200);
});

test("a call of ours is told of in the lead's timeline", async () => {
  const to = "+12025568888";
  const placed = await mesh.call(agent, "crm_place_call", { to, say: "We are on our way." });
  expect(placed.body.structuredContent).toMatchObject({ status: "queued" });
  expect((await mesh.sandbox("POST", "/sandbox/api/changes", { vendor: "twilio", url: hook })).status).toBe(200);
  const [ended] = (await timelineOf(to, ["call.completed"])) ?? [];
  expect(ended?.words).toBe(`Call to ${to}, 42 s`);
});

test("a call that the assistant made is told of with what was said, how long it took and how it went", async () => {
  await mesh.connect("demo", "vapi");
  const made = await mesh.api("POST", "/connections/vapi/webhook-secret", { action: "generate" });
  const { secret } = made.body;
  const { url } = (await mesh.api("GET", "/connections/vapi")).body.webhook;
  const to = "+12025568889";
  const [{ id: assistant_id }] = (await mesh.call(agent, "crm_list_ai_assistants", {})).body.structuredContent.items;
  const { items } = (await mesh.call(agent, "crm_list_ai_phone_numbers", {})).body.structuredContent;
  const { id: phone_number_id } = items.find(({ usable }: { usable: boolean }) => usable);
  const started = await mesh.call(agent, "crm_start_ai_call", { to, assistant_id, phone_number_id });
  expect(started.body.structuredContent, JSON.stringify(started.body)).toMatchObject({ call_id: expect.any(String) });
  const told = await mesh.sandbox("POST", "/sandbox/api/changes", { vendor: "vapi", url, secret });
  expect(told.body.statuses).toEqual({ 200: 1 });
  const [ended] = await timelineOf(to, ["call.completed"]);
  expect(ended?.words).toMatch(/^Call to \+12025568889, 1 min/);
  expect(ended?.said).toMatch(/\nSuccess: true$/);
});

describe("whatever goes wrong, a caller hears something", () => {
  test("a forger does not", async () => {
    expect(await caller().rings("00000000000000000000000000000000")).toMatchObject({ status: 401, twiml: "" });
  });

  test("nothing is set; what is set cannot be read; it cannot be written down; the vendor's Worker knows no secret", async () => {
    const { db } = mesh;
    await db.prepare("UPDATE call_routings SET settings = '{'").run();
    expect(await caller().rings()).toMatchObject({ status: 200, twiml: expect.stringContaining("<Record ") });
    expect((await mesh.api("DELETE", `/call-routing/${encodeURIComponent(MAIN)}`)).status).toBe(200);
    const unset = caller();
    expect(await unset.rings()).toMatchObject({ status: 200, twiml: expect.stringContaining("<Record ") });
    await timelineOf(unset.from, ["call.started", "call.missed"]);
    await db.prepare("ALTER TABLE events RENAME TO hidden").run();
    await db.prepare("ALTER TABLE call_routings RENAME TO hidden_too").run();
    expect(await caller().rings()).toMatchObject({ status: 200, twiml: expect.stringContaining("<Record ") });
    expect((await twilio(hook, { MessageSid: "SM1", From: ANN, To: MAIN, Body: "Hi" })).status).toBe(503);
    await db.prepare("ALTER TABLE hidden RENAME TO events").run();
    await db.prepare("ALTER TABLE hidden_too RENAME TO call_routings").run();
    expect((await mesh.api("DELETE", "/connections/twilio")).status).toBe(200);
    expect(await caller().rings()).toMatchObject({ status: 200, twiml: expect.stringContaining("<Record ") });
  });
});
