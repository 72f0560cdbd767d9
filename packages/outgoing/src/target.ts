/**
 * Where we send a contractor's events: to the public internet, and nowhere else. The address is checked when it is entered and again at
 * each delivery, since a name may be pointed elsewhere in between. A runtime that looks a name up for itself could still be told
 * something else than we were, a moment later; from Cloudflare's network nothing private is within reach anyway.
 */
import { isPublicName } from "@junction/core";
import { isAddress, isPublicAddress } from "./addresses.ts";

/** All addresses of a name; empty: it has none. Throws where that cannot be found out. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export interface TargetRules {
  /** http as well as https: for development. */
  readonly plain: boolean;
  /** Our own host: what we sent there would come round again. */
  readonly ownHost: string;
  readonly resolve: Resolve;
}

const LONGEST = 2_000;

/** What is wrong with an address as a target, for whoever entered it; null: nothing. */
export async function wrongWith(text: string, rules: TargetRules): Promise<string | null> {
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : null;
  if (url === null) return `must be an address such as https://crm.example.com/junction, of at most ${LONGEST} characters`;
  if (url.protocol !== "https:" && !(rules.plain && url.protocol === "http:")) return "must begin with https://";
  if (url.username !== "" || url.password !== "") return "must not hold a user name or password: deliveries are signed instead";
  if (url.hash !== "") return "must not end in a #fragment, which is never sent";
  const host = url.hostname.replace(/\.$/, "");
  if (isAddress(host)) return isPublicAddress(host) ? null : NOT_PUBLIC;
  if (!isPublicName(host)) return "must be a host of the public internet";
  if (host === rules.ownHost) return "must not be Junction itself";
  const addresses = await rules.resolve(host);
  if (addresses.length === 0) return `must be a host that exists: ${host} has no address`;
  return addresses.every(isPublicAddress) ? null : NOT_PUBLIC;
}

const NOT_PUBLIC = "must not lead to a private, loopback, link-local or reserved address";
