/** Plays the Dropbox Sign API v3: the account, and signature requests as they stand. https://developers.hellosign.com/api/reference */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { ACCOUNT, pushes, requestsOf, shown } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (part: string): string => part.repeat(4);
const KEY = key("5a0db0c1e2f34a5b");

const error = (status: number, error_name: string, error_msg: string, error_path?: string): Reply =>
  json(status, { error: { error_msg, error_name, ...(error_path !== undefined && { error_path }) } });
const unauthorized = (): Reply => error(401, "unauthorized", "Unauthorized user.");

function authenticate({ headers }: Call): Reply | null {
  return headers.get("authorization") === `Basic ${btoa(`${KEY}:`)}` ? null : unauthorized();
}

/** Dropbox Sign counts by the minute. */
const limits = (call: Call) => ({
  "x-ratelimit-limit": "100",
  "x-ratelimit-remaining": "99",
  "x-ratelimit-reset": String(Math.floor(call.now() / 60_000) * 60 + 60),
});

function getAccount(call: Call): Reply {
  const [id, email] = [call.query.get("account_id"), call.query.get("email_address")];
  const known = id === null ? email === null || email === ACCOUNT.email_address : id === ACCOUNT.account_id;
  return known ? json(200, { account: ACCOUNT }, limits(call)) : error(404, "not_found", "Account not found.");
}

function getRequest(call: Call): Reply {
  const request = requestsOf(call.state).get(call.param("id"));
  return request ? json(200, { signature_request: shown(request) }, limits(call)) : error(404, "not_found", "Not found");
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": () => error(403, "forbidden", "Access not allowed."),
  "404": () => error(404, "not_found", "Not found"),
  "409": () => error(409, "conflict", "A similar request is being processed."),
  "422": () => error(400, "bad_request", "Invalid parameter", "signers[0].email_address"),
  "429": () => error(429, "exceeded_rate", "Exceeded API rate limit."),
  rate_limit_403: () => error(429, "exceeded_rate", "Exceeded API rate limit."),
  "500": () => error(500, "unknown", "Unknown error. Please retry your request."),
  "503": () => error(503, "unavailable", "Service is temporarily unavailable."),
};

export default defineEmulator({
  vendor: "dropbox-sign",
  hosts: ["api.hellosign.com"],
  credentials: { valid: { api_key: KEY }, wrong: { api_key: key("0123456789abcdef") } },
  secrets: ["api_key"],
  authenticate,
  operations: [
    { name: "get_account", method: "GET", path: "/v3/account", run: getAccount },
    { name: "get_signature_request", method: "GET", path: "/v3/signature_request/:id", run: getRequest },
  ],
  fault: (fault) => FAULTS[fault](),
  pushes,
});
