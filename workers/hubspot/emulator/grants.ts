/** What people granted to apps, and the tokens of it: refresh tokens rotate, and one that comes twice ends its whole family. */
import type { Call, State } from "@junction/sandbox";

export interface Account {
  readonly hub_id: number;
  readonly hub_domain: string;
  readonly user: string;
  readonly user_id: number;
}
export const ACCOUNT: Account = {
  hub_id: 5_550_123,
  hub_domain: "sandbox-plumbing.example",
  user: "owner@sandbox-plumbing.example",
  user_id: 77_001,
};

/** One authorization by a person: the family of all its tokens. */
interface Grant {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly revoked: boolean;
}
interface Access {
  readonly grant: string;
  readonly expiresAt: number;
}
interface Refresh {
  readonly grant: string;
  readonly spent: boolean;
}
export interface Issued {
  readonly access: string;
  readonly refresh: string;
}

const grants = (state: State) => state.collection<Grant>("grants");
const accessTokens = (state: State) => state.collection<Access>("access_tokens");
const refreshTokens = (state: State) => state.collection<Refresh>("refresh_tokens");

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const uuid = (call: Call): string => [8, 4, 4, 4, 12].map((length) => call.random(length)).join("-");

/** A grant that is there from the beginning. */
export function seed(state: State, tokens: Issued, scopes: readonly string[], expiresAt: number): void {
  grants(state).put(tokens.refresh, { id: tokens.refresh, scopes, revoked: false });
  accessTokens(state).put(tokens.access, { grant: tokens.refresh, expiresAt });
  refreshTokens(state).put(tokens.refresh, { grant: tokens.refresh, spent: false });
}

export function begin(call: Call, scopes: readonly string[]): Grant {
  const grant: Grant = { id: call.random(24), scopes, revoked: false };
  grants(call.state).put(grant.id, grant);
  return grant;
}

/** New tokens of a grant. */
export function issue(call: Call, { id }: Grant): Issued & { readonly expiresIn: number } {
  const [access, refresh] = [`CM${call.random(90, ALPHABET)}`, `na1-${uuid(call)}`];
  const expiresIn = call.settings.tokenLifetimeSeconds;
  accessTokens(call.state).put(access, { grant: id, expiresAt: call.now() + expiresIn * 1000 });
  refreshTokens(call.state).put(refresh, { grant: id, spent: false });
  return { access, refresh, expiresIn };
}

/** The grant of a refresh token, which is spent by this; null where it is worth nothing. */
export function spend(state: State, token: string): Grant | null {
  const held = refreshTokens(state).get(token);
  const grant = held && grants(state).get(held.grant);
  if (!held || !grant || grant.revoked) return null;
  if (held.spent) {
    revoke(state, token); // one of the two who have it stole it: neither may go on
    return null;
  }
  refreshTokens(state).put(token, { ...held, spent: true });
  return grant;
}

export type Found =
  | { readonly kind: "access"; readonly grant: Grant; readonly expiresAt: number }
  | { readonly kind: "refresh"; readonly grant: Grant };

/** What a token still stands for; `expired` where it is an access token whose time is over. */
export function lookUp(call: Call, token: string): Found | "expired" | null {
  const access = accessTokens(call.state).get(token);
  const refresh = refreshTokens(call.state).get(token);
  const grant = grants(call.state).get(access?.grant ?? refresh?.grant ?? "");
  if (!grant || grant.revoked || refresh?.spent) return null;
  if (!access) return { kind: "refresh", grant };
  return access.expiresAt > call.now() ? { kind: "access", grant, expiresAt: access.expiresAt } : "expired";
}

/** Ends the grant of either token. */
export function revoke(state: State, token: string): void {
  const id = refreshTokens(state).get(token)?.grant ?? accessTokens(state).get(token)?.grant ?? "";
  const grant = grants(state).get(id);
  if (grant) grants(state).put(id, { ...grant, revoked: true });
}
