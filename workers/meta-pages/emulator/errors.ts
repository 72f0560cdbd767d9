/** Graph API's error envelope. https://developers.facebook.com/docs/graph-api/guides/error-handling */
import { type Call, type ErrorFault, json, type Reply, refuse } from "@junction/sandbox";

interface GraphError {
  readonly message: string;
  readonly code: number;
  readonly type?: string;
  readonly subcode?: number;
  readonly transient?: true;
}

export function graphError(status: number, { message, code, type = "OAuthException", subcode, transient }: GraphError): Reply {
  const challenge = code === 190 ? { "www-authenticate": `OAuth "Facebook Platform" "invalid_token" "${message}"` } : {};
  const more = { ...(subcode !== undefined && { error_subcode: subcode }), ...(transient && { is_transient: true }) };
  return json(status, { error: { message, type, code, ...more, fbtrace_id: "AsandboxTraceId0123456" } }, challenge);
}

const DEAD: Readonly<Record<number, string>> = {
  458: "Error validating access token: The user has not authorized application 1047295830471234.",
  463: "Error validating access token: Session has expired on Saturday, 21-Nov-26 01:00:00 PST.",
  467: "Invalid OAuth access token - Cannot parse access token",
};
export const deadToken = (subcode: 458 | 463 | 467): Reply => graphError(400, { message: DEAD[subcode] ?? "", code: 190, subcode });
export const lacking = (code: number, permission: string): Reply =>
  graphError(403, { message: `(#${code}) Requires ${permission} permission to manage the object`, code });
export const missing = (id: string): never =>
  refuse(
    graphError(400, {
      message: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
      type: "GraphMethodException",
      code: 100,
      subcode: 33,
    }),
  );
export const badParameter = (message: string): never => refuse(graphError(400, { message: `(#100) ${message}`, code: 100 }));

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => deadToken(463),
  "403": () => lacking(200, "pages_manage_posts"),
  "404": () => graphError(404, { message: "(#803) Some of the aliases you requested do not exist: nobody", code: 803 }),
  "409": () => graphError(409, { message: "(#2500) Conflicting request", code: 2500 }),
  "422": () => graphError(400, { message: "(#100) Invalid parameter", code: 100 }),
  "429": () => graphError(429, { message: "(#32) Page request limit reached", code: 32 }),
  rate_limit_403: () => graphError(403, { message: "(#4) Application request limit reached", code: 4 }),
  "500": () => graphError(500, { message: "An unknown error occurred", code: 1 }),
  "503": () => graphError(503, { message: "Service temporarily unavailable", code: 2, transient: true }),
};
export const fault = (error: ErrorFault, _: Call): Reply => FAULTS[error]();
