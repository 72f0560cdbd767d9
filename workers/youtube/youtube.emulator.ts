/** Plays the YouTube Data API v3: one channel, its uploads, and Google's authorization server for one app. */
import {
  type Call,
  defineEmulator,
  type ErrorFault,
  googleError,
  googleGrant,
  googleLogin,
  json,
  type Reply,
  seedGrant,
} from "@junction/sandbox";
import { bad, begin, resourceOf, take, videos } from "./emulator/uploads.ts";

const AUTH = "https://www.googleapis.com/auth/";
const any = (...names: readonly string[]): readonly string[] => names.map((name) => AUTH + name);
const WRITE = any("youtube", "youtube.force-ssl", "youtube.upload");
const READ = any("youtube", "youtube.force-ssl", "youtube.readonly");
const SCOPES = {
  [`${AUTH}youtube.upload`]: "Manage your YouTube videos",
  [`${AUTH}youtube.readonly`]: "View your YouTube account",
  [`${AUTH}youtube`]: "Manage your YouTube account",
};

// Put together here, so that no scanner takes them for somebody's.
const token = (prefix: string, tail: string): string => [prefix, tail].join("");
const APP = {
  client_id: "104729583047-sandboxyoutubeapp0123456789.apps.googleusercontent.com",
  client_secret: token("GOCSPX-", "sandboxYouTubeAppSecret012"),
};
const OWNERS = { access: token("ya29.", "a0SandboxChannelOwnerAccessToken"), refresh: token("1//", "0SandboxChannelOwnerRefreshToken") };
const VIEWERS = { access: token("ya29.", "a0SandboxViewerAccessToken"), refresh: token("1//", "0SandboxViewerRefreshToken") };
const NOBODYS = { access: token("ya29.", "a0SandboxNobodyKnowsThisTube"), refresh: token("1//", "0SandboxNobodyKnowsThisTube") };

const CHANNEL = "UCsandboxPlumbing0123456";
const UPLOADS = "UUsandboxPlumbing0123456";
const HOSTS = ["youtube.googleapis.com", "www.googleapis.com"];

const partsOf = (call: Call): readonly string[] => call.query.getAll("part").flatMap((one) => one.split(","));
const listed = (kind: string, items: readonly object[]): Reply =>
  json(200, { kind, etag: '"e"', pageInfo: { totalResults: items.length, resultsPerPage: items.length }, items });

function listChannels(call: Call): Reply {
  if (call.query.get("mine") !== "true") bad(400, "No filter selected.", "missingRequiredParameter");
  const whole: Readonly<Record<string, unknown>> = {
    id: CHANNEL,
    snippet: { title: "Sandbox Plumbing", description: "", publishedAt: "2020-01-01T00:00:00Z" },
    contentDetails: { relatedPlaylists: { likes: "LL", uploads: UPLOADS } },
    status: { privacyStatus: "public", isLinked: true, longUploadsStatus: "allowed" },
  };
  const shown = partsOf(call).map((part) => [part, whole[part]] as const);
  return listed("youtube#channelListResponse", [{ kind: "youtube#channel", id: CHANNEL, ...Object.fromEntries(shown) }]);
}

function listVideos(call: Call): Reply {
  const ids = call.query.getAll("id").flatMap((one) => one.split(","));
  if (ids.length === 0) bad(400, "No filter selected.", "missingRequiredParameter");
  const parts = partsOf(call);
  const found = ids.flatMap((id) => videos(call.state).get(id) ?? []);
  const shown = found.map((video) => {
    const whole: Readonly<Record<string, unknown>> = resourceOf(call, video);
    return Object.fromEntries(Object.entries(whole).filter(([name, of]) => typeof of !== "object" || parts.includes(name)));
  });
  return listed("youtube#videoListResponse", shown);
}

