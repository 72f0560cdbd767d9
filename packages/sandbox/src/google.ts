/** Google's authorization server, for the emulators of its APIs. https://developers.google.com/identity/protocols/oauth2/web-server */
import { type AuthorizationServer, authorizationOperations, type Grant, grantOf } from "./authorization-server.ts";
import type { Call, Operation } from "./emulator.ts";
import { json, type Reply } from "./reply.ts";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const oauthError = (status: number, error: string, error_description: string): Reply => json(status, { error, error_description });
const REFUSALS: Readonly<Record<Parameters<AuthorizationServer["refusal"]>[0], () => Reply>> = {
  invalid_client: () => oauthError(401, "invalid_client", "The OAuth client was not found."),
  unsupported_grant_type: () => oauthError(400, "unsupported_grant_type", "Invalid grant_type"),
  bad_code: () => oauthError(400, "invalid_grant", "Bad Request"),
  bad_refresh_token: () => oauthError(400, "invalid_grant", "Token has been expired or revoked."),
};

/** The consent page and the endpoints at accounts.google.com and oauth2.googleapis.com, for one app with a `client_id` of its own. */
export const googleLogin = ({ app, account, scopes }: Pick<AuthorizationServer, "app" | "account" | "scopes">): readonly Operation[] =>
  authorizationOperations({
    vendor: "Google",
    account,
    app,
    client: "form",
    scopes,
    authorizeHost: "accounts.google.com",
    authorizePath: "/o/oauth2/v2/auth",
    tokenHosts: ["oauth2.googleapis.com"],
    tokenPath: "/token",
    revokePath: "/revoke",
    rotates: false,
    token: (call, kind) => (kind === "access" ? `ya29.a0${call.random(80, ALPHABET)}` : `1//0${call.random(60, ALPHABET)}`),
    beside: (call, grant) => ({
      expires_in: call.settings.tokenLifetimeSeconds,
      scope: grant.scopes.join(" "),
      token_type: "Bearer",
    }),
    refusal: (error) => REFUSALS[error](),
  });

/** An error in Google's envelope; `reason` as its older APIs say it in `errors[]`, and its newer ones in `details[]`. */
export function googleError(code: number, status: string, message: string, reason: string, more: readonly object[] = []): Reply {
  const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason, domain: "googleapis.com" };
  return json(code, {
    error: { code, message, status, errors: [{ message, domain: "global", reason }], details: [info, ...more] },
  });
}

/** Refuses a request whose token is dead, or has none of the scopes any of which would do; else the grant. */
export function googleGrant(call: Call, oneOf: readonly string[]): Grant | Reply {
  const grant = grantOf(call);
  if (!grant) return googleError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED");
  if (grant.scopes.some((scope) => oneOf.includes(scope))) return grant;
  return googleError(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", "ACCESS_TOKEN_SCOPE_INSUFFICIENT");
}
