/** What visitors write under the site's pages: plugins for reviews keep them as comments of a type of their own. */
import { listReviews } from "@junction/tools";
import * as z from "zod/mini";
import { plain } from "./blocks.ts";
import { website } from "./manifest.ts";
import { pathOf, type Site } from "./site.ts";

const PAGE = 50;
const Comment = z.object({
  id: z.number(),
  author_name: z.optional(z.string()),
  date_gmt: z.string(),
  content: z.object({ rendered: z.string() }),
  link: z.optional(z.url()),
});
const TYPES = ["review", "comment"] as const;
type Type = (typeof TYPES)[number];

async function written(site: Site, type: Type, page: number) {
  const query = { type, "parent[]": ["0"], page, per_page: PAGE, order: "desc", orderby: "date_gmt" };
  const reply = await site.get("comments", query);
  const comments = reply.json(z.array(Comment));
  const more = page < Number(reply.header("x-wp-totalpages") ?? 1);
  return {
    reviews: comments.map(({ id, author_name, date_gmt, content, link }) => ({
      ...{ review_id: String(id), author: author_name || undefined, text: plain(content.rendered) },
      ...{ created_at: `${date_gmt}Z`, url: link },
    })),
    total: Number(reply.header("x-wp-total") ?? comments.length),
    next_page: more ? `${type}:${page + 1}` : undefined,
  };
}

export const reviews = website.implement(listReviews, {
  async run({ http, account, input: { page } }) {
    const site = pathOf(http, account);
    const [type, at] = page?.split(":") ?? [];
    const asked = TYPES.find((one) => one === type);
    if (asked !== undefined && /^\d{1,6}$/.test(at ?? "")) return written(site, asked, Number(at));
    const found = await written(site, "review", 1);
    return found.total > 0 ? found : written(site, "comment", 1);
  },
});
