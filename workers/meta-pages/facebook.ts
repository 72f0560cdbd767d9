/** Posts on a Facebook page. https://developers.facebook.com/docs/pages-api/posts */
import { type Http, path, refuse } from "@junction/kit";
import { postToFacebook } from "@junction/tools";
import * as z from "zod/mini";
import { meta } from "./manifest.ts";
import { asPage, sameWords, since, theOnly } from "./pages.ts";

const VIDEOS = "graph-video.facebook.com";
const MOST = 100;
const Made = z.object({ id: z.string() });
const posted = (id: string) => ({ post_id: id, url: `https://www.facebook.com/${id}` });

/** A photo without a post of its own, for the post that shows it. */
async function hung(page: Http, page_id: string, url: string): Promise<{ readonly media_fbid: string }> {
  const reply = await page.post(path`/v26.0/${page_id}/photos`, { form: { url, published: false } });
  return { media_fbid: reply.json(Made).id };
}

const Found = z.object({
  data: z.array(
    z.object({ id: z.string(), message: z.optional(z.string()), description: z.optional(z.string()), created_time: z.string() }),
  ),
});
/** The post or video with these words since then. */
async function find(page: Http, page_id: string, text: string, sentAt: Date, video: boolean) {
  const reply = video
    ? await page.get(path`/v26.0/${page_id}/videos`, { query: { fields: "id,description,created_time", type: "uploaded", limit: MOST } })
    : await page.get(path`/v26.0/${page_id}/feed`, { query: { fields: "id,message,created_time", limit: MOST } });
  const recent = reply.json(Found).data.filter(({ created_time }) => since(created_time, sentAt));
  const found = recent.find(({ message, description = message }) => sameWords(description, text));
  // Newer ones may hide it: "none" would be a guess, and the post would be there twice.
  if (!found && recent.length >= MOST) refuse({ kind: "VendorUnavailable", sent: true });
  return found ? posted(found.id) : null;
}

export const postOnPage = meta.implement(postToFacebook, {
  scopes: ["pages_manage_posts", "pages_read_engagement"],
  async run({ http, files, input: { text, link, photos = [], video, page_id: given } }) {
    const page_id = given ?? (await theOnly(http, "facebook"));
    const page = await asPage(http, page_id);
    if (video !== undefined) {
      const form = { file_url: await (await files.open(video)).link(), description: text };
      return posted((await page.post(path`/v26.0/${page_id}/videos`, { host: VIDEOS, form })).json(Made).id);
    }
    const hanging = [];
    for (const photo of photos) hanging.push(await hung(page, page_id, await (await files.open(photo)).link()));
    const attached_media = hanging.length > 0 ? JSON.stringify(hanging) : undefined;
    return posted((await page.post(path`/v26.0/${page_id}/feed`, { form: { message: text, link, attached_media } })).json(Made).id);
  },
  // Meta has no idempotency key: after a lost answer, look for the post itself on the page.
  async probe({ http, input: { text, video, page_id: given }, sentAt }) {
    const page_id = given ?? (await theOnly(http, "facebook"));
    return find(await asPage(http, page_id), page_id, text, sentAt, video !== undefined);
  },
});
