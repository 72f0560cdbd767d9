/**
 * Vapi's calls: made, and over at once, answered or not as the sandbox's setting says. Its report waits to be delivered, like any change.
 * https://docs.vapi.ai/api-reference/calls/create
 */
import { type Call, json, noteChange, type Operation, type Reply, type State } from "@junction/sandbox";
import { bad, nest } from "./errors.ts";
import { assistants, listed, newUuid, ORG, phoneNumbers } from "./lists.ts";
import { outcome, type PhoneCall, report } from "./report.ts";

export const calls = (state: State) => state.collection<PhoneCall>("calls");

const KNOWN = [
  "name",
  "assistantId",
  "assistant",
  "assistantOverrides",
  "phoneNumberId",
  "phoneNumber",
  "customer",
  "customers",
  "schedulePlan",
];
const E164 = /^\+[1-9]\d{6,14}$/;
const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

function create(call: Call): Reply {
  const body = fieldsOf(call.json);
  const customer = fieldsOf(body["customer"]);
  const [name, assistantId, phoneNumberId] = [body["name"], body["assistantId"], body["phoneNumberId"]].map(textOf) as [
    string,
    string,
    string,
  ];
  const number = textOf(customer["number"]);
  const issues = [
    ...Object.keys(body).flatMap((key) => (KNOWN.includes(key) ? [] : [`property ${key} should not exist`])),
    ...(name.length > 40 ? ["name must be shorter than or equal to 40 characters"] : []),
    ...(textOf(customer["name"]).length > 40 ? ["customer.name must be shorter than or equal to 40 characters"] : []),
    ...(E164.test(number)
      ? []
      : ["customer.number must be a valid phone number in the E.164 format. Hot tip, you may be missing the country code (Eg. US: +1)."]),
  ];
  if (issues.length > 0) return bad(...issues);
  if (assistantId === "") return nest(400, "Bad Request", "Need Either `assistantId`, `assistant`, `squadId`, Or `squad`.");
  if (!assistants(call.state).get(assistantId)) return nest(404, "Not Found", "Couldn't Get Assistant. Does `assistantId` Exist?");
  const from = phoneNumbers(call.state).get(phoneNumberId);
  if (!from) return nest(404, "Not Found", "Couldn't Get Phone Number. Does `phoneNumberId` Exist?");
  if (from.status !== "active") return bad("phoneNumberId is not active yet");
  const at = new Date(call.now()).toISOString();
  const theirs = textOf(customer["name"]);
  const made: PhoneCall = {
    ...{ id: newUuid(call), orgId: ORG, type: "outboundPhoneCall", assistantId, phoneNumberId, createdAt: at, updatedAt: at },
    ...(name !== "" && { name }),
    customer: { number, ...(theirs !== "" && { name: theirs }) },
    ...(body["assistantOverrides"] !== undefined && { assistantOverrides: body["assistantOverrides"] }),
    ends: call.settings.aiCallsEnd,
  };
  calls(call.state).put(made.id, made);
  noteChange(call.state, { kind: "call.completed", ...report(made, from.number ?? "") });
  const { ends: _, ...shown } = made;
  return json(201, { ...shown, status: "queued", phoneCallProvider: "twilio" });
}

/** A call as it is told of once it is over. */
function ended({ ends, ...call }: PhoneCall): object {
  return { ...call, status: "ended", ...outcome({ ends, ...call }) };
}

export const callOperations: readonly Operation[] = [
  { name: "create_call", method: "POST", path: "/call", run: create },
  {
    name: "list_calls",
    method: "GET",
    path: "/call",
    run(call) {
      const [assistant, number] = [call.query.get("assistantId"), call.query.get("phoneNumberId")];
      const all = calls(call.state)
        .list()
        .filter((one) => (assistant === null || one.assistantId === assistant) && (number === null || one.phoneNumberId === number));
      return listed(
        call,
        all.map((one) => ended(one) as PhoneCall),
      );
    },
  },
  {
    name: "get_call",
    method: "GET",
    path: "/call/:id",
    run({ state, param }) {
      const found = calls(state).get(param("id"));
      return found ? json(200, ended(found)) : nest(404, "Not Found", "Couldn't Get Call. Does It Exist?");
    },
  },
];
