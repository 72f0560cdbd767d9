/** TikTok's two ways to say that something is wrong: the API's, and the authorization server's. */
import { type Call, type ErrorFault, json, type Reply } from "@junction/sandbox";

const LOG_ID = "20261120101010ABCDEF";

/** https://developers.tiktok.com/doc/tiktok-api-v2-error-handling */
export const apiError = (status: number, code: string, message: string): Reply =>
  json(status, { data: {}, error: { code, message, log_id: LOG_ID } });
export const badToken = (): Reply => apiError(401, "access_token_invalid", "The access token is invalid or not found in the request.");
export const lackingScope = (scope: string): Reply =>
  apiError(401, "scope_not_authorized", `The user did not authorize the scope required for completing this request: ${scope}`);

/** https://developers.tiktok.com/docs/en/oauth-user-access-token-management */
export const oauthError = (status: number, error: string, error_description: string): Reply =>
  json(status, { error, error_description, log_id: LOG_ID }, { "cache-control": "no-store" });

const API: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": badToken,
  "403": () => lackingScope("video.publish"),
  "404": () => apiError(404, "invalid_publish_id", "The publish_id does not exist"),
  "409": () => apiError(409, "conflict", "The request conflicts with another"),
  "422": () => apiError(400, "invalid_params", "One or more fields in request is invalid."),
  "429": () => apiError(429, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later."),
  // As some of its endpoints say it, within a success.
  rate_limit_403: () => apiError(200, "rate_limit_exceeded", "The API rate limit was exceeded. Please try again later."),
  "500": () => apiError(500, "internal_error", "Something went wrong. Please try again later."),
  "503": () => apiError(503, "internal_error", "Something went wrong. Please try again later."),
};
const OAUTH: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => oauthError(401, "invalid_client", "Client key or secret is incorrect."),
  "403": () => oauthError(403, "access_denied", "Access is denied."),
  "404": () => oauthError(404, "invalid_request", "Not found."),
  "409": () => oauthError(400, "invalid_grant", "Refresh token is invalid or expired."),
  "422": () => oauthError(400, "invalid_grant", "Refresh token is invalid or expired."),
  "429": () => oauthError(429, "rate_limit_exceeded", "Too many requests."),
  rate_limit_403: () => oauthError(429, "rate_limit_exceeded", "Too many requests."),
  "500": () => oauthError(500, "server_error", "Something is wrong. Please try again later."),
  "503": () => oauthError(503, "temporarily_unavailable", "Something is wrong. Please try again later."),
};

/** Each fault as the API puts it, or as the token endpoint would. */
export const fault = (error: ErrorFault, { url }: Call): Reply => (/^\/v2\/(oauth|auth)\//.test(url.pathname) ? OAUTH : API)[error]();
