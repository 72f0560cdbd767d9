/** Graph API's error envelope. https://developers.facebook.com/docs/graph-api/guides/error-handling */
import { type Call, type ErrorFault, json, type Reply, refuse } from "@junction/sandbox";

export function graphError(
  status: number,
  code: number,
  message: string,
  subcode?: number,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const more = { ...(subcode !== undefined && { error_subcode: subcode }), ...(code === 2 && { is_transient: true }) };
  return json(status, { error: { message, type: "OAuthException", code, ...more, fbtrace_id: "AsandboxTraceId0123456" } }, headers);
}
export const deadToken = (): Reply =>
  graphError(400, 190, "Error validating access token: Session has expired on Saturday, 21-Nov-26 01:00:00 PST.", 463);
export const lacking = (permission: string): never =>
  refuse(graphError(403, 200, `(#200) Ad account owner has NOT grant ${permission} permission`));
export const missing = (id: string): never =>
  refuse(
    graphError(
      400,
      100,
      `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
      33,
    ),
  );
export const bad = (message: string, subcode?: number): never => refuse(graphError(400, 100, `(#100) ${message}`, subcode));

const usage = {
  "x-business-use-case-usage": JSON.stringify({
    "1047295830470001": [
      { type: "ads_management", call_count: 100, total_cputime: 25, total_time: 25, estimated_time_to_regain_access: 3 },
    ],
  }),
};
const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": deadToken,
  "403": () => graphError(403, 200, "(#200) Ad account owner has NOT grant ads_management or ads_read permission"),
  "404": () => graphError(404, 803, "(#803) Some of the aliases you requested do not exist: nobody"),
  "409": () => graphError(409, 2500, "(#2500) Conflicting request"),
  "422": () => graphError(400, 100, "(#100) Invalid parameter"),
  "429": () => graphError(429, 80004, "(#80004) There have been too many calls to this ad-account.", 2446079, usage),
  rate_limit_403: () => graphError(403, 4, "(#4) Application request limit reached"),
  "500": () => graphError(500, 1, "An unknown error occurred"),
  "503": () => graphError(503, 2, "Service temporarily unavailable"),
};
export const fault = (error: ErrorFault, _: Call): Reply => FAULTS[error]();
