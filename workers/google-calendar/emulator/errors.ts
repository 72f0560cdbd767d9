/** Google's error envelope. https://developers.google.com/workspace/calendar/api/guides/errors */
import { type Call, type ErrorFault, json, type Reply, refuse } from "@junction/sandbox";

interface GoogleError {
  readonly message: string;
  readonly reason: string;
  /** The short message of the inner list, where it differs. */
  readonly short?: string;
  readonly domain?: string;
  readonly location?: string;
  readonly locationType?: "header" | "parameter";
  readonly status?: string;
  readonly details?: readonly unknown[];
}

/** An error as the Calendar API words it. */
export function googleError(
  code: number,
  { message, short = message, reason, domain = "global", location, locationType, status, details }: GoogleError,
): Reply {
  const where = location === undefined ? {} : { location, locationType: locationType ?? "parameter" };
  const more = { ...(status !== undefined && { status }), ...(details !== undefined && { details }) };
  return json(code, { error: { errors: [{ domain, reason, message: short, ...where }], code, message, ...more } });
}

/** Ends the request with a 400. */
export function bad(reason: string, message: string, location?: string): never {
  return refuse(googleError(400, { reason, message, ...(location !== undefined && { location }) }));
}
/** Ends the request: no such calendar or event. */
export function missing(): never {
  return refuse(notFound());
}

const notFound = (): Reply => googleError(404, { reason: "notFound", message: "Not Found" });
const CREDENTIALS =
  "Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.";

/** No token at all. */
export const loginRequired = (): Reply =>
  googleError(401, {
    message: `Request is missing required authentication credential. ${CREDENTIALS}`,
    short: "Login Required.",
    reason: "required",
    location: "Authorization",
    locationType: "header",
    status: "UNAUTHENTICATED",
  });
/** A token that is unknown, expired or revoked. */
export const badToken = (): Reply =>
  googleError(401, {
    message: `Request had invalid authentication credentials. ${CREDENTIALS}`,
    short: "Invalid Credentials",
    reason: "authError",
    location: "Authorization",
    locationType: "header",
    status: "UNAUTHENTICATED",
  });
/** A token without any of the scopes that would do. */
export function lackingScope(scopes: readonly string[]): Reply {
  const details = [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
      domain: "googleapis.com",
      metadata: { service: "calendar-json.googleapis.com" },
    },
  ];
  const reply = googleError(403, {
    message: "Request had insufficient authentication scopes.",
    short: "Insufficient Permission",
    reason: "insufficientPermissions",
    status: "PERMISSION_DENIED",
    details,
  });
  const challenge = `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${scopes.join(" ")}"`;
  return { ...reply, headers: { ...reply.headers, "www-authenticate": challenge } };
}

const rateLimited = (code: number): Reply =>
  googleError(code, { reason: "rateLimitExceeded", message: "Rate Limit Exceeded", domain: "usageLimits" });

const API: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": badToken,
  "403": () => lackingScope(["https://www.googleapis.com/auth/calendar"]),
  "404": notFound,
  "409": () => googleError(409, { reason: "duplicate", message: "The requested identifier already exists." }),
  "422": () => googleError(400, { reason: "invalid", message: "Invalid Value" }),
  "429": () => rateLimited(429),
  rate_limit_403: () => rateLimited(403),
  "500": () => googleError(500, { reason: "backendError", message: "Backend Error" }),
  "503": () => googleError(503, { reason: "backendError", message: "Service unavailable. Please try again" }),
};

/** An error as the token endpoint words it (RFC 6749, 5.2). */
export const oauthError = (status: number, error: string, error_description: string): Reply => json(status, { error, error_description });

const DEAD = ["invalid_grant", "Token has been expired or revoked."] as const;
const TOKEN: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => oauthError(401, "invalid_client", "The OAuth client was not found."),
  "403": () => oauthError(403, "access_denied", "Forbidden"),
  "404": () => oauthError(404, "not_found", "Not Found"),
  "409": () => oauthError(400, ...DEAD),
  "422": () => oauthError(400, ...DEAD),
  "429": () => oauthError(429, "rate_limit_exceeded", "Rate Limit Exceeded"),
  rate_limit_403: () => oauthError(403, "rate_limit_exceeded", "Rate Limit Exceeded"),
  "500": () => oauthError(500, "internal_failure", "Internal error"),
  "503": () => oauthError(503, "temporarily_unavailable", "Service unavailable"),
};

/** Each fault as the API, or as the authorization server, would put it. */
export const fault = (error: ErrorFault, { url }: Call): Reply => (url.host === "www.googleapis.com" ? API : TOKEN)[error]();
