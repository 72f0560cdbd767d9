/** Where a site's API is: below /wp-json, or, on a site without pretty addresses, behind its front page. */
import { below, type Http, type Path, path, type Reply, type RequestOptions } from "@junction/kit";

export interface Account {
  readonly site_url: string;
  readonly rest?: string | undefined;
}
type Query = NonNullable<RequestOptions["query"]>;
type Rest = "pretty" | "plain";

/** The index of the site's API, and how it is reached. */
export async function apiOf(http: Http, site_url: string): Promise<readonly [Reply, Rest]> {
  const { host, path: home } = http.link(site_url);
  const pretty = await http.get(below(home, path`/wp-json/`), { host, accept: [404] });
  if (pretty.status !== 404) return [pretty, "pretty"];
  return [await http.get(below(home, path`/`), { host, query: { rest_route: "/" } }), "plain"];
}

const ROUTES = {
  posts: path`/wp/v2/posts`,
  media: path`/wp/v2/media`,
  categories: path`/wp/v2/categories`,
  tags: path`/wp/v2/tags`,
  comments: path`/wp/v2/comments`,
  "users/me": path`/wp/v2/users/me`,
} as const;
type Name = keyof typeof ROUTES;

export interface Site {
  /** Its host and where it begins there, as people write it. */
  readonly address: string;
  get(name: Name, query?: Query): Promise<Reply>;
  one(name: Name, id: string | number, query?: Query): Promise<Reply>;
  post(name: Name, body: Omit<RequestOptions, "host" | "query">, id?: string | number): Promise<Reply>;
}

export function pathOf(http: Http, { site_url, rest }: Account): Site {
  const { host, path: home } = http.link(site_url);
  const at = (route: Path, query: Query = {}): readonly [Path, { host: typeof host; query: Query }] =>
    rest === "plain"
      ? [below(home, path`/`), { host, query: { rest_route: route, ...query } }]
      : [below(below(home, path`/wp-json`), route), { host, query }];
  const idOf = (name: Name, id: string | number | undefined): Path => (id === undefined ? ROUTES[name] : below(ROUTES[name], path`/${id}`));
  return {
    address: `${host}${home}`.replace(/\/$/, ""),
    get: (name, query) => http.get(...at(ROUTES[name], query)),
    one: (name, id, query) => http.get(...at(idOf(name, id), query)),
    post(name, body, id) {
      const [to, options] = at(idOf(name, id));
      return http.post(to, { ...body, ...options });
    },
  };
}
