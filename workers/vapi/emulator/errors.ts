/** Vapi's error bodies, as the framework it is written with words them. */
import { type ErrorFault, json, type Reply } from "@junction/sandbox";

export const nest = (statusCode: number, error: string, message: string | readonly string[]): Reply =>
  json(statusCode, { message, error, statusCode });
export const bad = (...messages: readonly string[]): Reply => nest(400, "Bad Request", messages);
const HOT = "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.";

export const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => nest(401, "Unauthorized", HOT),
  "403": () => nest(403, "Forbidden", "Forbidden resource"),
  "404": () => nest(404, "Not Found", "Couldn't Get Assistant. Does it exist?"),
  "409": () => nest(409, "Conflict", "Already exists."),
  "422": () => bad("limit must not be greater than 1000"),
  "429": () => nest(429, "Too Many Requests", "ThrottlerException: Too Many Requests"),
  rate_limit_403: () => nest(429, "Too Many Requests", "Over Concurrency Limit."),
  "500": () => json(500, { statusCode: 500, message: "Internal server error" }),
  "503": () => nest(503, "Service Unavailable", "Service Unavailable"),
};
