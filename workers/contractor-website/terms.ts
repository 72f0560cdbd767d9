/** The site's categories and tags, by their names. https://developer.wordpress.org/rest-api/reference/categories/ */
import * as z from "zod/mini";
import { inHtml, plain } from "./blocks.ts";
import type { Site } from "./site.ts";

type Kind = "categories" | "tags";
const Term = z.object({ id: z.number(), name: z.string() });
const Terms = z.array(Term);
/** What is answered to a name that is taken. */
const Taken = z.pipe(
  z.object({ data: z.object({ term_id: z.number() }) }),
  z.transform(({ data }) => ({ id: data.term_id })),
);

/** WordPress keeps names as HTML, which is what it searches, and takes two that differ in capitals alone for one. */
const same = (one: string, other: string): boolean => plain(one).toLowerCase() === other.trim().toLowerCase();

/** The term of this name; null where there is none. */
export async function termOf(site: Site, kind: Kind, name: string): Promise<number | null> {
  const found = (await site.get(kind, { search: inHtml(name), per_page: 100 })).json(Terms);
  return found.find((term) => same(term.name, name))?.id ?? null;
}

/** Those of these names; one that is lacking is added. */
export async function termsOf(site: Site, kind: Kind, names: readonly string[]): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const name of names) ids.push((await termOf(site, kind, name)) ?? (await added(site, kind, name)));
  return [...new Set(ids)];
}

/** WordPress may take a name for a known one where we did not: it says which one that is. */
async function added(site: Site, kind: Kind, name: string): Promise<number> {
  return (await site.post(kind, { json: { name }, accept: ["term_exists"] })).json(z.union([Term, Taken])).id;
}
