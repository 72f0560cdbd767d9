import { path, refuse } from "@junction/kit";
import { getVideoStatus, uploadVideo } from "@junction/tools";
import * as z from "zod/mini";
import { READ, UPLOAD, youtube } from "./manifest.ts";
import { upload } from "./upload.ts";

const Status = z.object({
  uploadStatus: z.string(),
  failureReason: z.optional(z.string()),
  rejectionReason: z.optional(z.string()),
});
const Video = z.object({ id: z.string(), status: Status });
const published = ({ id, status }: z.output<typeof Video>) => ({
  video_id: id,
  platform: "youtube" as const,
  status: status.uploadStatus === "processed" ? ("published" as const) : ("processing" as const),
  url: `https://youtu.be/${id}`,
});

const Uploads = z.object({
  items: z.array(z.object({ contentDetails: z.object({ relatedPlaylists: z.object({ uploads: z.string() }) }) })),
});
const Items = z.object({ items: z.array(z.object({ contentDetails: z.object({ videoId: z.string() }) })) });
const Tagged = z.object({
  items: z.array(
    z.extend(Video, { snippet: z.object({ publishedAt: z.iso.datetime({ offset: true }), tags: z._default(z.array(z.string()), []) }) }),
  ),
});

/** YouTube has no key for a repeat: a tag, which no viewer is shown, says of a video which call it came by. */
const markOf = (idempotencyKey: string) => `junction-${idempotencyKey.slice(-24)}`;
/** All tags of a video may come to 500 characters, each of several words in quotes. */
function fitting(tags: readonly string[], mark: string): string[] {
  const fit: string[] = [];
  for (const tag of tags) if (`"${[...fit, tag].join('","')}",${mark}`.length <= 500) fit.push(tag);
  return [...fit, mark];
}

const put = youtube.implement(uploadVideo, {
  scopes: [UPLOAD],
  async run({ http, input: { video, title, description, tags, privacy }, idempotencyKey, files }) {
    const file = await files.open(video);
    const reply = await upload(http, file, {
      snippet: { title, description, tags: fitting(tags, markOf(idempotencyKey)) },
      status: { privacyStatus: privacy, selfDeclaredMadeForKids: false }, // an answer the law asks for: a trade's video is for its customers
    });
    return published(reply.json(Video));
  },
  async probe({ http, idempotencyKey, sentAt }) {
    const mine = await http.get(path`/youtube/v3/channels`, { query: { part: ["contentDetails"], mine: true } });
    const [channel] = mine.json(Uploads).items;
    if (!channel) return null;
    const playlistId = channel.contentDetails.relatedPlaylists.uploads;
    const newest = await http.get(path`/youtube/v3/playlistItems`, {
      query: { part: ["contentDetails"], playlistId, maxResults: 50 },
      accept: [404], // of a channel that never had a video
    });
    const ids = newest.status === 404 ? [] : newest.json(Items).items.map(({ contentDetails: { videoId } }) => videoId);
    if (ids.length === 0) return null;
    const reply = await http.get(path`/youtube/v3/videos`, { query: { part: ["snippet", "status"], id: ids } });
    const since = sentAt.getTime() - CLOCKS_DIFFER_MS;
    const ours = ({ tags, publishedAt }: { readonly tags: readonly string[]; readonly publishedAt: string }) =>
      tags.includes(markOf(idempotencyKey)) && Date.parse(publishedAt) >= since;
    const found = reply.json(Tagged).items.find(({ snippet }) => ours(snippet));
    return found ? published(found) : null;
  },
});

const CLOCKS_DIFFER_MS = 60_000;

const look = youtube.implement(getVideoStatus, {
  scopes: [READ],
  async run({ http, input: { video_id } }) {
    const reply = await http.get(path`/youtube/v3/videos`, { query: { part: ["status", "statistics"], id: [video_id] } });
    const [video] = reply.json(z.object({ items: z._default(z.array(z.extend(Video, { statistics: z.optional(Statistics) })), []) })).items;
    if (!video) refuse({ kind: "NotFound" });
    const { uploadStatus, failureReason, rejectionReason } = video.status;
    const [failed, why] = [/^(failed|rejected|deleted)$/.test(uploadStatus), failureReason ?? rejectionReason ?? uploadStatus];
    return {
      video_id,
      status: failed ? "failed" : published(video).status,
      ...(failed ? { reason: why } : { url: published(video).url }),
      views: video.statistics?.viewCount,
    };
  },
});
const Statistics = z.object({ viewCount: z.optional(z.coerce.number().check(z.int())) });

export default youtube.provides({ actions: [put, look] });
