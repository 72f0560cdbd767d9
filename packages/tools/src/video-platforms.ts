/** Videos on the platforms where people watch them. */
import { NAMES_VENDOR } from "@junction/core";
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { FileRef } from "./words.ts";

const Platform = z.optional(
  z
    .enum(["youtube", "tiktok"])
    .check(z.meta({ description: "youtube or tiktok; left out, the one the contractor prefers", [NAMES_VENDOR]: true })),
);

export const uploadVideo = tool({
  id: "crm/upload_video",
  title: "Publish a video",
  description:
    "Uploads a video to the contractor's YouTube channel or TikTok account and publishes it there as privacy says. It takes minutes. Anyone may see a public video before it can be taken down. For several platforms and words at once use crm/post_to_social.",
  effect: "spend",
  approval: true,
  background: true,
  input: z.strictObject({
    video: FileRef({ types: ["video/mp4", "video/quicktime", "video/webm"], maxBytes: 4_000_000_000 }),
    title: z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(100),
        z.regex(/^[^<>]*\S[^<>]*$/),
        z.describe("what the video is called, 1 to 100 characters, without < and >"),
        z.meta({ examples: ["Water heater, old to new in one day"] }),
      ),
    description: z._default(
      z
        .string()
        .check(
          z.maxLength(5000),
          z.regex(/^[^<>]*$/),
          z.describe("what stands below it, at most 5,000 characters, without < and >; TikTok shows title and description as one caption"),
          z.meta({ examples: ["Before and after. Call us for a free estimate."] }),
        ),
      "",
    ),
    tags: z._default(
      z
        .array(z.string().check(z.regex(/^[^\s,#<>"][^,#<>"]*$/), z.maxLength(60), z.meta({ examples: ["plumbing"] })))
        .check(z.maxLength(15), z.describe("words people may find it by, at most 15; on TikTok they are its hashtags")),
      [],
    ),
    privacy: z._default(
      z
        .enum(["public", "unlisted", "private"])
        .check(z.describe("public: for everyone; unlisted: for whoever has the link, on YouTube alone; private: for the contractor alone")),
      "public",
    ),
    platform: Platform,
  }),
  output: z.object({
    video_id: z.string().check(z.describe("for crm/get_video_status")),
    platform: z.enum(["youtube", "tiktok"]),
    status: z.enum(["processing", "published"]).check(z.describe("processing: the platform has it whole, and still prepares it")),
    url: z.optional(z.url().check(z.describe("where it can be seen"))),
  }),
});

export const getVideoStatus = tool({
  id: "crm/get_video_status",
  title: "See how a published video is doing",
  description:
    "Tells whether a video that crm/upload_video brought to YouTube or TikTok is still being prepared, can be seen, or was refused there, and why.",
  effect: "read",
  input: z.strictObject({
    video_id: z.string().check(z.minLength(1), z.maxLength(200), z.describe("the video_id of crm/upload_video")),
    platform: Platform,
  }),
  output: z.object({
    video_id: z.string(),
    status: z.enum(["processing", "published", "failed"]),
    reason: z.optional(z.string().check(z.describe("why the platform refused it: its own code"))),
    url: z.optional(z.url().check(z.describe("where it can be seen"))),
    views: z.optional(z.int()),
  }),
});
