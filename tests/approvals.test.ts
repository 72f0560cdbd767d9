/** What the public sees waits for the contractor's word, unless they have said that it need not. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
let page_id: string;
beforeAll(async () => {
  mesh = await startMesh();
  await mesh.connect("demo", "meta-pages");
  key = (await mesh.key("demo")).key;
  const pages = await mesh.call(key, "crm_list_social_pages", {});
  page_id = pages.body.structuredContent.pages[0].page_id;
});
afterAll(() => mesh.stop());

const post = (text: string, more = {}) => mesh.call(key, "crm_post_to_facebook", { text, page_id, ...more });
const facts = (reply: { body: { content: { text: string }[] } }) => JSON.parse(reply.body.content[1]?.text ?? "{}");
const posted = async (text: string) =>
  JSON.stringify((await mesh.sandbox("GET", "/sandbox/api/inbox?vendor=meta-pages")).body.inbox).split(text).length - 1;
const pending = async () =>
  (await mesh.api("GET", "/approvals")).body.approvals.filter(({ state }: { state: string }) => state === "pending");

test("a post waits, is asked about once, is made when it is approved, and the agent's repeat gets its result", async () => {
  const asked = await post("Spring offer", { idempotency_key: "spring" });
  expect(facts(asked)).toMatchObject({ kind: "NeedsApproval", url: `${mesh.url}/settings/approvals` });
  await post("Spring offer", { idempotency_key: "spring" });
  const waiting = await pending();
  expect(waiting).toEqual([
    expect.objectContaining({ tool: "crm/post_to_facebook", input: { text: "Spring offer", page_id }, decided_at: null }),
  ]);
  expect(await posted("Spring offer")).toBe(0);
  const { id } = waiting[0];
  expect((await mesh.api("POST", `/approvals/${id}`, { approve: true }, { role: "member" })).status).toBe(403);
  expect((await mesh.api("POST", `/approvals/${id}`, { approve: true }, { contractor: "other" })).status).toBe(404);
  expect((await mesh.api("POST", `/approvals/${id}`, { approve: true })).body).toMatchObject({
    state: "approved",
    outcome: { ok: true, message: "Done." },
  });
  expect((await mesh.api("POST", `/approvals/${id}`, { approve: true })).status).toBe(404);
  expect((await post("Spring offer", { idempotency_key: "spring" })).body.structuredContent).toMatchObject({ post_id: expect.any(String) });
  expect(await posted("Spring offer")).toBe(1);
});

test("a rejected post is never made, however often the agent asks", async () => {
  await post("Rude joke", { idempotency_key: "joke" });
  const [{ id }] = await pending();
  expect((await mesh.api("POST", `/approvals/${id}`, { approve: false })).body).toEqual({ state: "rejected", outcome: null });
  expect(facts(await post("Rude joke", { idempotency_key: "joke" }))).toMatchObject({ kind: "Rejected" });
  expect(await posted("Rude joke")).toBe(0);
});

test("an approval is for what was asked: other words under the same name are another matter", async () => {
  await post("First words", { idempotency_key: "bait" });
  const [{ id }] = await pending();
  await mesh.api("POST", `/approvals/${id}`, { approve: true });
  expect(facts(await post("Other words", { idempotency_key: "bait" }))).toMatchObject({ kind: "KeyReused" });
  expect(await posted("Other words")).toBe(0);
  await post("Asked words", { idempotency_key: "switch" });
  expect(facts(await post("Swapped words", { idempotency_key: "switch" }))).toMatchObject({ kind: "KeyReused" });
  const [swapped] = await pending();
  expect(swapped.input.text).toBe("Asked words");
});

test("the contractor may let agents post without asking, and take that back", async () => {
  expect((await mesh.api("PUT", "/approvals/unasked/crm/send_sms", { unasked: true })).status).toBe(404);
  await mesh.api("PUT", "/approvals/unasked/crm/post_to_facebook", { unasked: true });
  expect((await post("No question")).body.structuredContent).toBeDefined();
  await mesh.api("PUT", "/approvals/unasked/crm/post_to_facebook", { unasked: false });
  expect(facts(await post("One question"))).toMatchObject({ kind: "NeedsApproval" });
});

test("an owner's own call asks nobody", async () => {
  const made = await mesh.api("POST", "/tools/crm/post_to_facebook/call", { input: { text: "From the owner", page_id } });
  expect(made).toMatchObject({ status: 200, body: { replayed: false } });
});

test("one post on several pages: each is asked about and told of by itself, and a repeat does only what is left", async () => {
  const only = (await mesh.key("demo", { tools: ["crm/post_to_social"] })).key;
  const call = async () => {
    const args = {
      text: "A new roof",
      idempotency_key: "roof",
      targets: [{ platform: "facebook", page_id }, { platform: "instagram" }, { platform: "google" }],
    };
    const { outcomes, repeat_with } = (await mesh.call(only, "crm_post_to_social", args)).body.structuredContent;
    return { repeat_with, said: Object.fromEntries(outcomes.map((one: { platform: string }) => [one.platform, one])) };
  };
  const first = await call();
  expect(first.repeat_with).toBe("roof");
  expect(first.said).toMatchObject({
    facebook: {
      outcome: "waiting_for_approval",
      reason: expect.stringContaining('call crm/post_to_social again with idempotency_key "roof"'),
    },
    instagram: { outcome: "failed", reason: expect.stringContaining("give photos or a video") },
    google: { outcome: "failed" },
  });
  const [asked, ...others] = (await pending()).filter(({ input }: { input: { text: string } }) => input.text === "A new roof");
  expect([asked.tool, others]).toEqual(["crm/post_to_facebook", []]);
  expect((await mesh.api("POST", `/approvals/${asked.id}`, { approve: true })).body).toMatchObject({ outcome: { ok: true } });
  for (const _ of [1, 2])
    expect((await call()).said).toMatchObject({
      facebook: { outcome: "published", post_id: expect.any(String) },
      instagram: { outcome: "failed" },
    });
  expect(await posted("A new roof")).toBe(1);
  expect(facts(await mesh.call(only, "crm_post_to_facebook", { text: "Alone", page_id }))).toMatchObject({ kind: "NotAllowed" });
});