function listPlaylistItems(call: Call): Reply {
  const all = [...videos(call.state).list()].reverse();
  if (call.query.get("playlistId") !== UPLOADS || all.length === 0)
    return googleError(
      404,
      "NOT_FOUND",
      "The playlist identified with the request's playlistId parameter cannot be found.",
      "playlistNotFound",
    );
  const items = all.slice(0, Number(call.query.get("maxResults") ?? 5)).map(({ id, title, publishedAt }) => ({
    ...{ kind: "youtube#playlistItem", id: `item-${id}` },
    snippet: { publishedAt: new Date(publishedAt).toISOString(), channelId: CHANNEL, title, playlistId: UPLOADS },
    contentDetails: { videoId: id, videoPublishedAt: new Date(publishedAt).toISOString() },
  }));
  return listed("youtube#playlistItemListResponse", items);
}

const ERRORS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => googleError(401, "UNAUTHENTICATED", "Invalid Credentials", "authError"),
  "403": () => googleError(403, "PERMISSION_DENIED", "The request is not properly authorized.", "forbidden"),
  "404": () => googleError(404, "NOT_FOUND", "The video that you are trying to find cannot be found.", "videoNotFound"),
  "409": () => googleError(409, "ABORTED", "Conflict", "conflict"),
  "422": () => googleError(400, "INVALID_ARGUMENT", "The request metadata is invalid.", "invalidVideoMetadata"),
  "429": () => googleError(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", "rateLimitExceeded"),
  "500": () => googleError(500, "INTERNAL", "Backend Error", "backendError"),
  "503": () => googleError(503, "UNAVAILABLE", "Backend Error", "backendError"),
  rate_limit_403: () =>
    googleError(403, "PERMISSION_DENIED", "The request cannot be completed because you have exceeded your quota.", "quotaExceeded"),
};

export default defineEmulator({
  vendor: "youtube",
  hosts: ["youtube.googleapis.com", "www.googleapis.com", "oauth2.googleapis.com", "accounts.google.com"],
  credentials: {
    valid: { access_token: OWNERS.access, refresh_token: OWNERS.refresh },
    wrong: { access_token: NOBODYS.access, refresh_token: NOBODYS.refresh },
    /** May look, and upload nothing. */
    viewer: { access_token: VIEWERS.access, refresh_token: VIEWERS.refresh },
    platform: APP,
  },
  secrets: ["access_token", "refresh_token", "client_secret"],
  authenticate(call) {
    const grant = googleGrant(call, /^(begin|take)_/.test(call.operation) ? WRITE : READ);
    return "status" in grant ? grant : null;
  },
  seed(state, now) {
    seedGrant(state, OWNERS, any("youtube.upload", "youtube.readonly"), now + 3_600_000);
    seedGrant(state, VIEWERS, any("youtube.readonly"), now + 3_600_000);
  },
  operations: [
    { name: "list_channels", method: "GET", path: "/youtube/v3/channels", run: listChannels },
    { name: "list_videos", method: "GET", path: "/youtube/v3/videos", run: listVideos },
    { name: "list_playlist_items", method: "GET", path: "/youtube/v3/playlistItems", run: listPlaylistItems },
    ...HOSTS.flatMap((host, n) =>
      ["/resumable/upload/youtube/v3/videos", "/upload/youtube/v3/videos"].flatMap((path, m) => [
        { name: n + m === 0 ? "begin_upload" : `begin_upload_${n}${m}`, method: "POST" as const, host, path, run: begin },
        {
          name: n + m === 0 ? "take_upload" : `take_upload_${n}${m}`,
          method: "PUT" as const,
          host,
          path,
          streams: true as const,
          run: take,
        },
      ]),
    ),
    ...googleLogin({ app: APP, account: "Sandbox Plumbing", scopes: SCOPES }),
  ],
  fault: (error) => ERRORS[error](),
  inbox: (state) =>
    videos(state)
      .list()
      .map(({ title, description, bytes, sha256, privacyStatus, publishedAt }) => ({
        title: `Video (${privacyStatus}): ${title}`,
        text: `${description}\n${bytes} bytes, sha256 ${sha256}`,
        at: publishedAt,
      })),
});
