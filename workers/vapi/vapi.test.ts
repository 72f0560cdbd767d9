import type { Delivery } from "@junction/core";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { endedAs } from "./ended.ts";
import { webhook } from "./webhook.ts";

const { answers, call, checkFields, stage } = trial("vapi");

const delivery = (body: unknown, headers: Readonly<Record<string, string>> = {}): Delivery => ({
  ...{ method: "POST", url: "https://junction.example/hooks/vapi/x", receivedAt: 1_700_000_000_000, headers },
  body: new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body)),
});

test("the signature is the one of the published scheme: HMAC-SHA-256 of the time, a dot and the bytes, under the default headers", async () => {
  const signature = "290a805ed585e4bd40cf16585292bc66ff064caa4be5674dc55a4ebfc6650644";
  const body = '{"message":{"type":"end-of-call-report"}}';
  const signed = delivery(body, { "x-timestamp": "1700000000", "x-signature": signature });
  expect(await webhook.verify(signed, "vapi-test-secret")).toBe(true);
  expect(await webhook.verify(signed, "vapi-test-secret2")).toBe(false);
  expect(await webhook.verify({ ...signed, body: new TextEncoder().encode(`${body} `) }, "vapi-test-secret")).toBe(false);
  expect(await webhook.verify(delivery(body, { "x-timestamp": "1700000001", "x-signature": signature }), "vapi-test-secret")).toBe(false);
  expect(await webhook.verify(delivery(body), "vapi-test-secret")).toBe(false);
});

test("the signed time is read in seconds or in milliseconds, since Vapi does not say which", () => {
  const at = (time: string) => webhook.window?.signedAt(delivery("", { "x-timestamp": time }));
  expect([at("1700000000"), at("1700000000000"), at("soon"), at("")]).toEqual([1_700_000_000, 1_700_000_000, undefined, undefined]);
});

const told = { id: "call-1", orgId: "o", type: "outboundPhoneCall" };
const message = {
  type: "end-of-call-report",
  call: told,
  customer: { number: "+12025550101", name: "Ada", email: "ada@example.com" },
  phoneNumber: { number: "+12025550123" },
  timestamp: 1_700_000_000_123,
  endedReason: "customer-ended-call",
  startedAt: "2023-11-14T22:11:50.000Z",
  endedAt: "2023-11-14T22:13:20.400Z",
  artifact: { transcript: "AI: Hello", recording: { mono: { combinedUrl: "https://storage.vapi.ai/r.wav" } } },
  analysis: { summary: "A leak.", successEvaluation: "true" },
};

test("the report of a call says how it went, with whom and for how long", async () => {
  expect(await webhook.receive(delivery({ message }))).toEqual([
    {
      id: "call-1:completed",
      type: "call.completed",
      entity: "call:call-1",
      occurredAt: 1_700_000_000_123,
      person: { phone: "+12025550101", name: "Ada", email: "ada@example.com" },
      data: {
        call_id: "call-1",
        direction: "outbound",
        from: "+12025550123",
        to: "+12025550101",
        status: "completed",
        duration_seconds: 90,
        recording_url: "https://storage.vapi.ai/r.wav",
        transcript: "AI: Hello",
        summary: "A leak.",
        success_evaluation: "true",
      },
    },
  ]);
});

test("a call that was never answered has no length; one that begins is told once; the rest of what Vapi says is no event", async () => {
  const { artifact: _, analysis: __, startedAt: ___, ...bare } = message;
  const [missed] = await webhook.receive(delivery({ message: { ...bare, endedReason: "customer-did-not-answer" } }));
  expect(missed?.data).toEqual({
    ...{ call_id: "call-1", direction: "outbound", from: "+12025550123", to: "+12025550101", status: "no-answer" },
  });
  const update = (status: string) => ({ message: { type: "status-update", status, call: { id: "call-2", type: "inboundPhoneCall" } } });
  expect(await webhook.receive(delivery(update("in-progress")))).toMatchObject([
    { id: "call-2:started", type: "call.started", data: { call_id: "call-2", direction: "inbound" } },
  ]);
  expect(await webhook.receive(delivery(update("ended")))).toEqual([]);
  expect(await webhook.receive(delivery({ message: { type: "transcript", transcript: "Hello" } }))).toEqual([]);
});

test("a European organisation is asked for on its own host; a public key is refused", async () => {
  expect(await checkFields("european")).toMatchObject({ ok: true });
  const { private_key = "" } = stage().subject.emulator.credentials["european"] ?? {};
  expect(await checkFields({ private_key })).toMatchObject(failed({ kind: "CredentialError" }));
  expect(await checkFields("public_key")).toMatchObject(failed({ kind: "CredentialError" }));
});

