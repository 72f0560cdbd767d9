/** What the public sees waits for the contractor's word, unless they have said that it need not. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Mesh, startMesh } from "./mesh.ts";

let mesh: Mesh;
let key: string;
let page_id: string;
beforeAll(async () => {
  mesh = await startMesh({ vendors: ["meta-pages", "google-business-profile", "contractor-website"] });
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

const social = async (agent: string, args: object) => {
  const { outcomes, repeat_with } = (await mesh.call(agent, "crm_post_to_social", args)).body.structuredContent;
  return { repeat_with, said: Object.fromEntries(outcomes.map((one: { platform: string }) => [one.platform, one])) };
};
const approveAll = async (words: string) => {
  const asked = (await pending()).filter(({ input }: { input: object }) => JSON.stringify(input).includes(words));
  for (const { id } of asked)
    expect((await mesh.api("POST", `/approvals/${id}`, { approve: true })).body).toMatchObject({ outcome: { ok: true } });
  return asked.map(({ tool }: { tool: string }) => tool).sort();
};
const inbox = async (vendor: string): Promise<{ title: string; text: string }[]> =>
  (await mesh.sandbox("GET", `/sandbox/api/inbox?vendor=${vendor}`)).body.inbox;

test("one post on several pages: each is asked about and told of by itself, and a repeat does only what is left", async () => {
  const only = (await mesh.key("demo", { tools: ["crm/post_to_social"] })).key;
  const targets = [{ platform: "facebook", page_id }, { platform: "instagram" }, { platform: "youtube" }];
  const call = () => social(only, { text: "A new roof", idempotency_key: "roof", targets });
  const first = await call();
  expect(first.repeat_with).toBe("roof");
  expect(first.said).toMatchObject({
    facebook: {
      outcome: "waiting_for_approval",
      reason: expect.stringContaining('call crm/post_to_social again with idempotency_key "roof"'),
    },
    instagram: { outcome: "failed", reason: expect.stringContaining("give photos or a video") },
    youtube: { outcome: "failed", reason: expect.stringContaining("give a video") },
  });
  expect(await approveAll("A new roof")).toEqual(["crm/post_to_facebook"]);
  for (const _ of [1, 2])
    expect((await call()).said).toMatchObject({
      facebook: { outcome: "published", post_id: expect.any(String) },
      instagram: { outcome: "failed" },
    });
  expect(await posted("A new roof")).toBe(1);
  expect(facts(await mesh.call(only, "crm_post_to_facebook", { text: "Alone", page_id }))).toMatchObject({ kind: "NotAllowed" });
});

test("a photo goes to Instagram and to Google, and a project with photos on the website, once each is approved", async () => {
  await mesh.connect("demo", "google-business-profile", "contractor-website");
  const photos = ["https://media.example.com/roof.jpeg"];
  const args = {
    text: "Slate on Elm Street",
    photos,
    idempotency_key: "slate",
    targets: [{ platform: "instagram" }, { platform: "google" }],
  };
  expect((await social(key, args)).said).toMatchObject({
    instagram: { outcome: "waiting_for_approval" },
    google: { outcome: "waiting_for_approval" },
  });
  expect(await approveAll("Slate on Elm Street")).toEqual(["crm/post_to_google", "crm/post_to_instagram"]);
  await expect
    .poll(async () => (await social(key, args)).said, { timeout: 20_000 })
    .toMatchObject({
      instagram: { outcome: "published", post_id: expect.any(String) },
      google: { outcome: "published", url: expect.stringContaining("https://") },
    });
  expect((await social(key, args)).repeat_with).toBeUndefined();
  const onInstagram = (await inbox("meta-pages")).filter(({ title }) => title.startsWith("Posted on Instagram"));
  expect(onInstagram).toEqual([expect.objectContaining({ text: expect.stringMatching(/^Slate on Elm Street\nhttps?:\/\//) })]);
  expect(await inbox("google-business-profile")).toHaveLength(1);

  const project = { title: "Slate roof", text: "Old off, new on.", photos, idempotency_key: "project" };
  expect(facts(await mesh.call(key, "crm_publish_project", project))).toMatchObject({ kind: "NeedsApproval" });
  expect(await approveAll("Slate roof")).toEqual(["crm/publish_project"]);
  const { project_id } = (await mesh.call(key, "crm_publish_project", project)).body.structuredContent;
  expect(await inbox("contractor-website")).toContainEqual(
    expect.objectContaining({ title: "Slate roof", text: expect.stringContaining("<img src=") }),
  );
  await mesh.call(key, "crm_unpublish_project", { project_id });
  expect((await inbox("contractor-website")).map(({ title }) => title)).not.toContain("Slate roof");
});

test("an address that leads into a private network is no website of the contractor's", async () => {
  const { valid } = (await mesh.sandbox("GET", "/sandbox/api/credentials")).body.credentials["contractor-website"];
  await mesh.sandbox("PUT", "/sandbox/cloudflare-dns.com/records/inner.example.com", { A: ["10.0.0.7"] });
  for (const site_url of [
    "https://inner.example.com",
    "https://192.168.0.1",
    "https://printer.local",
    "http://www.sandbox-plumbing.example",
  ]) {
    const refused = await mesh.api("POST", "/connections/contractor-website", { fields: { ...valid, site_url } }, { contractor: "other" });
    expect([refused.status, Object.keys(refused.body.fields ?? refused.body.error?.fields ?? {})], site_url).toEqual([422, ["site_url"]]);
  }
});

test("asking is switched off for one platform of several", async () => {
  const switched = async () => {
    const { asking } = (await mesh.api("GET", "/approvals")).body as { asking: { tool: string; platform: string | null; asks: boolean }[] };
    return asking.filter(({ tool }) => tool === "crm/upload_video").map(({ platform, asks }) => [platform, asks]);
  };
  const path = "/approvals/unasked/crm/upload_video";
  expect((await mesh.api("PUT", path, { unasked: true, platform: "facebook" })).status).toBe(404);
  await mesh.api("PUT", path, { unasked: true, platform: "youtube" });
  expect(await switched()).toEqual([
    ["youtube", false],
    ["tiktok", true],
  ]);
  const video = "https://media.example.com/a.mp4";
  const both = { text: "A video", video, idempotency_key: "video", targets: [{ platform: "youtube" }, { platform: "tiktok" }] };
  expect((await social(key, both)).said).toMatchObject({ youtube: { outcome: "failed" }, tiktok: { outcome: "waiting_for_approval" } });
});
