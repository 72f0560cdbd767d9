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
  status: "CONNECTED",
};
/** It has lost its good name, and sends nothing. */
const RESTRICTED_NUMBER = {
  id: "106853218861310",
  display_phone_number: "+1 202-555-0177",
  verified_name: "Sandbox Drains",
  quality_rating: "RED",
  status: "RESTRICTED",
};
/** As the Graph API shows a node: the fields that were asked for, and its id. */
const asked = (call: Call, node: Readonly<Record<string, string>>, usual: readonly string[]): Readonly<Record<string, string>> => {
  const fields = call.query.get("fields")?.split(",") ?? usual;
  return Object.fromEntries(Object.entries(node).filter(([name]) => name === "id" || fields.includes(name)));
};

function getNode(call: Call): Reply {
  const id = call.param("id");
  if (id === NUMBER.id) return json(200, asked(call, PHONE_NUMBER, Object.keys(PHONE_NUMBER)));
  if (id !== WABA) return missing(id);
  if (bearerOf(call) === SENDER) return lacking("whatsapp_business_management");
  return json(200, asked(call, { id: WABA, name: "Sandbox Plumbing", currency: "USD", timezone_id: "1" }, ["name", "timezone_id"]));
}

/** What belongs to the account is told to whoever may manage it. */
const managed =
  (run: (call: Call) => Reply) =>
  (call: Call): Reply => {
    if (bearerOf(call) === SENDER) return lacking("whatsapp_business_management");
    return call.param("id") === WABA ? run(call) : missing(call.param("id"));
  };

function listNumbers(call: Call): Reply {
  const usual = ["display_phone_number", "verified_name", "quality_rating"];
  const data = [PHONE_NUMBER, RESTRICTED_NUMBER].map((number) => asked(call, number, usual));
  return json(200, { data, paging: { cursors: { before: "QVFIU", after: "QVFIV" } } });
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
    { name: "get_node", method: "GET", path: "/v23.0/:id", run: getNode },
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
