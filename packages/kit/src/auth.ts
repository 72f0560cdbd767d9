/** How a request is authenticated, as data: the kit applies it, the sandbox checks it, the connect form is drawn from it. */
import type { VendorErrorKind } from "@junction/core";

export interface OAuthServer<Scope extends string> {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly revocationUrl?: string;
  /** Scope → what it lets us do, in the consent page's words. */
  readonly scopes: Readonly<Record<Scope, string>>;
  readonly scopeSeparator?: " " | ",";
  /** Further parameters of the authorization request. */
  readonly params?: Readonly<Record<string, string>>;
  readonly clientAuthentication?: "basic" | "post";
  /** What the vendor calls `client_id` (RFC 6749 §2.2) where it has a name of its own, as TikTok's `client_key`. */
  readonly clientIdParameter?: string;
  /** False for vendors whose authorization server is known to stumble over a proof key (RFC 7636). */
  readonly pkce?: false;
  /** The word before the access token in a request; `Bearer` if not said. */
  readonly tokenType?: string;
  /** What the token endpoint says beside the tokens that calls need, such as the account's own host: kept as `found()` fields of the same names. */
  readonly keeps?: readonly string[];
  /**
   * For vendors with an authorization server in each region: the parameter by which a person comes back with the address of theirs, and
   * the `found()` field it is kept in. The code, every refresh and the revocation go there, if the manifest names the host.
   */
  readonly home?: { readonly parameter: string; readonly field: string };
  /** How long before its expiry an access token is refreshed; 5 minutes if not said. */
  readonly marginSeconds?: number;
  /**
   * `rotating` (assumed if not said): a refresh spends the refresh token, so one that may have been spent is never sent again.
   * `stable`: the same refresh token works any number of times.
   */
  readonly refreshToken?: "rotating" | "stable";
  /**
   * For vendors without refresh tokens: the access token itself is traded for one that lives longer, by this grant and under this
   * parameter, right after the code and again before it expires.
   */
  readonly extend?: { readonly grantType: string; readonly parameter: string };
  /**
   * How `revocationUrl` is asked: by RFC 7009, with the refresh token where there is one; the same with the access token, where the vendor
   * takes no other; or by a DELETE that the access token authenticates.
   */
  readonly revocation?: "rfc7009" | "access_token" | "delete";
  /** The token endpoint's error codes that mean something else than by RFC 6749 §5.2. */
  readonly errors?: Readonly<Record<string, VendorErrorKind>>;
}

/** Where a value comes from. A plain string is itself. */
export type Source<Field extends string> =
  | string
  /** The contractor's credential; with `of`, what stands there for the field's value. */
  | { readonly field: Field; readonly of?: Readonly<Record<string, string>> }
  /** Our own app's credential at this vendor, which the operator sets. */
  | { readonly platform: string }
  /** A member of the key, where that is a JSON key file. */
  | { readonly inKey: string };

/** Access by an assertion signed with a private key (RFC 7523 §2.1): service accounts, and JWT grants in a user's name. */
export interface JwtGrant<Field extends string, Scope extends string> {
  readonly tokenUrl: Source<Field>;
  /** An RSA private key in PEM (PKCS #8 or PKCS #1), or a JSON key file that has it as `private_key`. */
  readonly key: { readonly field: Field } | { readonly platform: string };
  readonly issuer: Source<Field>;
  /** In whose name; a field that was left empty leaves the claim out. */
  readonly subject?: Source<Field>;
  readonly audience: Source<Field>;
  /** Scope → what it lets us do. All are asked for. */
  readonly scopes: Readonly<Record<Scope, string>>;
  /** How long the assertion is good for; an hour if not said. */
  readonly lifetimeSeconds?: number;
  /** How long before its expiry an access token is replaced; 5 minutes if not said. */
  readonly marginSeconds?: number;
  /** The token endpoint's error codes that mean something else than by RFC 6749 §5.2. */
  readonly errors?: Readonly<Record<string, VendorErrorKind>>;
  /** The authorization endpoint at which a person consents once, where the vendor answers `consent_required`. */
  readonly consentUrl?: Source<Field>;
}

/** The same for every account: the `api` before an API key, or nothing at all. */
export interface Literal {
  readonly literal: string;
}

export type Auth<Field extends string = string, Scope extends string = string> =
  | { readonly scheme: "basic"; readonly user: Field | Literal; readonly password: Field | Literal }
  /** `Authorization: <word> <id>:<secret>`, as it stands: Basic without the encoding. */
  | { readonly scheme: "pair"; readonly word: string; readonly id: Field; readonly secret: Field }
  /** `word`: for the few that say another than Bearer. */
  | { readonly scheme: "bearer"; readonly token: Field; readonly word?: string }
  | { readonly scheme: "header"; readonly name: string; readonly field: Field }
  | { readonly scheme: "query"; readonly name: string; readonly field: Field }
  /** The first whose fields the contractor filled in. */
  | { readonly scheme: "first_of"; readonly choices: readonly Auth<Field, never>[] }
  /** Vendors that want one key in different places on different hosts. */
  | { readonly scheme: "by_host"; readonly hosts: Readonly<Record<string, Auth<Field, never>>> }
  | ({ readonly scheme: "oauth2" } & OAuthServer<Scope>)
  | ({ readonly scheme: "jwt_bearer" } & JwtGrant<Field, Scope>);

