/** The schemes whose access token is had from a token endpoint, kept in the vault, and renewed there; as data. */
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

/** One of them. */
export type Grant<Field extends string = string, Scope extends string = string> =
  | ({ readonly scheme: "oauth2" } & OAuthServer<Scope>)
  | ({ readonly scheme: "jwt_bearer" } & JwtGrant<Field, Scope>);
