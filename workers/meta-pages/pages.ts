/** A Facebook page, as whom its owner acts. */
import { type Http, path, refuse } from "@junction/kit";
import * as z from "zod";

/** The page itself, acting with its own token: Meta gives one to whoever may create content there. */
export async function asPage(http: Http, page: string): Promise<Http> {
  const reply = await http.get(path`/v26.0/${page}`, { query: { fields: "access_token" } });
  return reply.delegate("access_token") ?? refuse({ kind: "PermissionError", missing: ["CREATE_CONTENT"] });
}

/** The page of a contractor who has just one to post on. */
export async function theOnly(http: Http): Promise<string> {
  const reply = await http.get(path`/v26.0/me/accounts`, { query: { fields: "id,tasks", limit: 100 } });
  const { data } = reply.json(z.object({ data: z.array(z.object({ id: z.string(), tasks: z.array(z.string()).default([]) })) }));
  const [page, another] = data.filter(({ tasks }) => tasks.includes("CREATE_CONTENT"));
  if (!page) refuse({ kind: "PermissionError", missing: ["CREATE_CONTENT"] });
  if (another)
    refuse({ kind: "InvalidRequest", issues: ["page_id: there are several pages; give the one that crm/list_social_pages lists"] });
  return page.id;
}
