import type { Delivery } from "@junction/kit";
import twilio from "twilio";
import { describe, expect, test } from "vitest";
import { questions } from "./questions.ts";
import emulator from "./twilio.emulator.ts";
import { webhook } from "./webhook.ts";

const { getExpectedTwilioSignature } = twilio;
const ADDRESS = "https://mycompany.com/myapp.php?foo=1&bar=2";
const TOKEN = "12345";
const delivery = (url: string, signature: string, body: string): Delivery => ({
  ...{ method: "POST", url, headers: { "x-twilio-signature": signature }, receivedAt: Date.now() },
  body: new TextEncoder().encode(body),
});
const form = (fields: Readonly<Record<string, string | readonly string[]>>) =>
  new URLSearchParams(Object.entries(fields).flatMap(([name, values]) => [values].flat().map((value) => [name, value]))).toString();
const CALL = { CallSid: "CA1234567890ABCDE", Digits: "1234", To: "+18005551212" };

describe("the signature", () => {
  test.each([
    ["+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="],
    ["+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="],
  ])("as Twilio publishes it, of a call from %s", async (from, signature) => {
    const body = form({ ...CALL, Caller: from, From: from });
    expect(await webhook.verify(delivery(ADDRESS, signature, body), TOKEN)).toBe(true);
    expect(await webhook.verify(delivery(ADDRESS, signature, body), "12346")).toBe(false);
    expect(await webhook.verify(delivery(ADDRESS, signature, body.replace("1234", "1235")), TOKEN)).toBe(false);
    expect(await webhook.verify(delivery(ADDRESS.replace("foo=1", "foo=2"), signature, body), TOKEN)).toBe(false);
    expect(await webhook.verify({ ...delivery(ADDRESS, "", body), headers: {} }, TOKEN)).toBe(false);
  });

  test("of JSON covers the body by the hash that the address bears", async () => {
    const body = '{"property": "value", "boolean": true}';
    const hash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    const signature = "a9nBmqA0ju/hNViExpshrM61xv4=";
    expect(await webhook.verify(delivery(`${ADDRESS}&bodySHA256=${hash}`, signature, body), TOKEN)).toBe(true);
    expect(await webhook.verify(delivery(`${ADDRESS}&bodySHA256=${hash}`, signature, body.replace("true", "false")), TOKEN)).toBe(false);
    expect(await webhook.verify(delivery(ADDRESS, signature, body), TOKEN)).toBe(false);
  });

  test.each<[string, string, Readonly<Record<string, string | readonly string[]>>]>([
    ["a name that comes more than once", "https://example.com/hooks/twilio/a", { b: ["2", "1", "2"], a: "é & +", B: "x" }],
    ["names in the order of their characters", "https://example.com/hooks/twilio/a?x=1", { Zed: "1", abc: "2", Ä: "3", "": "4" }],
    ["nothing but the address", "https://example.com/hooks/twilio/a", {}],
    ["an address with a port of its own", "http://127.0.0.1:8787/hooks/twilio/a", { a: "1" }],
  ])("is that of Twilio's own library: %s", async (_, url, fields) => {
    const params = Object.fromEntries(
      Object.entries(fields).map(([name, values]) => [name, typeof values === "string" ? values : [...values]]),
    );
    const signature = getExpectedTwilioSignature(TOKEN, url, params);
    expect(await webhook.verify(delivery(url, signature, form(fields)), TOKEN)).toBe(true);
    expect(await webhook.verify(delivery(url, signature, `${form(fields)}&More=1`), TOKEN)).toBe(false);
  });

  test("holds with the usual port written out, and with none", async () => {
    for (const [scheme, port, other] of [
      ["https", 443, 80],
      ["http", 80, 443],
    ] as const) {
      const [bare, full] = [`${scheme}://example.com/hooks?a=1`, `${scheme}://example.com:${port}/hooks?a=1`];
      for (const signed of [bare, full])
        for (const received of [bare, full])
          expect(await webhook.verify(delivery(received, getExpectedTwilioSignature(TOKEN, signed, { a: "1" }), "a=1"), TOKEN)).toBe(true);
      const elsewhere = getExpectedTwilioSignature(TOKEN, `${scheme}://example.com:${other}/hooks?a=1`, { a: "1" });
      expect(await webhook.verify(delivery(bare, elsewhere, "a=1"), TOKEN)).toBe(false);
    }
  });

  test("our sandbox signs as Twilio's own library expects", async () => {
    const about = { id: "1", entity: 1, now: Date.now(), state: { collection: () => expect.fail("not asked") } };
    const message = emulator.pushes?.kinds["message.received"]?.(about) ?? expect.fail("no such kind");
    const ask = { url: "https://example.com/hooks", secret: TOKEN, now: Date.now(), id: "1" };
    const { headers } = (await emulator.pushes?.sign({ ...ask, ...message })) ?? expect.fail("it signs nothing");
    const params = Object.fromEntries(new URLSearchParams(message.body));
    expect(twilio.validateRequest(TOKEN, headers["x-twilio-signature"] ?? "", ask.url, params)).toBe(true);
    const json = (await emulator.pushes?.sign({ ...ask, type: "application/json", body: "{}" })) ?? expect.fail("it signs nothing");
    expect(twilio.validateRequestWithBody(TOKEN, json.headers["x-twilio-signature"] ?? "", json.url ?? "", json.body)).toBe(true);
  });
});

