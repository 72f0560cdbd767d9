/** YouTube: how it is connected, and what its errors mean. https://developers.google.com/youtube/v3/docs/errors */
import { defineVendor, oauth2, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

export const UPLOAD = "https://www.googleapis.com/auth/youtube.upload";
export const READ = "https://www.googleapis.com/auth/youtube.readonly";

const Reasons = z._default(z.array(z.object({ reason: z.optional(z.string()) })), []);

export const youtube = defineVendor({
  id: "youtube",
  name: "YouTube",
  category: "social",
  powers: "Videos on the contractor's YouTube channel, and how they are doing",
  docs: "https://developers.google.com/youtube/v3/docs",
  credentials: {},
  auth: oauth2({
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    revocationUrl: "https://oauth2.googleapis.com/revoke",
    scopes: { [UPLOAD]: "Put videos on your channel", [READ]: "See your channel and its videos" },
    params: { access_type: "offline", prompt: "consent" }, // without both, Google gives no refresh token
    refreshToken: "stable",
  }),
  // Where an upload goes on is an address that YouTube gives, at either of the first two.
  hosts: ["youtube.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com"],
  errors: {
    body: z.pipe(
      z.object({ error: z.object({ message: z.optional(z.string()), errors: Reasons, details: Reasons }) }),
      z.transform(({ error: { message, errors, details } }) => ({
        code: [...errors, ...details].find(({ reason }) => reason !== undefined)?.reason,
        message,
      })),
    ),
    codes: {
      quotaExceeded: "RateLimited", // a 403; of our app, until midnight Pacific
      rateLimitExceeded: "RateLimited",
      userRateLimitExceeded: "RateLimited",
      insufficientPermissions: "PermissionError",
      uploadLimitExceeded: "Declined", // of the channel, for a day
      youtubeSignupRequired: "Declined", // a 401: the account has no channel
    },
  },
  async test({ http }) {
    const reply = await http.get(path`/youtube/v3/channels`, { query: { part: ["id", "snippet"], mine: true } });
    const [channel] = reply.json(Channels).items;
    if (!channel)
      refuse({
        kind: "InvalidRequest",
        issues: ["this Google account has no YouTube channel: make one, or choose the account that has it"],
      });
    return { id: channel.id, name: channel.snippet.title };
  },
});

const Channels = z.object({ items: z._default(z.array(z.object({ id: z.string(), snippet: z.object({ title: z.string() }) })), []) });
