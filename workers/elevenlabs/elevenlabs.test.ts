import type { Delivery } from "@junction/core";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, call, checkFields, stage } = trial("elevenlabs");

const delivery = (body: unknown, signature = ""): Delivery => ({
  ...{ method: "POST", url: "https://junction.example/hooks/elevenlabs/x", receivedAt: 1_739_537_300_000 },
  headers: { "elevenlabs-signature": signature },
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});

test("the signature is HMAC-SHA-256 of the time, a dot and the bytes, with the secret as it stands", async () => {
  const right = "d8a0fc2a9a570a47e6ccaf1aafe3739f64d26a9dfac82f7d1a617fade715152a";
  const body = '{"type":"post_call_transcription","event_timestamp":1739537297,"data":{}}';
  const verify = (signature: string, text = body) => webhook.verify(delivery(text, signature), "wsec_test");
  expect(await verify(`t=1739537297,v0=${right}`)).toBe(true);
  expect(await verify(`t=1739537297,v0=${"0".repeat(64)},v0=${right}`)).toBe(true);
  expect(await verify(`t=1739537298,v0=${right}`)).toBe(false);
  expect(await verify(`t=1739537297,v1=${right}`)).toBe(false);
  expect(await verify(`t=1739537297,v0=${right}`, `${body} `)).toBe(false);
  expect(await verify("")).toBe(false);
  expect(webhook.window?.signedAt(delivery(body, `t=1739537297,v0=${right}`))).toBe(1_739_537_297);
});

const data = {
  agent_id: "agent_1",
  conversation_id: "conv_1",
  status: "done",
  transcript: [
    { role: "agent", message: "Hello?" },
    { role: "agent", message: null, tool_calls: [{}] },
    { role: "user", message: "My heater leaks." },
  ],
  metadata: {
    call_duration_secs: 22,
    phone_call: { type: "twilio", direction: "outbound", agent_number: "+12025550123", external_number: "+12025550101" },
  },
  analysis: { call_successful: "success", transcript_summary: "A leak." },
};

test("a call with an agent is told with who spoke, what was said and how it went", async () => {
  const told = delivery({ type: "post_call_transcription", event_timestamp: 1_739_537_297, data });
  expect(await webhook.receive(told)).toEqual([
    {
      id: "conv_1:completed",
      type: "call.completed",
      entity: "call:conv_1",
      occurredAt: 1_739_537_297_000,
      person: { phone: "+12025550101" },
      data: {
        ...{ call_id: "conv_1", direction: "outbound", from: "+12025550123", to: "+12025550101", status: "done", duration_seconds: 22 },
        transcript: "agent: Hello?\nuser: My heater leaks.",
        summary: "A leak.",
        success_evaluation: "success",
      },
    },
  ]);
});

test("a call that nobody took is told too; one in the browser has no numbers; a recording is no event", async () => {
  const failure = { type: "call_initiation_failure", event_timestamp: 1, data: { conversation_id: "conv_2", failure_reason: "no-answer" } };
  expect(await webhook.receive(delivery(failure))).toMatchObject([{ id: "conv_2:completed", data: { status: "no-answer" } }]);
  const { metadata: _, ...bare } = data;
  const [browser] = await webhook.receive(delivery({ type: "post_call_transcription", event_timestamp: 1, data: bare }));
  expect(browser?.person).toEqual({});
  expect(await webhook.receive(delivery({ type: "post_call_audio", event_timestamp: 1, data: { full_audio: "" } }))).toEqual([]);
});

test("a key that may not see its account is told which permission is lacking, though ElevenLabs says so with a 401", async () => {
  expect(await checkFields("restricted")).toMatchObject(failed({ kind: "PermissionError", missing: ["user_read"] }));
});

test("an account with data residency is asked for in its own place", async () => {
  expect(await checkFields("european")).toMatchObject({ ok: true, value: { name: "Sandbox Plumbing, creator plan" } });
  const { api_key = "" } = stage().subject.emulator.credentials["european"] ?? {};
  expect(await checkFields({ api_key })).toMatchObject(failed({ kind: "CredentialError" }));
});

test("an error is read in each of the three forms that ElevenLabs writes it in", async () => {
  for (const [status, detail, kind] of [
    [401, { status: "quota_exceeded", message: "…" }, "Declined"],
    [400, { code: "voice_not_found", message: "…" }, "NotFound"],
    [422, [{ loc: ["body", "text"], msg: "Field required", type: "missing" }], "InvalidRequest"],
    [404, "Not Found", "NotFound"],
  ] as const) {
    answers(status, { detail });
    expect((await stage().check("valid")).outcome, JSON.stringify(detail)).toMatchObject(failed({ kind }));
  }
});

test("speech is kept as a file, and says what it used up; the language, where it is told, is told to a model that takes it", async () => {
  const voice_id = "21m00Tcm4TlvDq8ikWAM";
  const text = "Thank you for calling Sandbox Plumbing.";
  expect(await call("crm/create_speech", { text, voice_id })).toMatchObject({
    value: { audio: { type: "audio/mpeg", size_bytes: expect.any(Number) }, characters_used: text.length },
  });
  expect(await call("crm/create_speech", { text, voice_id, language: "es-MX" })).toMatchObject({ value: { characters_used: 20 } });
  expect(await call("crm/create_speech", { text, voice_id: "nobody" })).toMatchObject(failed({ kind: "NotFound" }));
  answers(200, { audio_base64: "SUQz" }); // no audio, whatever its status
  expect(await call("crm/create_speech", { text, voice_id })).toMatchObject(failed({ kind: "VendorUnavailable" }));
});
