import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, checkFields, stage } = trial("higgsfield");
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