/** The schemes whose access token is had from a token endpoint, kept in the vault, and renewed there. */
export type Renewable<Field extends string = string, Scope extends string = string> = Extract<
  Auth<Field, Scope>,
  { readonly scheme: "oauth2" | "jwt_bearer" }
>;
export const isRenewable = (auth: Auth): auth is Renewable => auth.scheme === "oauth2" || auth.scheme === "jwt_bearer";

export const basic = <const U extends string | Literal, const P extends string | Literal>(
  user: U,
  password: P,
): Auth<Extract<U | P, string>, never> => ({ scheme: "basic", user, password }) as Auth<Extract<U | P, string>, never>;
export const bearer = <const F extends string>(token: F, word?: string): Auth<F, never> => ({
  scheme: "bearer",
  token,
  ...(word !== undefined && { word }),
});
export const pair = <const F extends string>(word: string, id: F, secret: F): Auth<F, never> => ({ scheme: "pair", word, id, secret });
export const header = <const F extends string>(name: string, field: F): Auth<F, never> => ({ scheme: "header", name, field });
export const query = <const F extends string>(name: string, field: F): Auth<F, never> => ({ scheme: "query", name, field });
export const firstOf = <const F extends string>(...choices: readonly Auth<F, never>[]): Auth<F, never> => ({ scheme: "first_of", choices });
export const byHost = <const F extends string>(hosts: Readonly<Record<string, Auth<F, never>>>): Auth<F, never> => ({
  scheme: "by_host",
  hosts,
});
export const oauth2 = <const Scope extends string>(server: OAuthServer<Scope>): Auth<never, Scope> => ({ scheme: "oauth2", ...server });
/**
 * A service account or a JWT grant:
 * `jwtBearer({ tokenUrl, key: { field: "key_file" }, issuer: { inKey: "client_email" }, subject: { field: "user" }, audience, scopes })`.
 */
export const jwtBearer = <const F extends string, const Scope extends string>(grant: JwtGrant<F, Scope>): Auth<F, Scope> => ({
  scheme: "jwt_bearer",
  ...grant,
});

/** The addresses of a scheme's authorization server that the vendor's Worker sends requests to. */
export function endpointsOf(auth: Auth): readonly string[] {
  if (auth.scheme === "oauth2") return [auth.tokenUrl, ...(auth.revocationUrl === undefined ? [] : [auth.revocationUrl])];
  if (auth.scheme !== "jwt_bearer") return [];
  const { tokenUrl } = auth;
  return typeof tokenUrl === "string" ? [tokenUrl] : "of" in tokenUrl ? Object.values(tokenUrl.of ?? {}) : [];
}

export type Fields = Readonly<Record<string, string | undefined>>;
export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** The headers and query parameters that authenticate a request to `host`, or the fields that are lacking. */
export function authenticate(auth: Auth, fields: Fields, host: string): Signed | { readonly lacking: string } {
  switch (auth.scheme) {
    case "basic": {
      const asked = [auth.user, auth.password];
      const [user, password] = asked.map((one) => (typeof one === "string" ? fields[one] || undefined : one.literal));
      if (user === undefined || password === undefined) return { lacking: asked.filter((one) => typeof one === "string").join(" and ") };
      const bytes = new TextEncoder().encode(`${user}:${password}`);
      return { headers: { authorization: `Basic ${btoa(String.fromCharCode(...bytes))}` }, query: {} };
    }
    case "pair": {
      const [id, secret] = [fields[auth.id], fields[auth.secret]];
      if (!id || !secret) return { lacking: `${auth.id} and ${auth.secret}` };
      return { headers: { authorization: `${auth.word} ${id}:${secret}` }, query: {} };
    }
    case "bearer":
      return single(fields, auth.token, (token) => ({ headers: { authorization: `${auth.word ?? "Bearer"} ${token}` }, query: {} }));
    case "oauth2":
    case "jwt_bearer": {
      const word = (auth.scheme === "oauth2" && auth.tokenType) || "Bearer";
      return single(fields, "access_token", (token) => ({ headers: { authorization: `${word} ${token}` }, query: {} }));
    }
    case "header":
      return single(fields, auth.field, (value) => ({ headers: { [auth.name.toLowerCase()]: value }, query: {} }));
    case "query":
      return single(fields, auth.field, (value) => ({ headers: {}, query: { [auth.name]: value } }));
    case "first_of": {
      const tried = auth.choices.map((choice) => authenticate(choice, fields, host));
      return (
        tried.find((signed) => !("lacking" in signed)) ?? { lacking: tried.map((t) => ("lacking" in t ? t.lacking : "")).join(", or ") }
      );
    }
    case "by_host": {
      const own = auth.hosts[host];
      if (!own) throw new Error(`the manifest says no authentication for ${host}`);
      return authenticate(own, fields, host);
    }
  }
}

function single(fields: Fields, name: string, sign: (value: string) => Signed): Signed | { readonly lacking: string } {
  const value = fields[name];
  return value ? sign(value) : { lacking: name };
}
