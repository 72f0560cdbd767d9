/** Deepgram's errors, in both of the ways it writes them. https://developers.deepgram.com/docs/errors */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

export function failure(status: number, err_code: string, err_msg: string): Reply {
  const request_id = crypto.randomUUID();
  return json(status, { err_code, err_msg, request_id }, { "dg-request-id": request_id, "dg-error": err_msg });
}
/** As the newer parts write it. */
export function invalid(message: string, details: string): Reply {
  const request_id = crypto.randomUUID();
  return json(400, { category: "INVALID_QUERY_PARAMETER", message, details, request_id }, { "dg-request-id": request_id });
}

export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => failure(401, "INVALID_AUTH", "Invalid credentials."),
  "403": () => failure(403, "INSUFFICIENT_PERMISSIONS", "User does not have sufficient permissions to perform the requested action."),
  "404": () => failure(404, "PROJECT_NOT_FOUND", "Project not found."),
  "409": () => failure(409, "CONFLICT", "Conflict."),
  "422": () => failure(400, "Bad Request", "Bad Request: failed to process audio: corrupt or unsupported data"),
  "429": () => failure(429, "TOO_MANY_REQUESTS", "Too many requests. Please try again later"),
  rate_limit_403: () => failure(429, "TOO_MANY_REQUESTS", "Too many requests. Please try again later"),
  "500": () => failure(500, "INTERNAL_SERVER_ERROR", "An unexpected error occurred."),
  "503": () => failure(503, "SERVICE_UNAVAILABLE", "The service is temporarily unavailable."),
};
