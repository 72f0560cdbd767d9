/** The pages of a person, and the Instagram accounts that belong to them. */
import { type Http, path, refuse } from "@junction/kit";
import { listSocialPages } from "@junction/tools";
import * as z from "zod/mini";
import { meta } from "./manifest.ts";

const Accounts = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      tasks: z._default(z.array(z.string()), []),
      instagram_business_account: z.optional(z.object({ id: z.string(), username: z.optional(z.string()) })),
    }),
  ),
  paging: z.optional(z.object({ cursors: z.optional(z.object({ after: z.string() })), next: z.optional(z.string()) })),
});

/** A page, or an account: what one may post on. */
async function listed(http: Http, after?: string) {
  const query = { fields: "id,name,tasks,instagram_business_account{id,username}", limit: 100, after };
  const whole = await http.get(path`/v26.0/me/accounts`, { query, accept: ["permission"] });
  // Who has not let us see their Instagram accounts has pages all the same.
  const seen = whole.status === 200 ? whole : await http.get(path`/v26.0/me/accounts`, { query: { ...query, fields: "id,name,tasks" } });
  const { data, paging } = seen.json(Accounts);
  const pages = data.flatMap(({ id, name, tasks, instagram_business_account: account }) => {
    const can_post = tasks.includes("CREATE_CONTENT");
    const own = { page_id: id, name, platform: "facebook" as const, can_post };
    if (!account) return [own];
    return [own, { page_id: account.id, name: account.username ?? name, platform: "instagram" as const, can_post }];
  });
  return { pages, next_page: paging?.next === undefined ? undefined : paging.cursors?.after };
}

export const listPages = meta.implement(listSocialPages, {
  scopes: ["pages_show_list", "instagram_basic"],
  run: ({ http, input: { page } }) => listed(http, page),
});

/** The one page, or the one account, of a contractor who has just one. */
export async function theOnly(http: Http, wanted: "facebook" | "instagram"): Promise<string> {
  const { pages, next_page } = await listed(http);
  const own = pages.filter(({ platform }) => platform === wanted);
  const [page, another] = own.some(({ can_post }) => can_post) ? own.filter(({ can_post }) => can_post) : own;
  if (!page) {
    if (wanted === "facebook") refuse({ kind: "PermissionError", missing: ["CREATE_CONTENT"] });
    refuse({
      kind: "InvalidRequest",
      issues: ["page_id: no Instagram business account belongs to the contractor's pages; link one to a page first"],
    });
  }
  if (another || next_page !== undefined)
    refuse({ kind: "InvalidRequest", issues: ["page_id: there are several; give the one that crm/list_social_pages lists"] });
  return page.page_id;
}

/** The page itself, acting with its own token: Meta gives one to whoever may create content there. */
export async function asPage(http: Http, page: string): Promise<Http> {
  const reply = await http.get(path`/v26.0/${page}`, { query: { fields: "access_token" } });
  return reply.delegate("access_token") ?? refuse({ kind: "PermissionError", missing: ["CREATE_CONTENT"] });
}

/** Meta's times are cut to the second, and two clocks differ a little. */
const CLOCK_MS = 2_000;
export const since = (time: string, sentAt: Date): boolean => Date.parse(time) >= sentAt.getTime() - CLOCK_MS;

const plain = (text: string | undefined): string | undefined => text?.replace(/\r\n?/g, "\n").trim();
export const sameWords = (one: string | undefined, other: string): boolean => plain(one) === plain(other);
