/** The one way out to contractors' systems: the internet, or what stands in its place. */

/** The sandbox, or a URL that takes `<URL>/<host>/<path>`; undefined: the internet itself. */
export type Egress = { fetch(request: Request): Promise<Response> } | string | undefined;

export function send(egress: Egress, url: URL, init: RequestInit): Promise<Response> {
  if (egress === undefined) return fetch(url, init);
  const base = typeof egress === "string" ? egress.replace(/\/$/, "") : "https://egress";
  const through = new Request(`${base}/${url.host}${url.pathname}${url.search}`, init);
  return typeof egress === "string" ? fetch(through) : egress.fetch(through);
}
