/** Pipedrive's errors. https://pipedrive.readme.io/docs/core-api-concepts-http-status-codes */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

export const failure = (status: number, error: string, more: object = {}, headers: Readonly<Record<string, string>> = {}): Reply =>
  json(
    status,
    { success: false, error, error_info: "Please check developers.pipedrive.com for more information about Pipedrive API.", ...more },
    headers,
  );
const SPENT = { "x-ratelimit-limit": "80", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "2" };
export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => failure(401, "unauthorized access", { errorCode: 401 }),
  "403": () => failure(403, "Scope and URL mismatch", { errorCode: 403 }),
  "404": () => failure(404, "Person not found", { data: null, additional_data: null }),
  "409": () => failure(409, "Conflict", { data: null }),
  "422": () => failure(400, "Bad request", { code: "ERR_SCHEMA_VALIDATION_FAILED", data: null }),
  "429": () => failure(429, "request over limit", { errorCode: 429 }, SPENT),
  rate_limit_403: () => failure(429, "daily token budget exceeded", { errorCode: 429 }, { ...SPENT, "x-ratelimit-reset": "3600" }),
  "500": () => failure(500, "Internal server error", { data: null }),
  "503": () => failure(503, "Service unavailable", { data: null }),
};

/** A value that is not allowed, named as Pipedrive does. */
export const invalid = (message: string): Reply => failure(400, message, { code: "ERR_SCHEMA_VALIDATION_FAILED", data: null });
