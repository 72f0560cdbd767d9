/** The site's categories and tags, by their names. https://developer.wordpress.org/rest-api/reference/categories/ */
import * as z from "zod";
import { plain } from "./blocks.ts";
import type { Site } from "./site.ts";

type Kind = "categories" | "tags";
const Term = z.object({ id: z.number(), name: z.string() });
const Terms = z.array(Term);

/** WordPress gives names as HTML, and takes two that differ in capitals alone for one. */
const same = (one: string, other: string): boolean => plain(one).toLowerCase() === other.trim().toLowerCase();

/** The term of this name; null where there is none. */
export async function termOf(site: Site, kind: Kind, name: string): Promise<number | null> {
  const found = (await site.get(kind, { search: name, per_page: 100 })).json(Terms);
  return found.find((term) => same(term.name, name))?.id ?? null;
}

/** Those of these names; one that is lacking is added. */
export async function termsOf(site: Site, kind: Kind, names: readonly string[]): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const name of names) ids.push((await termOf(site, kind, name)) ?? (await site.post(kind, { json: { name } })).json(Term).id);
  return [...new Set(ids)];
}
