/** Plays the Gemini API: models, tokens counted, and content generated. https://ai.google.dev/api */
import { type Call, defineEmulator, json, type Operation, type Reply } from "@junction/sandbox";
import { countTokens, generateContent, MODELS } from "./emulator/content.ts";
import { FAULTS, failure, keyInvalid } from "./emulator/errors.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (tail: string): string => ["AQ", `Ab8RN6${tail}`].join(".");
const [OWNER, LISTS_ONLY, UNKNOWN] = [key("sandboxWithAllRights"), key("sandboxThatMayOnlyList"), key("nobodyKnowsThisOne")];

function authenticate({ headers, query, operation }: Call): Reply | null {
  const presented = headers.get("x-goog-api-key") ?? query.get("key");
  if (presented === null)
    return failure(
      403,
      "PERMISSION_DENIED",
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
    );
  if (presented !== OWNER && presented !== LISTS_ONLY) return keyInvalid();
  if (presented === LISTS_ONLY && !operation.endsWith("_models") && operation !== "get_model")
    return failure(403, "PERMISSION_DENIED", "Requests to this API method are blocked.", "API_KEY_SERVICE_BLOCKED");
  return null;
}

function listModels({ query }: Call): Reply {
  const size = Number(query.get("pageSize") ?? 50);
  if (!Number.isInteger(size) || size < 0) return failure(400, "INVALID_ARGUMENT", "Invalid value at 'page_size'");
  const from = Number(query.get("pageToken") ?? 0);
  const until = from + Math.min(size || 50, 1000);
  return json(200, { models: MODELS.slice(from, until), ...(until < MODELS.length && { nextPageToken: String(until) }) });
}

function getModel({ param }: Call): Reply {
  const model = MODELS.find(({ name }) => name === `models/${param("model")}`);
  return model ? json(200, model) : failure(404, "NOT_FOUND", `models/${param("model")} is not found for API version v1beta.`);
}

const operations: readonly Operation[] = [
  { name: "list_models", method: "GET", path: "/v1beta/models", run: listModels },
  { name: "generate_content", method: "POST", path: "/v1beta/models/:model:generateContent", run: generateContent },
  { name: "count_tokens", method: "POST", path: "/v1beta/models/:model:countTokens", run: countTokens },
  { name: "get_model", method: "GET", path: "/v1beta/models/:model", run: getModel },
];

export default defineEmulator({
  vendor: "gemini",
  hosts: ["generativelanguage.googleapis.com"],
  credentials: {
    valid: { api_key: OWNER },
    wrong: { api_key: UNKNOWN },
    /** Its project lets it see the models, and not use them. */
    restricted: { api_key: LISTS_ONLY },
  },
  secrets: ["api_key"],
  authenticate,
  operations,
  fault: (error) => FAULTS[error](),
});
