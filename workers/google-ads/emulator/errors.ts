/** Google Ads' errors: Google's envelope with a GoogleAdsFailure inside. https://developers.google.com/google-ads/api/docs/best-practices/error-types */
import { type Call, type ErrorFault, googleError, json, type Reply, refuse } from "@junction/sandbox";

/** `family` and `code` as in the protocol: `authorizationError`, `USER_PERMISSION_DENIED`. */
export function adsError(status: number, name: string, family: string, code: string, message: string, details?: object): Reply {
  const failure = {
    "@type": "type.googleapis.com/google.ads.googleads.v25.errors.GoogleAdsFailure",
    errors: [{ errorCode: { [family]: code }, message, ...(details && { details }) }],
    requestId: "SandboxRequest0123456789",
  };
  return json(status, { error: { code: status, message: "Request contains an invalid argument.", status: name, details: [failure] } });
}
export const bad = (family: string, code: string, message: string): never =>
  refuse(adsError(400, "INVALID_ARGUMENT", family, code, message));
export const denied = (): never =>
  refuse(
    adsError(
      403,
      "PERMISSION_DENIED",
      "authorizationError",
      "USER_PERMISSION_DENIED",
      "User doesn't have permission to access customer. Note: If you're accessing a client customer, the manager's customer id must be set in the 'login-customer-id' header.",
    ),
  );

const API: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => googleError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", "ACCESS_TOKEN_EXPIRED"),
  "403": () =>
    adsError(403, "PERMISSION_DENIED", "authorizationError", "CUSTOMER_NOT_ENABLED", "The customer can't be used: it is not enabled."),
  "404": () => adsError(404, "NOT_FOUND", "mutateError", "RESOURCE_NOT_FOUND", "Resource was not found."),
  "409": () => adsError(400, "INVALID_ARGUMENT", "campaignError", "DUPLICATE_CAMPAIGN_NAME", "A campaign with this name already exists"),
  "422": () => adsError(400, "INVALID_ARGUMENT", "queryError", "UNRECOGNIZED_FIELD", "Unrecognized field in the query"),
  "429": () =>
    adsError(429, "RESOURCE_EXHAUSTED", "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", "Too many requests. Retry in 5 seconds.", {
      quotaErrorDetails: { rateScope: "ACCOUNT", rateName: "Requests per service per method", retryDelay: "5s" },
    }),
  rate_limit_403: () => googleError(403, "PERMISSION_DENIED", "Rate Limit Exceeded", "rateLimitExceeded"),
  "500": () => adsError(500, "INTERNAL", "internalError", "INTERNAL_ERROR", "An internal error has occurred."),
  "503": () => adsError(503, "UNAVAILABLE", "internalError", "TRANSIENT_ERROR", "A transient internal error occurred."),
};
const oauth = (status: number, error: string) => () => json(status, { error, error_description: error });
const TOKEN: Readonly<Record<ErrorFault, () => Reply>> = {
  ...{ "401": oauth(401, "invalid_client"), "403": oauth(403, "access_denied"), "404": oauth(404, "not_found") },
  ...{ "409": oauth(400, "invalid_grant"), "422": oauth(400, "invalid_grant"), "429": oauth(429, "rate_limit_exceeded") },
  ...{
    rate_limit_403: oauth(403, "rate_limit_exceeded"),
    "500": oauth(500, "internal_failure"),
    "503": oauth(503, "temporarily_unavailable"),
  },
};
export const fault = (error: ErrorFault, { url }: Call): Reply => (/^oauth2|^accounts/.test(url.host) ? TOKEN : API)[error]();
