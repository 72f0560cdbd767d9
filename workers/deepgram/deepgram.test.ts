import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";

const { action, answers, call, checkFields, stage } = trial("deepgram");
const RECORDING = "https://media.example.com/voicemail.mp3";
const transcribe = (input: object = {}) => call("crm/transcribe_audio", { recording: RECORDING, ...input });

test("a recording becomes text, piece by piece, with who speaks and when", async () => {
  expect(await transcribe()).toMatchObject({
    ok: true,
    value: {
      text: expect.stringMatching(/^Sandbox Plumbing, how can I help\? My water heater leaks/),
      ...{ language: "en", duration_seconds: 10.5 },
      segments: [
        { start_seconds: 0.16, speaker: "Speaker 1", text: "Sandbox Plumbing, how can I help?" },
        { speaker: "Speaker 2" },
        { speaker: "Speaker 1", text: "We will be there at four." },
      ],
    },
  });
  const alone = await transcribe({ speakers: false, language: "en" });
  expect(alone).toMatchObject({ value: { language: "en" } });
  expect(JSON.stringify(alone)).not.toContain("speaker");
});

test("the bytes go as they are, a film's as its sound, to the region that was chosen", async () => {
  const { sent } = await stage().call(action("crm/transcribe_audio"), { input: { recording: RECORDING, language: "pt-BR" } });
  expect(sent[0]?.headers.get("content-type")).toBe("audio/mpeg");
  expect(sent[0]?.headers.get("authorization")).toMatch(/^Token [0-9a-f]{40}$/);
  expect([sent[0]?.bytes.length, sent[0]?.query.get("language"), sent[0]?.query.has("detect_language")]).toEqual([
    Number(sent[0]?.headers.get("content-length")),
    "pt-BR",
    false,
  ]);
  expect(await checkFields("european")).toMatchObject({ ok: true, value: { name: "Sandbox Plumbing" } });
});

test("silence is an answer; the money used up is a no; a lacking permission comes as a 401 too", async () => {
  answers(200, { metadata: { duration: 2 }, results: { channels: [{ alternatives: [{ transcript: "", confidence: 0 }] }] } });
  expect(await transcribe()).toEqual({ ok: true, value: { text: "", duration_seconds: 2, segments: [] } });
  answers(402, { err_code: "ASR_PAYMENT_REQUIRED", err_msg: "…" });
  expect(await transcribe()).toMatchObject(failed({ kind: "Declined", code: "ASR_PAYMENT_REQUIRED" }));
  answers(401, { err_code: "INSUFFICIENT_PERMISSIONS", err_msg: "…" });
  expect(await transcribe()).toMatchObject(failed({ kind: "PermissionError" }));
});
