/** How a video gets to TikTok: what the account allows, a post that is begun, and its bytes in chunks. https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide */
import { type Http, type OpenFile, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

/** From 5 to 64 MB each; the last one takes what is left over. */
const CHUNK_BYTES = 32 * 1024 * 1024;
const ONE_CHUNK_BYTES = 64 * 1024 * 1024;
/** How often a chunk that was cut is sent again. */
const MOST_CUTS = 4;
const GOES_ON = [0, 500, 502, 503, 504];
const LEVELS = { public: "PUBLIC_TO_EVERYONE", private: "SELF_ONLY" } as const;
const WORDS: Readonly<Record<string, string>> = {
  ...{ PUBLIC_TO_EVERYONE: "public", SELF_ONLY: "private", MUTUAL_FOLLOW_FRIENDS: "friends", FOLLOWER_OF_CREATOR: "followers" },
};

const Creator = z.object({
  data: z.object({
    privacy_level_options: z.array(z.string()),
    comment_disabled: z._default(z.boolean(), false),
    duet_disabled: z._default(z.boolean(), false),
    stitch_disabled: z._default(z.boolean(), false),
  }),
});

/** What the account allows for a new post; TikTok wants it asked before each. */
export async function creator(http: Http, privacy: "public" | "unlisted" | "private") {
  if (privacy === "unlisted")
    refuse({ kind: "InvalidRequest", issues: ["privacy: TikTok has no unlisted videos; give public or private"] });
  const { data } = (await http.post(path`/v2/post/publish/creator_info/query/`, { json: {} })).json(Creator);
  const allowed = data.privacy_level_options;
  if (!allowed.includes(LEVELS[privacy]))
    refuse({
      kind: "InvalidRequest",
      issues: [`privacy: this TikTok account allows ${allowed.map((level) => WORDS[level] ?? level).join(", ")}, not ${privacy}`],
    });
  return {
    privacy_level: LEVELS[privacy],
    disable_comment: data.comment_disabled,
    disable_duet: data.duet_disabled,
    disable_stitch: data.stitch_disabled,
  };
}

const Begun = z.object({ data: z.object({ publish_id: z.string(), upload_url: z.url() }) });

/** Begins a post and sends its video; gives the post's id. */
export async function upload(http: Http, file: OpenFile, post: Readonly<Record<string, unknown>>): Promise<string> {
  const { size, type } = file;
  const chunk = size <= ONE_CHUNK_BYTES ? size : CHUNK_BYTES;
  const count = Math.floor(size / chunk);
  const begun = await http.post(path`/v2/post/publish/video/init/`, {
    json: { post_info: post, source_info: { source: "FILE_UPLOAD", video_size: size, chunk_size: chunk, total_chunk_count: count } },
  });
  const { publish_id, upload_url } = begun.json(Begun).data;
  const to = begun.link(upload_url);
  for (let n = 0, cuts = 0; n < count; ) {
    const from = n * chunk;
    const length = n === count - 1 ? size - from : chunk;
    const sent = await http.put(to.path, {
      ...{ host: to.host, query: to.query ?? {}, anonymous: true }, // the address carries its own permission
      headers: { "Content-Range": `bytes ${from}-${from + length - 1}/${size}` },
      bytes: { type, size: length, body: file.part(from, length) },
      accept: [201, 206, ...GOES_ON],
    });
    if (sent.status === 201 || sent.status === 206) n++;
    else if (cuts++ === MOST_CUTS) refuse({ kind: "VendorUnavailable", sent: true });
  }
  return publish_id;
}

const Told = z.object({ data: z.object({ status: z.string(), fail_reason: z.nullish(z.string()) }) });

/** What became of a post, in TikTok's own words. */
export const statusOf = async (http: Http, publish_id: string) =>
  (await http.post(path`/v2/post/publish/status/fetch/`, { json: { publish_id } })).json(Told).data;
