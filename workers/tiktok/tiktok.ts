import { defineVendor, oauth2, path } from "@junction/kit";
import { getVideoStatus, uploadVideo } from "@junction/tools";
import * as z from "zod/mini";
import { creator, statusOf, upload } from "./upload.ts";
import { webhook } from "./webhook.ts";

const tiktok = defineVendor({
  id: "tiktok",
  name: "TikTok",
  category: "social",
  powers: "Videos on the contractor's TikTok account, and what becomes of them",
  docs: "https://developers.tiktok.com/docs/en/content-posting-api-get-started",
  credentials: {},
  auth: oauth2({
    authorizationUrl: "https://www.tiktok.com/v2/auth/authorize/",
    tokenUrl: "https://open.tiktokapis.com/v2/oauth/token/",
    revocationUrl: "https://open.tiktokapis.com/v2/oauth/revoke/",
    revocation: "access_token",
    clientIdParameter: "client_key",
    scopes: {
      "user.info.basic": "See your name and picture",
      "video.publish": "Post videos to your account",
    },
    scopeSeparator: ",",
    refreshToken: "rotating", // the one before it stops working
  }),
  hosts: ["open.tiktokapis.com", "open-upload.tiktokapis.com"],
  limit: { requests: 600, perSeconds: 60 },
  errors: {
    // In every answer, those of success too. https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
    body: z.pipe(
      z.object({ error: z.object({ code: z.string(), message: z.optional(z.string()) }) }),
      z.transform(({ error: { code, message } }) => ({
        code,
        message,
        missing: message?.match(/\b(user|video)\.[a-z.]+\b/g) ?? undefined,
      })),
    ),
    success: ["ok"],
    codes: {
      access_token_invalid: "CredentialError",
      scope_not_authorized: "PermissionError", // a 401
      scope_permission_missed: "PermissionError",
      rate_limit_exceeded: "RateLimited",
      internal_error: "VendorUnavailable",
      spam_risk_too_many_posts: "Declined", // these come as a 403, and are of one post
      spam_risk_user_banned_from_posting: "Declined",
      reached_active_user_cap: "Declined",
      unaudited_client_can_only_post_to_private_accounts: "Declined",
      url_ownership_unverified: "Declined",
      privacy_level_option_mismatch: "InvalidRequest",
      invalid_publish_id: "NotFound", // a 400
      token_not_authorized_for_specified_publish_id: "NotFound",
    },
  },
  async test({ http }) {
    const reply = await http.get(path`/v2/user/info/`, { query: { fields: "open_id,display_name" } });
    const { user } = reply.json(z.object({ data: z.object({ user: User }) })).data;
    return { id: user.open_id, name: user.display_name || user.open_id };
  },
});

const User = z.object({ open_id: z.string(), display_name: z._default(z.string(), "") });

const LONGEST_CAPTION = 2200;
/** TikTok has one text for all, and hashtags in it for tags. */
function caption({ title, description, tags }: { readonly title: string; readonly description: string; readonly tags: readonly string[] }) {
  const marks = tags.map((tag) => `#${tag.replaceAll(/[\s'&-]+/g, "")}`).join(" ");
  return [title, description, marks]
    .filter((part) => part !== "")
    .join("\n\n")
    .slice(0, LONGEST_CAPTION);
}

const put = tiktok.implement(uploadVideo, {
  scopes: ["video.publish"],
  async run({ http, input, files }) {
    const file = await files.open(input.video);
    const allowed = await creator(http, input.privacy);
    const none = { brand_content_toggle: false, brand_organic_toggle: false };
    const video_id = await upload(http, file, { title: caption(input), ...allowed, ...none });
    return { video_id, platform: "tiktok", status: "processing" };
  },
});

const look = tiktok.implement(getVideoStatus, {
  scopes: ["video.publish"],
  async run({ http, input: { video_id } }) {
    const { status, fail_reason } = await statusOf(http, video_id);
    if (status === "FAILED") return { video_id, status: "failed", ...(fail_reason && { reason: fail_reason }) };
    return { video_id, status: status === "PUBLISH_COMPLETE" ? "published" : "processing" };
  },
});

export default tiktok.provides({ actions: [put, look], webhook });
