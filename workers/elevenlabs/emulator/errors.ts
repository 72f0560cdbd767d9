/** ElevenLabs' error bodies. https://elevenlabs.io/docs/eleven-api/resources/errors */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

/** `status` is what clients of before read where others read `code`. */
export const refusal = (status: number, type: string, code: string, message: string): Reply =>
  json(status, { detail: { type, code, message, status: code, request_id: crypto.randomUUID().replaceAll("-", ""), param: null } });
export const unknownKey = (): Reply => refusal(401, "authentication_error", "invalid_api_key", "Invalid API key");
export const lacking = (permission: string): Reply =>
  refusal(
    401,
    "authorization_error",
    "missing_permissions",
    `The API key you used is missing the permission ${permission} to execute this operation.`,
  );

export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unknownKey,
  "403": () => refusal(403, "authorization_error", "only_for_creator+", "This feature is only available for the creator plan or higher."),
  "404": () => json(404, { detail: "Not Found" }),
  "409": () => refusal(409, "conflict", "already_exists", "Already exists."),
  "422": () => json(422, { detail: [{ loc: ["query", "page_size"], msg: "Input should be a valid integer", type: "int_parsing" }] }),
  "429": () => refusal(429, "rate_limit_error", "rate_limit_exceeded", "Too many requests."),
  rate_limit_403: () => refusal(429, "rate_limit_error", "concurrent_limit_exceeded", "Too many concurrent requests."),
  "500": () => refusal(500, "internal_error", "internal_error", "Internal server error"),
  "503": () => refusal(503, "service_unavailable", "system_busy", "The system is experiencing heavy traffic. Please try again later."),
};
