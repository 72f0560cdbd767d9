/** Posts on an Instagram account that belongs to a page. https://developers.facebook.com/docs/instagram-platform/content-publishing */
import { type Files, type Http, path, refuse, until } from "@junction/kit";
import { postToInstagram } from "@junction/tools";
import * as z from "zod/mini";
import { meta } from "./manifest.ts";
import { sameWords, since, theOnly } from "./pages.ts";

const MOST = 100;
const HOUR_MS = 3_600_000;
const Made = z.object({ id: z.string() });
const Limit = z.object({
  data: z.array(z.object({ quota_usage: z.number(), config: z.optional(z.object({ quota_total: z.number() })) })),
});
const Container = z.object({ status_code: z.string(), status: z.optional(z.string()) });
const Media = z.object({
  data: z.array(z.object({ id: z.string(), caption: z.optional(z.string()), permalink: z.optional(z.url()), timestamp: z.string() })),
});
type Form = Readonly<Record<string, string | boolean | undefined>>;

const container = async (http: Http, account: string, form: Form): Promise<string> =>
  (await http.post(path`/v26.0/${account}/media`, { form })).json(Made).id;

/** Instagram fetches the media itself, and says when it has looked at them. */
const ready = (http: Http, id: string): Promise<string> =>
  until(async () => {
    const { status_code } = (await http.get(path`/v26.0/${id}`, { query: { fields: "status_code,status" } })).json(Container);
    if (status_code === "IN_PROGRESS") return null;
    if (status_code === "FINISHED") return id;
    return refuse({
      kind: "InvalidRequest",
      issues: ["Instagram does not take this photo or video: try a JPEG between 4:5 and 1.91:1, or an MP4 of at most 15 minutes"],
    });
  });

/** A post of one photo, of several, or a reel, ready to be published. */
async function prepared(http: Http, files: Files, account: string, caption: string, photos: readonly string[], video: string | undefined) {
  const link = async (file: string) => (await files.open(file)).link();
  if (video !== undefined)
    return ready(http, await container(http, account, { media_type: "REELS", video_url: await link(video), caption, share_to_feed: true }));
  const [only, second] = photos;
  if (only !== undefined && second === undefined)
    return ready(http, await container(http, account, { image_url: await link(only), caption }));
  const children: string[] = [];
  for (const photo of photos) children.push(await container(http, account, { image_url: await link(photo), is_carousel_item: true }));
  for (const child of children) await ready(http, child);
  return ready(http, await container(http, account, { media_type: "CAROUSEL", children: children.join(","), caption }));
}

/** How many posts a day an account may have is Instagram's to say, and changes. */
async function roomFor(http: Http, account: string): Promise<void> {
  const reply = await http.get(path`/v26.0/${account}/content_publishing_limit`, { query: { fields: "config,quota_usage" } });
  const [limit] = reply.json(Limit).data;
  if (limit?.config && limit.quota_usage >= limit.config.quota_total) refuse({ kind: "RateLimited", retryAfterMs: HOUR_MS });
}

export const postOnInstagram = meta.implement(postToInstagram, {
  scopes: ["instagram_basic", "instagram_content_publish"],
  async run({ http, files, input: { text, photos = [], video, page_id } }) {
    const account = page_id ?? (await theOnly(http, "instagram"));
    await roomFor(http, account);
    const creation_id = await prepared(http, files, account, text, photos, video);
    const { id } = (await http.post(path`/v26.0/${account}/media_publish`, { form: { creation_id } })).json(Made);
    return { post_id: id };
  },
  async probe({ http, input: { text, page_id }, sentAt }) {
    const account = page_id ?? (await theOnly(http, "instagram"));
    const query = { fields: "id,caption,permalink,timestamp", limit: MOST };
    const { data } = (await http.get(path`/v26.0/${account}/media`, { query })).json(Media);
    const recent = data.filter(({ timestamp }) => since(timestamp, sentAt));
    const found = recent.find(({ caption }) => sameWords(caption, text));
    if (!found && recent.length >= MOST) refuse({ kind: "VendorUnavailable", sent: true });
    return found ? { post_id: found.id, url: found.permalink } : null;
  },
});
