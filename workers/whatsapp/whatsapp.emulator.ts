/** Plays the Graph API's side of WhatsApp: a business account and its number. https://developers.facebook.com/docs/whatsapp/cloud-api */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { APP_SECRET, NUMBER, pushes, VERIFY_TOKEN, WABA } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const token = (tail: string): string => ["EAA", tail].join("");
const TOKEN = token("WhatsAppSandboxSystemUserToken0123456789");
/** May send, and may not manage the account. */
const SENDER = token("WhatsAppSandboxSendOnlyToken012345678901");

interface GraphError {
  readonly message: string;
  readonly code: number;
  readonly type?: string;
  readonly subcode?: number;
  readonly transient?: true;
}
const graphError = (status: number, { message, code, type = "OAuthException", subcode, transient }: GraphError): Reply =>
  json(status, {
    error: {
      ...{ message, type, code },
      ...(subcode !== undefined && { error_subcode: subcode }),
      ...(transient && { is_transient: true }),
      fbtrace_id: "AsandboxTraceId0123456",
    },
  });
const dead = (): Reply => graphError(401, { message: "Error validating access token: The session is invalid.", code: 190, subcode: 463 });
const lacking = (permission: string): Reply =>
  graphError(403, { message: `(#200) You do not have the necessary permission: ${permission}`, code: 200 });
const missing = (id: string): Reply =>
  graphError(400, {
    message: `Unsupported get request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation.`,
    type: "GraphMethodException",
    code: 100,
    subcode: 33,
  });

const bearerOf = ({ headers }: Call): string => /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";

function authenticate(call: Call): Reply | null {
  const given = bearerOf(call);
  return given === TOKEN || given === SENDER ? null : dead();
}

const PHONE_NUMBER = {
  id: NUMBER.id,
  display_phone_number: NUMBER.shown,
  verified_name: "Sandbox Plumbing",
  quality_rating: "GREEN",
};

function getNumber(call: Call): Reply {
  const id = call.param("id");
  if (id !== NUMBER.id) return missing(id);
  const fields = call.query.get("fields")?.split(",");
  return json(200, Object.fromEntries(Object.entries(PHONE_NUMBER).filter(([name]) => name === "id" || (fields?.includes(name) ?? true))));
}

function listNumbers(call: Call): Reply {
  if (bearerOf(call) === SENDER) return lacking("whatsapp_business_management");
  if (call.param("id") !== WABA) return missing(call.param("id"));
  return json(200, { data: [PHONE_NUMBER], paging: { cursors: { before: "QVFIU", after: "QVFIV" } } });
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": dead,
  "403": () => lacking("whatsapp_business_messaging"),
  "404": () => graphError(404, { message: "(#803) Some of the aliases you requested do not exist: nobody", code: 803 }),
  "409": () => graphError(409, { message: "(#2500) Conflicting request", code: 2500 }),
  "422": () => graphError(400, { message: "(#100) Invalid parameter", code: 100 }),
  "429": () => graphError(429, { message: "(#130429) Rate limit hit", code: 130429 }),
  rate_limit_403: () => graphError(403, { message: "(#4) Application request limit reached", code: 4 }),
  "500": () => graphError(500, { message: "(#131000) Something went wrong", code: 131000 }),
  "503": () => graphError(503, { message: "(#131016) Service unavailable", code: 131016, transient: true }),
};

const account = { phone_number_id: NUMBER.id, waba_id: WABA, app_secret: APP_SECRET, verify_token: VERIFY_TOKEN };

export default defineEmulator({
  vendor: "whatsapp",
  hosts: ["graph.facebook.com"],
  credentials: {
    valid: { access_token: TOKEN, ...account },
    wrong: { access_token: token("NobodyKnowsThisSystemUserToken0123456789"), ...account },
    sender: { access_token: SENDER, ...account },
  },
  secrets: ["access_token", "app_secret", "verify_token"],
  authenticate,
  operations: [
    { name: "get_phone_number", method: "GET", path: "/v23.0/:id", run: getNumber },
    { name: "list_phone_numbers", method: "GET", path: "/v23.0/:id/phone_numbers", run: listNumbers },
  ],
  fault: (fault) => FAULTS[fault](),
  pushes,
});
