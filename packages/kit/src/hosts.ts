/** Which hosts are a vendor's own, and addresses the vendor itself gives. */
import { isPublicName } from "@junction/core";
import { VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import type { Path } from "./path.ts";

declare const hostBrand: unique symbol;
/** A host that a vendor gave and its manifest allows. */
export type GivenHost = string & { readonly [hostBrand]: true };

/** An address within the vendor's hosts: `http.get(link.path, { host: link.host })`. */
export interface Link {
  readonly host: GivenHost;
  readonly path: Path;
  /** Of an address that has one: what it is signed by, for files that are had by whoever knows it. */
  readonly query?: Readonly<Record<string, string>>;
}

/**
 * A manifest names a host in full, or a family of hosts that the vendor spreads accounts over: `p*-caldav.icloud.com`. The `*` is one or
 * more letters, digits and dashes; it stands in the first label and never reaches over a dot. `{site_url}` is the host of the contractor's own
 * address in that field of the credential.
 */
export const HOST_PATTERN = /^\{[a-z][a-z0-9_]*\}$|^([a-z0-9-]+|[a-z0-9-]*\*[a-z0-9-]*(?=\.[a-z0-9-]+\.))(\.[a-z0-9-]+)+$/;

const fieldOf = (host: string): string | undefined => /^\{(\w+)\}$/.exec(host)?.[1];

/**
 * The hosts that an attempt may reach: where the manifest names a field, the host of the contractor's own address in it. That is a name of
 * the public internet, asked by https at its usual port; anything else is left as the field's name, and no request goes there. Where the
 * name leads is looked up when it is saved, and nothing private is within reach of Cloudflare's network.
 */
export const hostsFor = (hosts: readonly string[], fields: Fields): readonly string[] =>
  hosts.map((host) => {
    const address = fields[fieldOf(host) ?? ""] ?? "";
    if (fieldOf(host) === undefined || !URL.canParse(address)) return host;
    const { protocol, username, password, port, hostname } = new URL(address);
    return protocol === "https:" && username === "" && password === "" && port === "" && isPublicName(hostname) ? hostname : host;
  });

/** Refuses where an address of the contractor's own is none that may be asked. */
export function mustBeSites(hosts: readonly string[]): void {
  const field = hosts.map(fieldOf).find((name) => name !== undefined);
  if (field === undefined) return;
  const issue = `${field} must be the https address of a website on the public internet, without a port, a user name or a password`;
  throw new VendorFailure({ kind: "InvalidRequest", issues: [issue] });
}

/** Whether the host is one the manifest names, in full or by its family. A host with a port is none. */
export const ownsHost = (hosts: readonly string[], host: string): boolean => hosts.includes(host) || ofFamily(hosts, host);

/** Whether the host is of a family: one of those the vendor itself sends us to. */
export const ofFamily = (hosts: readonly string[], host: string): boolean =>
  hosts.some((pattern) => {
    const [before = "", after] = pattern.split("*");
    if (after === undefined || !host.startsWith(before) || !host.endsWith(after)) return false;
    return /^[a-z0-9-]+$/.test(host.slice(before.length, Math.max(before.length, host.length - after.length)));
  });

/** An address out of a vendor's answer. One that is not the vendor's own is an answer we do not take. */
export function linkTo(hosts: readonly string[], href: string, base?: URL): Link {
  mustBeSites(hosts);
  const url = URL.canParse(href, base?.href) ? new URL(href, base) : null;
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "" || !ownsHost(hosts, url.host))
    throw new VendorFailure({ kind: "VendorUnavailable", sent: true }, { status: 0, message: "gave an address that is not its own" });
  const query = url.search === "" ? {} : { query: Object.fromEntries(url.searchParams) };
  return { host: url.host as GivenHost, path: url.pathname as Path, ...query }; // checked above; a parsed URL's path has nothing left to climb by
}
