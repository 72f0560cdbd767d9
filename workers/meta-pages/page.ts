/** A Facebook page, as whom its owner acts. */
import { type Http, path, refuse } from "@junction/kit";

/** The page itself, acting with its own token: Meta gives one to whoever may create content there. */
export async function asPage(http: Http, page: string): Promise<Http> {
  const reply = await http.get(path`/v26.0/${page}`, { query: { fields: "access_token" } });
  return reply.delegate("access_token") ?? refuse({ kind: "PermissionError", missing: ["CREATE_CONTENT"] });
}
