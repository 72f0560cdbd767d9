import type { Delivery } from "@junction/kit";
import { failed, trial } from "@junction/testkit";
import { expect, test } from "vitest";
import { webhook } from "./webhook.ts";

const { answers, checkFields, stage } = trial("tiktok");
const delivery = (body: string, signature = ""): Delivery => ({
  method: "POST",
  url: "https://junction.example/hooks/tiktok/app",
  headers: { "tiktok-signature": signature },
  body: new TextEncoder().encode(body),
  receivedAt: 1_633_174_600_000,
});

const REMOVED =
  '{"client_key":"bwo2m45353a6k85","event":"authorization.removed","create_time":1615338610,"user_openid":"act.example12345Example12345Example","content":"{\\"reason\\":1}"}';

test("TikTok's scheme over the time and the raw bytes", async () => {
  const signature = "aa788af838e88dcaca5e94954a00b8cb031395e74da6caf753099a1b1eb22919";
  const [secret, header] = ["tiktok_client_secret_test", `t=1633174587,s=${signature}`];
  expect(await webhook.verify(delivery(REMOVED, header), secret)).toBe(true);
  expect(await webhook.window?.signedAt(delivery(REMOVED, header))).toBe(1_633_174_587);
  expect(await webhook.verify(delivery(REMOVED, `s=${signature},t=1633174587`), secret)).toBe(true);
  expect(await webhook.verify(delivery(REMOVED, `t=1633174588,s=${signature}`), secret)).toBe(false);
  expect(await webhook.verify(delivery(REMOVED, `s=${signature}`), secret)).toBe(false);
  expect(await webhook.verify(delivery(`${REMOVED} `, header), secret)).toBe(false);
  expect(await webhook.verify(delivery(REMOVED, header), "tiktok_client_secret_tesT")).toBe(false);
});

test("whose account it is, what ended and why", async () => {
  const account = "act.example12345Example12345Example";
  expect(await webhook.receive(delivery(REMOVED))).toEqual([
    {
      id: `authorization.removed:${account}:1615338610`,
      type: "access.revoked",
      account,
      entity: `account:${account}`,
      occurredAt: 1_615_338_610_000,
      data: { reason: "the person disconnected the app" },
    },
  ]);
});

const notice = (event: string, content: unknown) =>
  delivery(JSON.stringify({ client_key: "k", event, create_time: 1_790_000_000, user_openid: "o1", content }));

test("a post is published once, though TikTok tells of it in steps", async () => {
  const content = JSON.stringify({ publish_id: "p1", publish_type: "DIRECT_PUBLISH", post_id: "77", reason: "picture_size_check_failed" });
  expect(await webhook.receive(notice("post.publish.inbox_delivered", content))).toEqual([]);
  expect(await webhook.receive(notice("post.publish.complete", content))).toMatchObject([
    { id: "post.publish.complete:o1:p1:1790000000", type: "post.published", entity: "post:p1", data: { post_id: "p1" } },
  ]);
  expect(await webhook.receive(notice("post.publish.publicly_available", content))).toEqual([]);
  expect(await webhook.receive(notice("post.publish.failed", content))).toMatchObject([
    { type: "post.failed", data: { post_id: "p1", reason: "picture_size_check_failed" } },
  ]);
  expect(() => webhook.receive(notice("post.publish.complete", "{"))).toThrow("invalid_type");
});

test("an error within a success is an error", async () => {
  answers(200, { data: {}, error: { code: "access_token_invalid", message: "…", log_id: "1" } });
  expect((await stage().check("valid")).outcome).toMatchObject(failed({ kind: "CredentialError" }));
  answers(403, { data: {}, error: { code: "spam_risk_too_many_posts", message: "…", log_id: "1" } });
  expect((await stage().check("valid")).outcome).toMatchObject(failed({ kind: "Declined", code: "spam_risk_too_many_posts" }));
});

const REDIRECT = "https://junction.example/oauth/callback";

test("a person's grant: the client key has TikTok's own name, a refresh token works once, and the grant is given up by its access token", async () => {
  const { rig, subject } = stage();
  const ask = { client_key: subject.emulator.credentials.platform?.["client_id"] ?? "", response_type: "code", state: "s" };
  const scope = "user.info.basic,video.publish";
  const page = new URL(`https://www.tiktok.com/v2/auth/authorize/?${new URLSearchParams({ ...ask, scope, redirect_uri: REDIRECT })}`);
  const back = new URL((await rig.visit(page, { decision: "approve" })).headers["location"] ?? "");
  const grant = { contractor: "demo", connection: "con_grant", code: back.searchParams.get("code") ?? "", codeVerifier: "v".repeat(43) };
  const exchanged = await rig.vendor("tiktok").exchange({ ...grant, redirectUri: REDIRECT });
  if (!exchanged.ok || exchanged.value.generation === null) throw new Error(JSON.stringify(exchanged));
  expect(exchanged.value).toMatchObject({ identity: { name: "Sandbox Plumbing" }, scopes: ["user.info.basic", "video.publish"] });
  const held = { contractor: "demo", connection: "con_grant", generation: exchanged.value.generation, call: "c" };
  expect(await rig.vendor("tiktok").check(held)).toMatchObject({ ok: true });
  expect(await rig.vendor("tiktok").revoke(held)).toMatchObject({ ok: true });
  expect(await rig.vendor("tiktok").check(held)).toMatchObject(failed({ kind: "CredentialError" }));
});

test("a grant without leave to see whose account it is fails the test, which names what is lacking", async () => {
  expect(await checkFields("poster")).toMatchObject(failed({ kind: "PermissionError", missing: ["user.info.basic"] }));
});
