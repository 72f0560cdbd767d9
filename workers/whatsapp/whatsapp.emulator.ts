/** Plays the Graph API's side of WhatsApp: a business account and its number. https://developers.facebook.com/docs/whatsapp/cloud-api */
import { type Call, defineEmulator, type ErrorFault, json, type Reply } from "@junction/sandbox";
import { dead, graphError, lacking, missing } from "./emulator/errors.ts";
import { listTemplates, messages, send } from "./emulator/messages.ts";
import { APP_SECRET, NUMBER, pushes, VERIFY_TOKEN, WABA } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const token = (tail: string): string => ["EAA", tail].join("");
const TOKEN = token("WhatsAppSandboxSystemUserToken0123456789");
/** May send, and may not manage the account. */
const SENDER = token("WhatsAppSandboxSendOnlyToken012345678901");

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

/** What belongs to the account is told to whoever may manage it. */
const managed =
  (run: (call: Call) => Reply) =>
  (call: Call): Reply => {
    if (bearerOf(call) === SENDER) return lacking("whatsapp_business_management");
    return call.param("id") === WABA ? run(call) : missing(call.param("id"));
  };

function listNumbers(): Reply {
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
    { name: "list_phone_numbers", method: "GET", path: "/v23.0/:id/phone_numbers", run: managed(listNumbers) },
    { name: "list_templates", method: "GET", path: "/v23.0/:id/message_templates", run: managed(listTemplates) },
    { name: "send_message", method: "POST", path: "/v23.0/:id/messages", run: send },
  ],
  inbox: (state) =>
    messages(state)
      .list()
      .map(({ to, text, at }) => ({ title: `WhatsApp to +${to}`, text, at })),
  fault: (fault) => FAULTS[fault](),
  pushes,
});