describe("what it says", () => {
  const says = (fields: Readonly<Record<string, string>>) => webhook.receive(delivery(ADDRESS, "", form(fields)));
  const SMS = { MessageSid: "SM1", AccountSid: "AC1", From: "+12025550199", To: "+12025550123" };

  test("a text that came in, its thread the same whoever writes", async () => {
    const media = { NumMedia: "1", MediaUrl0: "https://api.twilio.com/m", MediaContentType0: "image/jpeg" };
    expect(await says({ ...SMS, Body: "Hi", ...media })).toEqual([
      {
        id: "SM1",
        type: "message.received",
        account: "AC1",
        entity: "message_thread:+12025550123|+12025550199",
        person: { phone: "+12025550199" },
        data: {
          ...{ message_id: "SM1", channel: "sms", from: "+12025550199", to: "+12025550123", body: "Hi" },
          media: [{ url: "https://api.twilio.com/m", type: "image/jpeg" }],
        },
      },
    ]);
    const [back] = await says({ ...SMS, From: SMS.To, To: SMS.From, Body: "" });
    expect(back?.entity).toBe("message_thread:+12025550123|+12025550199");
  });

  test("WhatsApp's addresses are numbers, and bear a name", async () => {
    const fields = { ...SMS, From: "whatsapp:+12025550199", To: "whatsapp:+12025550123", Body: "Hi", ProfileName: "Ann" };
    expect(await says(fields)).toMatchObject([
      { person: { phone: "+12025550199", name: "Ann" }, data: { channel: "whatsapp", from: "+12025550199", to: "+12025550123" } },
    ]);
  });

  test("what became of a text, told once; the stages before are nobody's concern", async () => {
    const out = { ...SMS, From: SMS.To, To: SMS.From };
    for (const MessageStatus of ["accepted", "scheduled", "queued", "sending", "sent", "canceled", "something-new"])
      expect(await says({ ...out, MessageStatus })).toEqual([]);
    const [delivered] = await says({ ...out, MessageStatus: "delivered" });
    const [read] = await says({ ...out, MessageStatus: "read" });
    expect(delivered).toMatchObject({ type: "message.delivered", entity: "message:SM1", person: { phone: "+12025550199" } });
    expect(read?.id).toBe(delivered?.id);
    const [failed] = await says({ ...out, MessageStatus: "undelivered", ErrorCode: "30003" });
    expect(failed).toMatchObject({ type: "message.failed", data: { reason: "30003" } });
    expect(failed?.id).not.toBe(delivered?.id);
  });

  test("a call that rings and ends, each told once", async () => {
    const call = { CallSid: "CA1", AccountSid: "AC1", From: "+12025550199", To: "+12025550123", Direction: "inbound" };
    expect(await says({ ...call, CallStatus: "initiated" })).toEqual([]);
    const [rings] = await says({ ...call, CallStatus: "ringing" });
    const [answered] = await says({ ...call, CallStatus: "in-progress" });
    expect(rings).toMatchObject({ type: "call.started", entity: "call:CA1", data: { direction: "inbound", from: "+12025550199" } });
    expect(answered?.id).toBe(rings?.id);
    const Timestamp = "Sat, 21 Nov 2026 12:00:00 +0000";
    expect(await says({ ...call, CallStatus: "no-answer", CallDuration: "0", Timestamp })).toMatchObject([
      { type: "call.completed", occurredAt: Date.UTC(2026, 10, 21, 12), person: { phone: "+12025550199" }, data: { status: "no-answer" } },
    ]);
    const out = { ...call, Direction: "outbound-api", From: call.To, To: call.From };
    expect(await says({ ...out, CallStatus: "completed", CallDuration: "42" })).toMatchObject([
      { person: { phone: "+12025550199" }, data: { direction: "outbound", duration_seconds: 42 } },
    ]);
    expect(await says({ ...call, From: "client:ann", CallStatus: "busy" })).toMatchObject([
      { person: undefined, data: { from: undefined } },
    ]);
  });

  test("a message that a caller left, and later what it says; a recording that nobody left is nobody's", async () => {
    const left = {
      CallSid: "CA1",
      AccountSid: "AC1",
      From: "+12025550199",
      To: "+12025550123",
      RecordingSid: "RE1",
      CallStatus: "completed",
    };
    const about = { entity: "call:CA1", account: "AC1", person: { phone: "+12025550199" } };
    const data = { call_id: "CA1", recording_id: "RE1", from: "+12025550199", to: "+12025550123" };
    expect(await says({ ...left, RecordingUrl: "https://api.twilio.com/r", RecordingDuration: "23" })).toEqual([
      {
        ...{ ...about, id: "RE1:received", type: "voicemail.received" },
        data: { ...data, duration_seconds: 23, recording_url: "https://api.twilio.com/r" },
      },
    ]);
    const written = { ...left, TranscriptionSid: "TR1", TranscriptionStatus: "completed", TranscriptionText: "It leaks." };
    expect(await says(written)).toEqual([
      { ...about, id: "RE1:transcribed", type: "voicemail.transcribed", data: { ...data, transcript: "It leaks." } },
    ]);
    expect(await says({ ...written, TranscriptionStatus: "failed", TranscriptionText: "" })).toEqual([]);
    expect(await says({ ...left, From: "" })).toEqual([]);
  });

  test("a call that asks how to go on has not ended", async () => {
    const asks = { CallSid: "CA1", From: "+12025550199", To: "+12025550123", Direction: "inbound", DialCallStatus: "no-answer" };
    expect(await says({ ...asks, CallStatus: "in-progress" })).toEqual([]);
    expect(await says({ ...asks, CallStatus: "completed" })).toEqual([]);
  });

  test("anything else is nothing", async () => {
    expect(await says({ RecordingSid: "RE1", AccountSid: "AC1" })).toEqual([]);
    expect(await webhook.receive(delivery(ADDRESS, "", '{"MessageSid":"SM1"}'))).toEqual([]);
  });
});

