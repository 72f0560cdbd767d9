/** What a WordPress site holds. */
import type { State } from "@junction/sandbox";

export const HOST = "www.sandbox-plumbing.example";
/** A second site, whose addresses are plain: its API answers behind the front page alone. */
export const PLAIN_HOST = "plain.sandbox-plumbing.example";

export interface Person {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly role: "administrator" | "contributor" | "subscriber";
  /** Without its spaces, which WordPress ignores. */
  readonly password: string;
}
export interface Post {
  readonly id: number;
  readonly title: string;
  readonly content: string;
  readonly slug: string;
  readonly status: string;
  readonly author: number;
  readonly categories: readonly number[];
  readonly tags: readonly number[];
  readonly featured: number;
  readonly at: number;
  readonly modified: number;
}
export interface Medium {
  readonly id: number;
  readonly slug: string;
  readonly file: string;
  readonly type: string;
  readonly size: number;
  readonly at: number;
}
export interface Term {
  readonly id: number;
  readonly name: string;
}
export interface Comment {
  readonly id: number;
  readonly type: "comment" | "review";
  readonly author: string;
  readonly html: string;
  readonly at: number;
}

const CAPABILITIES = {
  administrator: ["read", "edit_posts", "publish_posts", "edit_others_posts", "upload_files", "manage_categories", "moderate_comments"],
  contributor: ["read", "edit_posts"],
  subscriber: ["read"],
} as const;
type Capability = (typeof CAPABILITIES)["administrator"][number];
export const may = ({ role }: Person, capability: Capability): boolean => CAPABILITIES[role].some((one) => one === capability);
export const capabilitiesOf = ({ role }: Person) => Object.fromEntries([...CAPABILITIES[role], role].map((one) => [one, true]));

export const postsOf = (state: State) => state.collection<Post>("posts");
export const mediaOf = (state: State) => state.collection<Medium>("media");
export const commentsOf = (state: State) => state.collection<Comment>("comments");
export const termsOf = (state: State, kind: "categories" | "tags") => state.collection<Term>(kind);

/** One count for all that is in `wp_posts`, as there. */
export function nextId(state: State): number {
  const counts = state.collection<number>("counts");
  const id = (counts.get("posts") ?? 41) + 1;
  counts.put("posts", id);
  return id;
}

/** Free among posts and media: WordPress adds a number in silence. */
export function freeSlug(state: State, wanted: string, own?: number): string {
  const base =
    wanted
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 200) || "post";
  const taken = new Set([...postsOf(state).list(), ...mediaOf(state).list()].filter(({ id }) => id !== own).map(({ slug }) => slug));
  for (let n = 1; ; n++) {
    const slug = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(slug)) return slug;
  }
}