const ASSISTANT = "bbbbbbbb-bbbb-bbbb-bbbb-bbbbbbbbbbbb";
const NUMBER = "99999999-9999-9999-9999-999999999999";
const ask = { to: "+12025550199", assistant_id: ASSISTANT, phone_number_id: NUMBER, customer_name: "Ann", variables: { job: "Leak" } };
const ending = (aiCallsEnd: string) => stage().rig.sandbox("PUT", "/settings", { vendor: "vapi", aiCallsEnd });
const idOf = (made: Awaited<ReturnType<typeof call>>) => (made?.ok ? (made.value as { call_id: string }).call_id : "");

test("what an assistant and a number are chosen from says which of them can be used", async () => {
  expect(await call("crm/list_ai_assistants", {})).toMatchObject({
    value: { items: [{ name: "Follow-up" }, { id: ASSISTANT, name: "Front desk", usable: true }] },
  });
  expect(await call("crm/list_ai_phone_numbers", {})).toMatchObject({
    value: {
      items: [
        { usable: false, detail: "New number, activating" },
        { id: NUMBER, name: "+12025550123", usable: true },
      ],
    },
  });
});

test("a call that was taken is told with its words; one that was not, with the reason; its report says the same", async () => {
  const answered = idOf(await call("crm/start_ai_call", ask));
  expect(await call("crm/get_ai_call", { call_id: answered })).toMatchObject({
    value: { status: "ended", ended_reason: "completed", duration_seconds: 61, success_evaluation: "true" },
  });
  await ending("no_answer");
  const missed = idOf(await call("crm/start_ai_call", ask));
  expect(await call("crm/get_ai_call", { call_id: missed })).toEqual({
    ok: true,
    value: { call_id: missed, status: "ended", ended_reason: "no-answer" },
  });
  const made = { vendor: "vapi", url: "https://junction.example/hooks/vapi/x", secret: "s3cret", send: false };
  const { messages } = (await stage().rig.sandbox("POST", "/changes", made)) as { messages: { body: string }[] };
  const events = await Promise.all(messages.map(({ body }) => webhook.receive(delivery(body))));
  expect(events.flat()).toMatchObject([
    { entity: `call:${answered}`, person: { phone: "+12025550199" }, data: { direction: "outbound", status: "completed" } },
    { entity: `call:${missed}`, data: { call_id: missed, status: "no-answer" } },
  ]);
  await ending("answered");
});

test("Vapi's refusal names our field", async () => {
  answers(400, { message: ["customer.number must be a valid phone number in the E.164 format."], error: "Bad Request", statusCode: 400 });
  expect(await call("crm/start_ai_call", ask)).toMatchObject({
    error: { kind: "InvalidRequest", issues: ["the vendor refused the value of to"] },
  });
});

test.each([
  ["assistant-said-end-call-phrase", "completed"],
  ["call.in-progress.twilio-completed-call", "completed"],
  ["silence-timed-out", "completed"],
  ["customer-busy", "busy"],
  ["voicemail", "voicemail"],
  ["manually-canceled", "canceled"],
  ["call.in-progress.error-vapifault-openai-llm-failed", "failed"],
  ["", "failed"],
])("%s is %s", (reason, word) => expect(endedAs(reason)).toBe(word));

test("an assistant is made, read and changed; what was chosen in the dashboard stays", async () => {
  const made = await call("crm/create_ai_assistant", { name: "Front desk", greeting: "Hello!", instructions: "Take names." });
  const { assistant_id } = made?.ok ? (made.value as { assistant_id: string }) : expect.fail();
  const stands = (name: string, greeting: string, instructions: string) => ({ value: { assistant_id, name, greeting, instructions } });
  expect(await call("crm/get_ai_assistant", { assistant_id })).toMatchObject(stands("Front desk", "Hello!", "Take names."));
  expect(await call("crm/update_ai_assistant", { assistant_id, greeting: "Hi!" })).toMatchObject(
    stands("Front desk", "Hi!", "Take names."),
  );
  expect(await call("crm/update_ai_assistant", { assistant_id, instructions: "Be brief." })).toMatchObject(
    stands("Front desk", "Hi!", "Be brief."),
  );
  expect(await call("crm/get_ai_assistant", { assistant_id: "nobody" })).toMatchObject(failed({ kind: "NotFound" }));
  answers(200, {
    id: assistant_id,
    model: { provider: "anthropic", model: "claude", temperature: 0.2, messages: [{ role: "user", content: "x" }] },
  });
  expect(await call("crm/get_ai_assistant", { assistant_id })).toMatchObject({ value: { name: "Without a name" } });
});
