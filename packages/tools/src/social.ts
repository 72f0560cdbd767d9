/** Posts on the contractor's social pages. Each platform has a tool of its own; `crm/post_to_social` is all of them at once. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { FileRef } from "./words.ts";

const MEGABYTE = 1024 * 1024;
const Photo = FileRef({ types: ["image/jpeg", "image/png"], maxBytes: 10 * MEGABYTE });
const Video = FileRef({ types: ["video/mp4", "video/quicktime"], maxBytes: 1024 * MEGABYTE });
const Link = z
  .url({ protocol: /^https?$/ })
  .check(z.maxLength(2000), z.describe("a web page to show with the post, such as https://example.com/offer"));
const PageId = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(200),
    z.describe("the page_id that crm/list_social_pages gave; it may be left out where there is only one page"),
  );
const words = (most: number) =>
  z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(most),
      z.describe(`what the post says, as everyone will read it, 1 to ${most.toLocaleString("en")} characters`),
    );
const Posted = z.object({ post_id: z.string(), url: z.optional(z.url().check(z.describe("where the post can be seen"))) });

export const SOCIAL_PLATFORMS = ["facebook", "instagram", "google", "youtube", "tiktok"] as const;
const Platform = z.enum(SOCIAL_PLATFORMS).check(z.describe(`one of ${SOCIAL_PLATFORMS.join(", ")}`));

export const postToSocial = tool({
  id: "crm/post_to_social",
  title: "Post on social media",
  description:
    "Announces something on several of the contractor's social pages at once, Facebook, Instagram and Google, and says what came of each post: published, waiting for the contractor's approval, or failed and why. The same call again with the repeat_with it gave posts nothing twice and tries only what is left.",
  effect: "spend",
  input: z.strictObject({
    text: words(5000),
    link: z.optional(Link),
    photos: z.optional(
      z.array(Photo).check(z.minLength(1), z.maxLength(10), z.describe("1 to 10 photos; Instagram needs photos or a video")),
    ),
    video: z.optional(Video),
    targets: z
      .array(z.strictObject({ platform: Platform, page_id: z.optional(PageId) }))
      .check(z.minLength(1), z.maxLength(10), z.describe("where to post, 1 to 10 targets; youtube and tiktok need a video")),
  }),
  output: z.object({
    outcomes: z.array(
      z.object({
        platform: Platform,
        page_id: z.optional(z.string()),
        outcome: z.enum(["published", "waiting_for_approval", "started", "failed"]),
        post_id: z.optional(z.string()),
        url: z.optional(z.url().check(z.describe("where the post can be seen"))),
        work_id: z.optional(z.string().check(z.describe("crm/get_work tells how it goes"))),
        reason: z.optional(z.string().check(z.describe("why it is not published, and what to do"))),
      }),
    ),
    repeat_with: z.optional(z.string().check(z.describe("the idempotency_key for the same call again; absent: everything is published"))),
  }),
});

export const postToFacebook = tool({
  id: "crm/post_to_facebook",
  title: "Post on Facebook",
  description:
    "Publishes a post on one of the contractor's Facebook pages at once, for everyone to see: words, a link, photos or a video. People may see it before it can be taken down. For several platforms at once use crm/post_to_social.",
  effect: "spend",
  approval: true,
  input: z
    .strictObject({
      text: words(5000),
      link: z.optional(
        Link.check(z.describe("a web page to show with the post, such as https://example.com/offer; not together with photos or a video")),
      ),
      photos: z.optional(z.array(Photo).check(z.minLength(1), z.maxLength(10), z.describe("1 to 10 photos"))),
      video: z.optional(Video),
      page_id: z.optional(PageId),
    })
    .check(
      z.refine(({ link, photos, video }) => [link, photos, video].filter((one) => one !== undefined).length <= 1, {
        error: "give only one of link, photos and video",
      }),
    ),
  output: Posted,
});

export const postToInstagram = tool({
  id: "crm/post_to_instagram",
  title: "Post on Instagram",
  description:
    "Publishes photos, or one video as a reel, on one of the contractor's Instagram accounts at once, for everyone to see. A post without a picture is not possible there.",
  effect: "spend",
  approval: true,
  background: true,
  input: z
    .strictObject({
      text: words(2200),
      photos: z.optional(
        z
          .array(FileRef({ types: ["image/jpeg"], maxBytes: 8 * MEGABYTE }))
          .check(z.minLength(1), z.maxLength(10), z.describe("1 to 10 photos, as JPEG; give these or a video")),
      ),
      video: z.optional(Video),
      page_id: z.optional(PageId),
    })
    .check(z.refine(({ photos, video }) => (photos === undefined) !== (video === undefined), { error: "give either photos or a video" })),
  output: Posted,
});

export const postToGoogle = tool({
  id: "crm/post_to_google",
  title: "Post on Google",
  description:
    "Publishes an update on the contractor's business profile, where people see it in Google Search and Maps. Use crm/list_business_profiles for the page_id.",
  effect: "spend",
  approval: true,
  input: z.strictObject({
    text: words(1500),
    link: z.optional(Link.check(z.describe("where the post's Learn more button leads, such as https://example.com/offer"))),
    photos: z.optional(z.array(Photo).check(z.minLength(1), z.maxLength(10), z.describe("1 to 10 photos"))),
    page_id: z.optional(
      PageId.check(z.describe("the page_id that crm/list_business_profiles gave; it may be left out where there is only one profile")),
    ),
  }),
  output: Posted,
});

export const listSocialPages = tool({
  id: "crm/list_social_pages",
  title: "List social pages",
  description:
    "Lists the Facebook pages and Instagram accounts the contractor manages, and whether it may publish on each. Give next_page back as page to see more.",
  effect: "read",
  input: z.strictObject({
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(1000), z.describe("the next_page of the answer before"))),
  }),
  output: z.object({
    pages: z.array(
      z.object({
        page_id: z.string(),
        name: z.string(),
        platform: z.enum(["facebook", "instagram"]),
        can_post: z.boolean().check(z.describe("false: the contractor has no right to publish there")),
      }),
    ),
    next_page: z.optional(z.string()),
  }),
});

export const listBusinessProfiles = tool({
  id: "crm/list_business_profiles",
  title: "List business profiles",
  description:
    "Lists the contractor's business profiles on Google, one for each location, and whether posts and replies to reviews are possible there.",
  effect: "read",
  input: z.strictObject({
    page: z.optional(z.string().check(z.minLength(1), z.maxLength(2000), z.describe("the next_page of the answer before"))),
  }),
  output: z.object({
    profiles: z.array(
      z.object({
        page_id: z.string().check(z.describe("for crm/post_to_google, and the profile for crm/list_reviews")),
        name: z.string(),
        address: z.optional(z.string()),
        can_post: z
          .boolean()
          .check(z.describe("false: Google takes no posts for this profile, as it is not verified or of a kind that has none")),
      }),
    ),
    next_page: z.optional(z.string()),
  }),
});
