/** The Graph API's errors. https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes */
import { json, type Reply } from "@junction/sandbox";

interface GraphError {
  readonly message: string;
  readonly code: number;
  readonly type?: string;
  readonly subcode?: number;
  readonly transient?: true;
}
export const graphError = (status: number, { message, code, type = "OAuthException", subcode, transient }: GraphError): Reply =>
  json(status, {
    error: {
      ...{ message, type, code },
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(transient && { is_transient: true }),
      fbtrace_id: "AsandboxTraceId0123456",
    },
  });
export const dead = (): Reply =>
  graphError(401, { message: "Error validating access token: The session is invalid.", code: 190, subcode: 463 });
export const lacking = (permission: string): Reply =>
  graphError(403, { message: `(#200) You do not have the necessary permission: ${permission}`, code: 200 });
export const missing = (id: string): Reply =>
  graphError(400, {
    message: `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    type: "GraphMethodException",
    code: 100,
    subcode: 33,
  });
