/** Projects are posts. https://developer.wordpress.org/rest-api/reference/posts/ */
import { listProjects, publishProject, unpublishProject, updateProject } from "@junction/tools";
import * as z from "zod/mini";
import { gallery, joined, photoIds, pictures, plain, words } from "./blocks.ts";
import { website } from "./manifest.ts";
import { uploaded } from "./media.ts";
import { pathOf } from "./site.ts";
import { termOf, termsOf } from "./terms.ts";

const PAGE = 50;
/** WordPress cuts its times to the second, and two clocks differ a little. */
const CLOCK_MS = 2_000;
const STATUSES = { publish: "published", future: "scheduled", private: "private" } as const;
const Post = z.object({ id: z.number(), link: z.optional(z.url()), status: z.string() });
const Edited = z.extend(Post, { title: z.object({ raw: z.string() }), content: z.object({ raw: z.string() }), modified_gmt: z.string() });

const shown = ({ id, link, status }: z.output<typeof Post>) => ({
  project_id: String(id),
  // WordPress has more words for what nobody sees: draft, pending, trash.
  status: status in STATUSES ? STATUSES[status as keyof typeof STATUSES] : ("draft" as const),
  url: link,
});
const statusOf = (status: "published" | "draft"): string => (status === "published" ? "publish" : "draft");

/** What tells one effect's post and photos from all others. */
const effectOf = (idempotencyKey: string): string => idempotencyKey.slice(-12);
/** A readable address, which is also how a lost post is found. */
const slugOf = (title: string, idempotencyKey: string): string => {
  const readable = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{M}a-z0-9]+/gu, "-")
    .replace(/\p{M}/gu, "");
  return `${readable.slice(0, 60).replace(/^-+|-+$/g, "") || "project"}-${effectOf(idempotencyKey)}`;
};

export const publish = website.implement(publishProject, {
  async run({ http, account, files, idempotencyKey, input: { title, text, photos = [], categories, tags = [], status } }) {
    const site = pathOf(http, account);
    const pictured = await uploaded(site, files, photos, effectOf(idempotencyKey));
    const json = {
      ...{ title: { raw: title }, content: { raw: joined(words(text), gallery(pictured, title)) }, status: statusOf(status) },
      ...{ slug: slugOf(title, idempotencyKey), featured_media: pictured[0]?.id },
      categories: categories.length > 0 ? await termsOf(site, "categories", categories) : undefined,
      tags: tags.length > 0 ? await termsOf(site, "tags", tags) : undefined,
    };
    return { ...shown((await site.post("posts", { json })).json(Post)), photos: pictured.length };
  },
  async probe({ http, account, idempotencyKey, input: { title }, sentAt }) {
    const query = { "slug[]": [slugOf(title, idempotencyKey)], "status[]": ["any"], context: "edit" };
    const posts = (await pathOf(http, account).get("posts", query)).json(z.array(Edited));
    const found = posts.find(({ modified_gmt }) => Date.parse(`${modified_gmt}Z`) >= sentAt.getTime() - CLOCK_MS);
    return found ? { ...shown(found), photos: photoIds(found.content.raw).size } : null;
  },
});

export const update = website.implement(updateProject, {
  idempotent: true, // the same words again change nothing, and a photo that is there is not added again
  async run({ http, account, files, idempotencyKey, input: { project_id, title, text, photos = [], status } }) {
    const site = pathOf(http, account);
    const before = (await site.one("posts", project_id, { context: "edit" })).json(Edited);
    const there = photoIds(before.content.raw);
    const added = (await uploaded(site, files, photos, effectOf(idempotencyKey))).filter(({ id }) => !there.has(id));
    const content = text === undefined ? before.content.raw : joined(words(text), pictures(before.content.raw));
    const json = {
      ...(title !== undefined && { title: { raw: title } }),
      ...((text !== undefined || added.length > 0) && {
        content: { raw: joined(content, gallery(added, title ?? before.title.raw)) },
      }),
      ...(status !== undefined && { status: statusOf(status) }),
    };
    return shown((await site.post("posts", { json }, project_id)).json(Post));
  },
});

export const unpublish = website.implement(unpublishProject, {
  idempotent: true,
  run: async ({ http, account, input: { project_id } }) =>
    shown((await pathOf(http, account).post("posts", { json: { status: "draft" } }, project_id)).json(Post)),
});

export const list = website.implement(listProjects, {
  async run({ http, account, input: { category, search, page = "1" } }) {
    const site = pathOf(http, account);
    const term = await termOf(site, "categories", category);
    if (term === null) return { projects: [] };
    const query = { "categories[]": [String(term)], "status[]": ["publish", "future", "draft", "pending", "private"], context: "edit" };
    const reply = await site.get("posts", { ...query, search, page, per_page: PAGE, orderby: "date", order: "desc" });
    const posts = reply.json(z.array(Edited));
    const more = Number(page) < Number(reply.header("x-wp-totalpages") ?? 1); // a page beyond the last is an error there
    return {
      projects: posts.map((post) => ({ ...shown(post), title: plain(post.title.raw), updated_at: `${post.modified_gmt}Z` })),
      next_page: more ? String(Number(page) + 1) : undefined,
    };
  },
});
