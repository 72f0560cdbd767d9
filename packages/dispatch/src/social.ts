/**
 * One post on several pages. Each target is a call of its own, through the whole pipeline: with its own entry in the ledger and its own
 * approval, so that nothing is posted twice and one page's trouble is no other's.
 */
import * as z from "zod";
import type { Trouble } from "./refusal.ts";

/** A call that is part of another. `name`: which part. */
export interface Part {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly name: string;
}
export type PartAnswer =
  | { readonly ok: true; readonly value: unknown }
  /** `words`: what is wrong and what to do, in ours. */
  | { readonly ok: false; readonly trouble: Trouble; readonly words: string };

const Post = z.object({
  text: z.string(),
  link: z.string().optional(),
  photos: z.array(z.string()).optional(),
  video: z.string().optional(),
  targets: z.array(z.object({ platform: z.string(), page_id: z.string().optional() })),
});
type Post = z.output<typeof Post>;
type Target = Post["targets"][number];
type Way = (post: Post, target: Target) => Omit<Part, "name"> | string;

const WITHOUT_VIDEO = "This platform takes videos only: give a video.";
const given = (fields: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
/** The first line, as a video's title. */
const titleOf = (text: string): string => (text.split("\n").find((line) => line.trim() !== "") ?? text).trim().slice(0, 100);
/** Neither YouTube nor TikTok takes these. */
const bare = (text: string): string => text.replace(/[<>]/g, "");
const upload =
  (platform: string): Way =>
  ({ text, link, video }) => {
    if (video === undefined) return WITHOUT_VIDEO;
    const description = bare(link === undefined ? text : `${text}\n\n${link}`).slice(0, 5000);
    return { tool: "crm/upload_video", input: { video, title: titleOf(bare(text)) || "Video", description, platform } };
  };

/** Platform → the call it takes, or why there can be none. A platform without links has the address in the words, where it can be read. */
const WAYS: Readonly<Record<string, Way>> = {
  facebook: ({ text, link, photos, video }, { page_id }) => {
    const shown = photos ?? video;
    const words = link !== undefined && shown !== undefined ? `${text}\n\n${link}` : text;
    return {
      tool: "crm/post_to_facebook",
      input: given({
        text: words,
        link: shown === undefined ? link : undefined,
        photos: video === undefined ? photos : undefined,
        video,
        page_id,
      }),
    };
  },
  instagram: ({ text, link, photos, video }, { page_id }) => {
    if (photos === undefined && video === undefined) return "Instagram takes no post without a picture: give photos or a video.";
    return {
      tool: "crm/post_to_instagram",
      input: given({
        text: link === undefined ? text : `${text}\n\n${link}`,
        photos: video === undefined ? photos : undefined,
        video,
        page_id,
      }),
    };
  },
  google: ({ text, link, photos }, { page_id }) => ({ tool: "crm/post_to_google", input: given({ text, link, photos, page_id }) }),
  youtube: upload("youtube"),
  tiktok: upload("tiktok"),
};

/** What `crm/post_to_social` answers; `repeat` is the caller's name for the whole. */
export async function postToSocial(input: unknown, repeat: string, make: Make): Promise<unknown> {
  const post = Post.parse(input);
  const targets = new Map(post.targets.map((target) => [`${target.platform} ${target.page_id ?? ""}`.trim(), target]));
  const outcomes = await Promise.all(
    [...targets].map(async ([name, target]) => {
      const part = WAYS[target.platform]?.(post, target) ?? "There is no such platform.";
      if (typeof part === "string") return { ...target, outcome: "failed", reason: part };
      return { ...target, ...(await told(await make({ ...part, name }), make)) };
    }),
  );
  return { outcomes, ...(outcomes.some(({ outcome }) => outcome !== "published") && { repeat_with: repeat }) };
}

type Make = (part: Part) => Promise<PartAnswer>;
type Told = Readonly<Record<string, unknown>> & { readonly outcome: string };
const Made = z.object({ post_id: z.string().optional(), video_id: z.string().optional(), url: z.string().optional() });
const Started = z.object({ work_id: z.string() });
const Work = z.object({ status: z.string(), result: Made.optional(), reason: z.string().optional() });

async function told(answer: PartAnswer, make: Make): Promise<Told> {
  if (!answer.ok) return { outcome: answer.trouble.kind === "NeedsApproval" ? "waiting_for_approval" : "failed", reason: answer.words };
  const started = Started.safeParse(answer.value);
  return started.success ? going(started.data.work_id, make) : published(Made.parse(answer.value ?? {})); // null: a person says that it was done
}

const published = ({ video_id, post_id = video_id, url }: z.output<typeof Made>): Told => ({
  outcome: "published",
  ...given({ post_id, url }),
});

/** What takes long goes on by itself, or has come to an end since. */
async function going(work_id: string, make: Make): Promise<Told> {
  const asked = await make({ tool: "crm/get_work", input: { work_id }, name: work_id });
  const { status, result, reason } = asked.ok ? Work.parse(asked.value) : { status: "working", result: undefined, reason: undefined };
  if (status === "completed") return published(result ?? {});
  const over = status === "failed" || status === "cancelled" || status === "unknown";
  return { outcome: over ? "failed" : "started", work_id, ...given({ reason }) };
}
