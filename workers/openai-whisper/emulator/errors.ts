/** OpenAI's error bodies. https://platform.openai.com/docs/guides/error-codes */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

export const failure = (status: number, type: string, code: string | null, message: string, param: string | null = null): Reply =>
  json(status, { error: { message, type, param, code } });
export const bad = (message: string, param: string | null = null, code: string | null = null): Reply =>
  failure(400, "invalid_request_error", code, message, param);
/** It has no code of its own. */
export const lacking = (scope: string): Reply =>
  failure(
    403,
    "invalid_request_error",
    null,
    `You have insufficient permissions for this operation. Missing scopes: ${scope}. Check that you have the correct role in your organization, and if you're using a restricted API key, that it has the necessary scopes.`,
  );

export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => failure(401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-proj-****."),
  "403": () => failure(403, "request_forbidden", "unsupported_country_region_territory", "Country, region, or territory not supported"),
  "404": () => failure(404, "invalid_request_error", "model_not_found", "The model does not exist", "model"),
  "409": () => failure(409, "conflict_error", null, "The resource was updated by another request."),
  "422": () =>
    bad("Unrecognized file format. Supported formats: ['flac', 'm4a', 'mp3', 'mp4', 'mpeg', 'mpga', 'oga', 'ogg', 'wav', 'webm']", "file"),
  "429": () => failure(429, "requests", "rate_limit_exceeded", "Rate limit reached for requests per min. Please try again in 20s."),
  rate_limit_403: () => failure(429, "requests", "rate_limit_exceeded", "Rate limit reached for tokens per min."),
  "500": () => failure(500, "server_error", null, "The server had an error while processing your request. Sorry about that!"),
  "503": () => failure(503, "server_error", null, "The engine is currently overloaded, please try again later"),
};
/** A 429 that no waiting mends. */
export const spent = (): Reply =>
  failure(429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota, please check your plan and billing details.");
