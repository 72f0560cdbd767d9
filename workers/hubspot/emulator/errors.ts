/** HubSpot's error envelope. https://developers.hubspot.com/docs/api-reference/error-handling */
import { type Call, type ErrorFault, json, type Reply, refuse } from "@junction/sandbox";

interface Detail {
  readonly message: string;
  readonly code?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}
export const hubspotError = (status: number, category: string, message: string, errors?: readonly Detail[], more: object = {}): Reply =>
  json(status, { status: "error", message, correlationId: crypto.randomUUID(), category, ...(errors && { errors }), ...more });

/** Ends the request: a value or a property is not valid. */
export const invalid = (message: string, property?: string, code = "INVALID"): never =>
  refuse(
    hubspotError(
      400,
      "VALIDATION_ERROR",
      property === undefined
        ? message
        : `Property values were not valid: [${JSON.stringify({ isValid: false, message, error: code, name: property })}]`,
      property === undefined ? undefined : [{ message, code, context: { propertyName: [property] } }],
    ),
  );

export const missing = (): Reply => hubspotError(404, "OBJECT_NOT_FOUND", "resource not found");
export const badToken = (): Reply =>
  hubspotError(
    401,
    "INVALID_AUTHENTICATION",
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
  );
export const expiredToken = (): Reply =>
  hubspotError(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired. Refresh it and try again.");
export const lackingScopes = (scopes: readonly string[]): Reply =>
  hubspotError(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.", [
    { message: "One or more of the following scopes are required.", context: { requiredGranularScopes: scopes } },
  ]);
export const taken = (id: string): Reply => hubspotError(409, "CONFLICT", `Contact already exists. Existing ID: ${id}`);

const limited = (policyName: string, message: string): Reply =>
  hubspotError(429, "RATE_LIMITS", message, undefined, { errorType: "RATE_LIMIT", policyName });

const API: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": badToken,
  "403": () => lackingScopes(["crm.objects.contacts.write"]),
  "404": missing,
  "409": () => hubspotError(409, "CONFLICT", "Contact already has that value."),
  "422": () => hubspotError(400, "VALIDATION_ERROR", "Invalid input JSON"),
  "429": () => limited("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."),
  rate_limit_403: () => limited("DAILY", "You have reached your daily limit."),
  "500": () => hubspotError(500, "INTERNAL_ERROR", "internal error"),
  "503": () => hubspotError(503, "INTERNAL_ERROR", "Service unavailable. Please try again."),
};

/** An error as the authorization server words it (RFC 6749 §5.2), with HubSpot's own words beside it. */
export const oauthError = (status: number, error: string, message: string, own = "BAD_REQUEST"): Reply =>
  json(
    status,
    { error, error_description: message, status: own, message, correlationId: crypto.randomUUID() },
    { "cache-control": "no-store" },
  );
/** The refresh token is unknown, spent, or of a family that was revoked. */
export const badRefreshToken = (): Reply => oauthError(400, "invalid_grant", "missing or invalid refresh token", "BAD_REFRESH_TOKEN");

const OAUTH: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => oauthError(401, "invalid_client", "missing or invalid client id or secret", "BAD_CLIENT_ID"),
  "403": () => oauthError(403, "access_denied", "Forbidden"),
  "404": () => oauthError(404, "not_found", "resource not found"),
  "409": badRefreshToken,
  "422": badRefreshToken,
  "429": () => oauthError(429, "rate_limit_exceeded", "You have reached your secondly limit."),
  rate_limit_403: () => oauthError(429, "rate_limit_exceeded", "You have reached your secondly limit."),
  "500": () => oauthError(500, "server_error", "internal error"),
  "503": () => oauthError(503, "temporarily_unavailable", "Service unavailable. Please try again."),
};

/** Each fault as the API puts it, or as the token endpoint would. */
export const fault = (error: ErrorFault, { url }: Call): Reply =>
  (/^\/oauth\/2026-03\/token$|^\/oauth\/authorize$/.test(url.pathname) ? OAUTH : API)[error]();
