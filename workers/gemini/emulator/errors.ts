/** The errors of Google's newer services. https://google.aip.dev/193 */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

const kind = (name: string) => `type.googleapis.com/google.rpc.${name}`;

export function failure(code: number, status: string, message: string, reason?: string, more: readonly object[] = []): Reply {
  const info = reason === undefined ? [] : [{ "@type": kind("ErrorInfo"), reason, domain: "googleapis.com", metadata: {} }];
  const details = [...info, ...more];
  return json(code, { error: { code, message, status, ...(details.length > 0 && { details }) } });
}

export const keyInvalid = (): Reply =>
  failure(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "API_KEY_INVALID");

export function invalid(field: string, message: string): Reply {
  const violation = { "@type": kind("BadRequest"), fieldViolations: [{ field, description: message }] };
  return failure(400, "INVALID_ARGUMENT", message, undefined, [violation]);
}

/** No header says how long: RetryInfo does. */
const exhausted = (retryDelay?: string): Reply =>
  failure(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", undefined, [
    {
      "@type": kind("QuotaFailure"),
      violations: [{ quotaMetric: "generativelanguage.googleapis.com/generate_content_requests", quotaId: "GenerateRequestsPerMinute" }],
    },
    ...(retryDelay === undefined ? [] : [{ "@type": kind("RetryInfo"), retryDelay }]),
  ]);

export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": keyInvalid,
  "403": () =>
    failure(403, "PERMISSION_DENIED", "Generative Language API has not been used in this project or is disabled.", "SERVICE_DISABLED"),
  "404": () => failure(404, "NOT_FOUND", "Requested entity was not found."),
  "409": () => failure(409, "ABORTED", "The operation was aborted."),
  "422": () => invalid("contents", "contents is not specified"),
  "429": () => exhausted("12s"),
  rate_limit_403: () => exhausted(),
  "500": () => failure(500, "INTERNAL", "An internal error has occurred. Please retry."),
  "503": () => failure(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
};