describe("what it asks", () => {
  const HERE = "https://junction.example/hooks/twilio/demo.x";
  const RINGING = {
    CallSid: "CA1",
    AccountSid: "AC1",
    From: "+12025550199",
    To: "+12025550123",
    Direction: "inbound",
    CallStatus: "ringing",
  };
  const asks = (fields: Readonly<Record<string, string>>, query = "?ask=call") => questions.ask(delivery(HERE + query, "", form(fields)));
  const question = { call_id: "CA1", from: "+12025550199", to: "+12025550123", account: "AC1", at: "", outcome: undefined, over: false };

  test("a call that comes in, at the address that asks or at the bare one; of what only tells, nothing", () => {
    expect(asks(RINGING)).toEqual(question);
    expect(asks(RINGING, "")).toEqual(question);
    expect(asks({ ...RINGING, From: "+266696687" })).toEqual({ ...question, from: undefined });
    expect(asks({ ...RINGING, CallbackSource: "call-progress-events" }, "")).toBeNull();
    expect(asks({ ...RINGING, CallStatus: "completed" }, "")).toBeNull();
    expect(asks({ MessageSid: "SM1", From: "+12025550199", To: "+12025550123" })).toBeNull();
  });

  test("how it goes on, by where it had got to", () => {
    const back = { ...RINGING, CallStatus: "in-progress" };
    expect(asks({ ...back, DialCallStatus: "no-answer" }, "?ask=open.1")).toEqual({ ...question, at: "open.1", outcome: "unanswered" });
    expect(asks({ ...back, DialCallStatus: "completed" }, "?ask=open.1")).toMatchObject({ outcome: "answered" });
    const left = { ...back, CallStatus: "completed", RecordingSid: "RE1" };
    expect(asks(left, "?ask=open.recorded")).toMatchObject({ at: "open.recorded", outcome: "recorded", over: true });
  });

  test("a plan is TwiML, its words escaped, its addresses those that were asked", () => {
    const plan = [
      { do: "say", text: "Smith & Sons <open>\u0000" },
      { do: "ring", phones: ["+12025550101", "+12025550102"], seconds: 15, next: "open.1" },
      { do: "hand_over", address: "sip:front-desk@sip.vapi.ai", seconds: 20, next: "closed.assistant" },
      { do: "record", seconds: 60, next: "open.recorded" },
      { do: "hang_up" },
    ] as const;
    expect(questions.answer(plan, delivery(`${HERE}?ask=call`, "", ""))).toEqual({
      status: 200,
      type: "text/xml",
      body:
        '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Smith &amp; Sons &lt;open&gt;</Say>' +
        `<Dial timeout="15" action="${HERE}?ask=open.1" answerOnBridge="true"><Number>+12025550101</Number><Number>+12025550102</Number></Dial>` +
        `<Dial timeout="20" action="${HERE}?ask=closed.assistant" answerOnBridge="true"><Sip>sip:front-desk@sip.vapi.ai</Sip></Dial>` +
        `<Record action="${HERE}?ask=open.recorded" maxLength="60" timeout="5" playBeep="true" transcribe="true" transcribeCallback="${HERE}"/>` +
        "<Hangup/></Response>",
    });
    expect(questions.answer([], delivery(HERE, "", "")).body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response></Response>');
  });
});
