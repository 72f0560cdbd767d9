import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, call, checkFields, stage } = trial("higgsfield");
const delivery = (body: string, headers: Readonly<Record<string, string>> = {}): Delivery => ({
  method: "POST",
  url: "https://junction.example/hooks/higgsfield/demo.x",
  headers,
  body: new TextEncoder().encode(body),
  receivedAt: 1_614_265_330_000,
});
const signed = (id: string, at: string, signature: string) => ({
  "webhook-id": id,
  "webhook-timestamp": at,
  "webhook-signature": signature,
});

// Standard Webhooks' own vector.
const SECRET = ["whsec", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"].join("_");
const [ID, AT, BODY] = ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", '{"test": 2432232314}'];
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

test("the published signature proves its delivery, alone or beside another", async () => {
  const headers = signed(ID, AT, SIGNATURE);
  expect(await webhook.verify(delivery(BODY, headers), SECRET)).toBe(true);
  expect(await webhook.verify(delivery(BODY, signed(ID, AT, `v1,Zm9v v1a,Zm9v ${SIGNATURE}`)), SECRET)).toBe(true);
  expect(await webhook.window?.signedAt(delivery(BODY, headers))).toBe(1_614_265_330);
  expect(await webhook.verify(delivery(BODY, signed(`${ID}x`, AT, SIGNATURE)), SECRET)).toBe(false);
  expect(await webhook.verify(delivery(BODY, signed(ID, "1614265331", SIGNATURE)), SECRET)).toBe(false);
  expect(await webhook.verify(delivery(`${BODY} `, headers), SECRET)).toBe(false);
  expect(await webhook.verify(delivery(BODY, signed(ID, AT, SIGNATURE.replace("v1,", "v2,"))), SECRET)).toBe(false);
  for (const secret of ["whsec_", "whsec_%%%", "whsec_a", `${SECRET}BBBB`])
    expect(await webhook.verify(delivery(BODY, headers), secret), secret).toBe(false);
});

test("what the standardwebhooks library signs is taken, and it takes what the emulator signs", async () => {
  const { pushes } = stage().subject.emulator;
  if (!pushes?.secret) throw new Error("the console shows a secret");
  const library = new Webhook(pushes.secret);
  const theirs = library.sign(ID, new Date(Number(AT) * 1000), BODY);
  expect(await webhook.verify(delivery(BODY, signed(ID, AT, theirs)), pushes.secret)).toBe(true);
  const push = await pushes.sign({
    url: "https://x.example",
    type: "application/json",
    body: BODY,
    secret: pushes.secret,
    now: Date.now(),
    id: "1",
  });
  expect(library.verify(push.body, push.headers)).toEqual({ test: 2432232314 });
});

test.each([
  [
    { status: "completed", video: { url: "https://x.example/v.mp4" } },
    [{ type: "video.completed", data: { video_id: "r1", url: "https://x.example/v.mp4" } }],
  ],
  [{ status: "completed", images: [{ url: "https://x.example/i.png" }] }, []],
  [{ status: "failed", error: "Out of memory" }, [{ type: "video.failed", data: { reason: "Out of memory" } }]],
  [{ status: "nsfw" }, [{ type: "video.failed", data: { reason: "Higgsfield refused it as unsafe" } }]],
  [{ status: "in_progress" }, []],
])("%j is read as what it is", async (said, events) => {
  const body = JSON.stringify({ request_id: "r1", status_url: "https://x.example", ...said });
  expect(await webhook.receive(delivery(body, signed("msg_1", AT, "v1,x")))).toMatchObject(events);
});

test("a known key passes at either address; an answer that is not Higgsfield's proves nothing", async () => {
  const before = await checkFields("elsewhere");
  expect(before).toMatchObject({ ok: true });
  answers(404);
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "VendorUnavailable" }));
  answers(403, { detail: "Not enough credits" });
  expect(await checkFields("valid")).toMatchObject(failed({ kind: "Declined", code: "insufficient_credits" }));
});

const PICTURE = "https://media.example.com/heater.jpg";
const idOf = (made: Awaited<ReturnType<typeof call>>) => (made?.ok ? (made.value as { video_id: string }).video_id : "");
const seconds = (clockAheadSeconds: number) => stage().rig.sandbox("PUT", "/settings", { vendor: "higgsfield", clockAheadSeconds });

test("a video is queued, made, and kept as a file; one that is refused or fails says so; only a queued one is taken back", async () => {
  const [made, unsafe, regretted] = await Promise.all(
    ["A new heater", "sandbox: unsafe", "Never mind"].map(async (prompt) => idOf(await call("crm/generate_video", { prompt }))),
  );
  const get = (video_id: string | undefined) => call("crm/get_video", { video_id });
  expect(await get(made)).toMatchObject({ value: { status: "queued" } });
  expect(await call("crm/cancel_video", { video_id: regretted })).toMatchObject({ value: { status: "canceled" } });
  await seconds(10);
  expect(await get(made)).toEqual({ ok: true, value: { video_id: made, status: "in_progress" } });
  expect(await call("crm/cancel_video", { video_id: made })).toMatchObject({ value: { status: "in_progress" } });
  await seconds(60);
  expect(await get(made)).toMatchObject({ value: { status: "completed", video: { type: "video/mp4", size_bytes: 65_536 } } });
  expect(await get(unsafe)).toMatchObject({ value: { status: "failed", reason: "refused as unsafe" } });
  expect(await get(regretted)).toMatchObject({ value: { status: "canceled" } });
  const asked = { vendor: "higgsfield", url: "https://junction.example/hooks/higgsfield/x", send: false };
  const { messages } = (await stage().rig.sandbox("POST", "/changes", asked)) as {
    messages: { body: string; headers: Record<string, string> }[];
  };
  const events = await Promise.all(messages.map(({ body, headers }) => webhook.receive(delivery(body, headers))));
  expect(events.flat().map(({ type, entity }) => [type, entity])).toEqual([
    ["video.completed", `video:${made}`],
    ["video.failed", `video:${unsafe}`],
  ]);
  await seconds(0);
});

test("a word or an id chooses the model, and a picture one that moves it; a model nobody knows is refused before it is asked for", async () => {
  const at = async (input: object) => {
    const { outcome, sent } = await stage().call(stage().subject.vendor.actions.get("crm/generate_video") ?? expect.fail(), {
      input: { prompt: "A new heater", ...input },
    });
    expect(sent.every(({ query }) => query.get("hf_webhook")?.startsWith("https://"))).toBe(true);
    return outcome?.ok ? sent.at(-1)?.path : outcome;
  };
  expect(await at({ image: PICTURE, model: "best" })).toBe("/higgsfield-ai/dop/standard");
  expect(await at({ model: "best" })).toBe("/veo3.1");
  expect(await at({ model: "sora-2/text-to-video" })).toBe("/sora-2/text-to-video");
  expect(await at({ image: PICTURE, model: "sora-2/text-to-video" })).toMatchObject(failed({ kind: "InvalidRequest" }));
  expect(await at({ model: "sora-9" })).toMatchObject({
    error: { issues: [expect.stringContaining("model must be fast, balanced or best")] },
  });
});

test("a video whose file is kept elsewhere is told by its address", async () => {
  answers(200, { status: "completed", request_id: "r1", video: { url: "https://elsewhere.example/v.mp4?Signature=x" } });
  expect(await call("crm/get_video", { video_id: "r1" })).toEqual({
    ok: true,
    value: { video_id: "r1", status: "completed", source_url: "https://elsewhere.example/v.mp4?Signature=x" },
  });
});
