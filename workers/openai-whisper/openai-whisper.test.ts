import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { answers, call, checkFields } = trial("openai-whisper");
const transcribe = (input: object = {}) => call("crm/transcribe_audio", { recording: "https://media.example.com/voicemail.mp3", ...input });

test("speakers and times by the one model, times alone by the other", async () => {
  expect(await transcribe()).toMatchObject({
    value: {
      text: expect.stringMatching(/^Sandbox Plumbing/),
      duration_seconds: 10.5,
      segments: [{ speaker: "Speaker A", text: "Sandbox Plumbing, how can I help?" }, { speaker: "Speaker B" }, { speaker: "Speaker A" }],
    },
  });
  const alone = await transcribe({ speakers: false, language: "en-US" });
  expect(alone).toMatchObject({ value: { language: "english", segments: [{ start_seconds: 0, end_seconds: 2.6 }, {}, {}] } });
  expect(JSON.stringify(alone)).not.toContain("speaker");
});

test("a restricted key that may not list models is a known one; one of another organization is not", async () => {
  for (const known of ["restricted", "member"]) expect(await checkFields(known), known).toMatchObject({ ok: true });
  expect(await checkFields("stranger")).toMatchObject(failed({ kind: "CredentialError" }));
});

test("no waiting mends an account whose money is used up; a scope that lacks is named, with a 401 as with a 403", async () => {
  answers(429, {
    error: { message: "You exceeded your current quota", type: "insufficient_quota", param: null, code: "insufficient_quota" },
  });
  expect(await transcribe()).toMatchObject(failed({ kind: "Declined", code: "insufficient_quota" }));
  const message = "You have insufficient permissions for this operation. Missing scopes: api.model.audio.request. Check that you have";
  for (const status of [401, 403]) {
    answers(status, { error: { message, type: "invalid_request_error", param: null, code: null } });
    expect(await transcribe()).toMatchObject(failed({ kind: "PermissionError", missing: ["api.model.audio.request"] }));
  }
  answers(413, { error: { message: "Maximum content size limit (26214400) exceeded", type: "server_error", param: null, code: null } });
  expect(await transcribe()).toMatchObject(failed({ kind: "InvalidRequest" }));
});
