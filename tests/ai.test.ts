/** What models make, from end to end: files that come of one tool and go into another, and work that is asked after. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
const VENDORS = ["elevenlabs", "deepgram", "openai-whisper", "higgsfield"];
beforeAll(async () => {
  mesh = await startMesh({ vendors: VENDORS });
  await mesh.connect("demo", ...VENDORS);
  key = (await mesh.key("demo")).key;
});
afterAll(() => mesh.stop());

const call = async (tool: string, args: object) => (await mesh.call(key, tool, args)).body.structuredContent;
/** A piece of work, once it is over. */
const done = (work_id: string) =>
  vi.waitUntil(
    async () => {
      const work = await call("crm_get_work", { work_id });
      return work?.status === "completed" || work?.status === "failed" ? work : null;
    },
    { timeout: 20_000 },
  );

test("speech becomes a file, and the file a text: each call a work of its own, one that is repeated the same", async () => {
  const { audio } = await call("crm_create_speech", { text: "Thank you for calling.", voice_id: "21m00Tcm4TlvDq8ikWAM" });
  const kept = await fetch(audio.url);
  expect([kept.headers.get("content-type"), (await kept.arrayBuffer()).byteLength]).toEqual(["audio/mpeg", audio.size_bytes]);
  const transcribe = (more: object) => call("crm_transcribe_audio", { recording: audio.file_id, ...more });
  const [first, second] = [await transcribe({}), await transcribe({ speakers: false, idempotency_key: "once" })];
  expect(await transcribe({ speakers: false, idempotency_key: "once" })).toMatchObject({ work_id: second.work_id });
  expect(second.work_id).not.toBe(first.work_id);
  expect(await done(first.work_id)).toMatchObject({ result: { segments: [{ speaker: "Speaker 1" }, { speaker: "Speaker 2" }, {}] } });
  expect(JSON.stringify((await done(second.work_id)).result)).not.toContain("speaker");
});

test("a transcript that one vendor does not give the other gives", async () => {
  await mesh.sandbox("PUT", "/sandbox/api/faults", { vendor: "deepgram", operation: "*", fault: "503" });
  const { audio } = await call("crm_create_speech", { text: "Thank you for calling.", voice_id: "21m00Tcm4TlvDq8ikWAM" });
  const { work_id } = await call("crm_transcribe_audio", { recording: audio.file_id });
  expect(await done(work_id)).toMatchObject({ status: "completed", result: { segments: [{ speaker: "Speaker A" }, {}, {}] } });
});

test("a video is asked for, followed, and had as a file", async () => {
  const { video_id } = await call("crm_generate_video", { prompt: "A new heater" });
  expect(await call("crm_get_video", { video_id })).toEqual({ video_id, status: "queued" });
  await mesh.sandbox("PUT", "/sandbox/api/settings", { vendor: "higgsfield", clockAheadSeconds: 60 });
  const { video } = await call("crm_get_video", { video_id });
  expect((await (await fetch(video.url)).arrayBuffer()).byteLength).toBe(65_536);
});
