/** Anthropic's error bodies. https://platform.claude.com/docs/en/api/errors */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

const requestId = (): string => `req_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
export const failure = (status: number, type: string, message: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(status, { type: "error", error: { type, message }, request_id: requestId() }, headers);
export const bad = (message: string): Reply => failure(400, "invalid_request_error", message);

export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => failure(401, "authentication_error", "invalid x-api-key"),
  "403": () => failure(403, "permission_error", "Your API key does not have permission to use the specified resource."),
  "404": () => failure(404, "not_found_error", "Not found"),
  "409": () => failure(409, "conflict_error", "The resource was changed by another request."),
  "422": () => bad("messages: at least one message is required"),
  "429": () =>
    failure(429, "rate_limit_error", "This request would exceed your organization's rate limit of 50 requests per minute.", {
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "0",
    }),
  // Of the tier's spend, which says no time.
  rate_limit_403: () => failure(429, "rate_limit_error", "This request would exceed the spend limit of your usage tier."),
  "500": () => failure(500, "api_error", "Internal server error"),
  "503": () => failure(529, "overloaded_error", "Overloaded"),
};
