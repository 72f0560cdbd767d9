/** Photos on their way into the site's library, each once. https://developer.wordpress.org/rest-api/reference/media/ */
import type { Files } from "@junction/kit";
import * as z from "zod/mini";
import type { Photo } from "./blocks.ts";
import type { Site } from "./site.ts";

const Media = z.object({ id: z.number(), slug: z.string(), source_url: z.url() });
const EXTENSIONS: Readonly<Record<string, string>> = { "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp" };

/** Which of these are there already: WordPress makes a medium's slug of its file's name, and ours name the effect. */
async function there(site: Site, slugs: readonly string[]): Promise<ReadonlyMap<string, Photo>> {
  const reply = await site.get("media", { "slug[]": slugs, per_page: 100 });
  return new Map(reply.json(z.array(Media)).map(({ id, slug, source_url }) => [slug, { id, url: source_url }]));
}

export async function uploaded(site: Site, files: Files, photos: readonly string[], effect: string): Promise<readonly Photo[]> {
  if (photos.length === 0) return [];
  const slugs = photos.map((_, n) => `project-${effect}-${n + 1}`);
  const known = await there(site, slugs);
  const all: Photo[] = [];
  for (const [n, slug] of slugs.entries()) all.push(known.get(slug) ?? (await upload(site, files, photos[n] ?? "", slug)));
  return all;
}

async function upload(site: Site, files: Files, ref: string, slug: string): Promise<Photo> {
  const { type, size, body } = await files.open(ref);
  // Without it WordPress refuses the bytes: rest_upload_no_content_disposition.
  const headers = { "content-disposition": `attachment; filename="${slug}.${EXTENSIONS[type] ?? "jpg"}"` };
  const { id, source_url } = (await site.post("media", { bytes: { type, size, body }, headers })).json(Media);
  return { id, url: source_url };
}
