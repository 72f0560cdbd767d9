import { expect, test } from "vitest";
import { type Part, type PartAnswer, postToSocial } from "./social.ts";

/** What is asked for a post, and what is said of it. */
async function posted(post: object, answer: (part: Part) => PartAnswer = () => ({ ok: true, value: { post_id: "1" } })) {
  const parts: Part[] = [];
  const said = (await postToSocial(post, "key", async (part) => {
    parts.push(part);
    return answer(part);
  })) as { outcomes: readonly Record<string, unknown>[]; repeat_with?: string };
  return { parts, ...said };
}
const on = (...platforms: readonly string[]) => platforms.map((platform) => ({ platform }));

test("each platform is asked in its own way: a link beside pictures stands in the words, and what a platform does not take is left out", async () => {
  const post = { text: "Roof <new>\nDone.", link: "https://example.com", photos: ["a"], targets: on("facebook", "instagram", "google") };
  const { parts, outcomes, repeat_with } = await posted(post);
  const words = "Roof <new>\nDone.\n\nhttps://example.com";
  expect(parts).toEqual([
    { name: "facebook", tool: "crm/post_to_facebook", input: { text: words, photos: ["a"] } },
    { name: "instagram", tool: "crm/post_to_instagram", input: { text: words, photos: ["a"] } },
    { name: "google", tool: "crm/post_to_google", input: { text: "Roof <new>\nDone.", link: "https://example.com", photos: ["a"] } },
  ]);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["published", "published", "published"]);
  expect(repeat_with).toBeUndefined();
  const video = { text: "Roof <new>\nDone.", video: "v", photos: ["a"], targets: [...on("facebook", "youtube"), ...on("youtube")] };
  expect((await posted(video)).parts).toEqual([
    { name: "facebook", tool: "crm/post_to_facebook", input: { text: "Roof <new>\nDone.", video: "v" } },
    {
      name: "youtube",
      tool: "crm/upload_video",
      input: { video: "v", title: "Roof new", description: "Roof new\nDone.", platform: "youtube" },
    },
  ]);
});

test("one page's trouble is its own, and what takes long is told of by its work", async () => {
  const going =
    (status: string) =>
    (part: Part): PartAnswer => {
      if (part.tool === "crm/post_to_google") return { ok: false, trouble: { kind: "NotConnected", vendors: [] }, words: "Connect it." };
      if (part.tool !== "crm/get_work") return { ok: true, value: { work_id: "work_1", status: "working" } };
      return { ok: true, value: { status, ...(status === "completed" ? { result: { post_id: "9" } } : { reason: "Why." }) } };
    };
  const post = { text: "x", photos: ["a"], targets: on("instagram", "google") };
  const of = async (status: string) => (await posted(post, going(status))).outcomes;
  const google = { platform: "google", outcome: "failed", reason: "Connect it." };
  expect(await of("working")).toEqual([{ platform: "instagram", outcome: "started", work_id: "work_1", reason: "Why." }, google]);
  expect(await of("completed")).toEqual([{ platform: "instagram", outcome: "published", post_id: "9" }, google]);
  expect(await of("failed")).toEqual([{ platform: "instagram", outcome: "failed", work_id: "work_1", reason: "Why." }, google]);
});
