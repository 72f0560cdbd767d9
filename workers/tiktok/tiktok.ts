import { defineVendor, oauth2, path } from "@junction/kit";
import * as z from "zod";
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
  hosts: ["open.tiktokapis.com"],
  limit: { requests: 600, perSeconds: 60 },
  errors: {
    // In every answer, those of success too. https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
    body: z.object({ error: z.object({ code: z.string(), message: z.string().optional() }) }).transform(({ error: { code, message } }) => ({
      code,
      message,
      missing: message?.match(/\b(user|video)\.[a-z.]+\b/g) ?? undefined,
    })),
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
    },
  },
  async test({ http }) {
    const reply = await http.get(path`/v2/user/info/`, { query: { fields: "open_id,display_name" } });
    const { user } = reply.json(z.object({ data: z.object({ user: User }) })).data;
    return { id: user.open_id, name: user.display_name || user.open_id };
  },
});

const User = z.object({ open_id: z.string(), display_name: z.string().default("") });

export default tiktok.provides({ actions: [], webhook });
