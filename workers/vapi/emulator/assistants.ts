/** Vapi's assistants: made, read, changed. https://docs.vapi.ai/api-reference/assistants/create */
import { type Call, json, type Operation, type Reply } from "@junction/sandbox";
import { bad, FAULTS } from "./errors.ts";
import { type Assistant, assistants, listed, newUuid, ORG } from "./lists.ts";

const KNOWN = [
  "name",
  "firstMessage",
  "model",
  "voice",
  "transcriber",
  "server",
  "serverMessages",
  "analysisPlan",
  "artifactPlan",
  "metadata",
];
type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** What Vapi has against a body; none, if nothing. */
function issuesOf(body: Fields): readonly string[] {
  const { name, firstMessage, model } = body;
  const messages = isFields(model) ? model["messages"] : undefined;
  return [
    ...Object.keys(body).flatMap((key) => (KNOWN.includes(key) ? [] : [`property ${key} should not exist`])),
    ...(name === undefined || (typeof name === "string" && name.length <= 40)
      ? []
      : ["name must be shorter than or equal to 40 characters"]),
    ...(firstMessage === undefined || typeof firstMessage === "string" ? [] : ["firstMessage must be a string"]),
    ...(model === undefined || (isFields(model) && typeof model["provider"] === "string" && typeof model["model"] === "string")
      ? []
      : ["model must have a provider and a model"]),
    ...(messages === undefined || (Array.isArray(messages) && messages.every((one) => isFields(one) && typeof one["role"] === "string"))
      ? []
      : ["model.messages must be an array of messages"]),
  ];
}

function create(call: Call): Reply {
  const body = isFields(call.json) ? call.json : {};
  const issues = issuesOf(body);
  if (issues.length > 0) return bad(...issues);
  const at = new Date(call.now()).toISOString();
  const made: Assistant = { ...body, id: newUuid(call), orgId: ORG, createdAt: at, updatedAt: at };
  assistants(call.state).put(made.id, made);
  return json(201, made);
}

const one =
  (run: (call: Call, found: Assistant) => Reply) =>
  (call: Call): Reply => {
    const found = assistants(call.state).get(call.param("id"));
    return found ? run(call, found) : FAULTS["404"]();
  };

function update(call: Call, before: Assistant): Reply {
  const body = isFields(call.json) ? call.json : {};
  const issues = issuesOf(body);
  if (issues.length > 0) return bad(...issues);
  const changed: Assistant = { ...before, ...body, id: before.id, updatedAt: new Date(call.now()).toISOString() };
  assistants(call.state).put(before.id, changed);
  return json(200, changed);
}

export const assistantOperations: readonly Operation[] = [
  { name: "list_assistants", method: "GET", path: "/assistant", run: (call) => listed(call, assistants(call.state).list()) },
  { name: "create_assistant", method: "POST", path: "/assistant", run: create },
  { name: "get_assistant", method: "GET", path: "/assistant/:id", run: one((_, found) => json(200, found)) },
  { name: "update_assistant", method: "PATCH", path: "/assistant/:id", run: one(update) },
];
