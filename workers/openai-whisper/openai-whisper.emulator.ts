/** Plays OpenAI's API as far as recordings go. https://platform.openai.com/docs/api-reference/audio */
import { type Call, defineEmulator, json, type Reply } from "@junction/sandbox";
import { FAULTS, failure, lacking, spent } from "./emulator/errors.ts";
import { MODELS, transcribe } from "./emulator/transcriptions.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (tail: string): string => ["sk", "proj", tail].join("-");
const [OWNER, TALKS_ONLY, SPENT, UNKNOWN] = [key("sandboxAllRights"), key("sandboxAudioOnly"), key("sandboxSpent"), key("nobodyKnowsThis")];
const [ORGANIZATION, PROJECT] = ["org-sandboxPlumbing", "proj_sandboxPlumbing"];

function authenticate({ headers, operation }: Call): Reply | null {
  const [, presented] = /^Bearer (\S+)$/.exec(headers.get("authorization") ?? "") ?? [];
  if (presented === undefined)
    return failure(
      401,
      "invalid_request_error",
      null,
      "You didn't provide an API key. You need to provide your API key in an Authorization header.",
    );
  if (![OWNER, TALKS_ONLY, SPENT].includes(presented))
    return failure(401, "invalid_request_error", "invalid_api_key", `Incorrect API key provided: ${presented.slice(0, 8)}****.`);
  const organization = headers.get("openai-organization");
  if (organization !== null && organization !== ORGANIZATION)
    return failure(
      401,
      "invalid_request_error",
      "mismatched_organization",
      "OpenAI-Organization header should match organization for API key",
    );
  const project = headers.get("openai-project");
  if (project !== null && project !== PROJECT)
    return failure(401, "invalid_request_error", "mismatched_project", "OpenAI-Project header should match project for API key");
  if (presented === TALKS_ONLY && operation.includes("model")) return lacking("api.model.read");
  if (presented === SPENT && operation === "create_transcription") return spent();
  return null;
}

const shown = (id: string) => ({ id, object: "model", created: 1_677_532_384, owned_by: "openai-internal" });

function getModel({ param }: Call): Reply {
  const id = param("model");
  if (MODELS.includes(id)) return json(200, shown(id));
  return failure(404, "invalid_request_error", "model_not_found", `The model '${id}' does not exist`, "model");
}

export default defineEmulator({
  vendor: "openai-whisper",
  hosts: ["api.openai.com"],
  credentials: {
    valid: { api_key: OWNER },
    wrong: { api_key: UNKNOWN },
    /** Restricted: may transcribe, and not list models. */
    restricted: { api_key: TALKS_ONLY },
    /** Of an account whose money is used up. */
    spent: { api_key: SPENT },
    member: { api_key: OWNER, organization: ORGANIZATION, project: PROJECT },
    stranger: { api_key: OWNER, organization: "org-somebodyElse" },
  },
  secrets: ["api_key"],
  authenticate,
  operations: [
    { name: "list_models", method: "GET", path: "/v1/models", run: () => json(200, { object: "list", data: MODELS.map(shown) }) },
    { name: "get_model", method: "GET", path: "/v1/models/:model", run: getModel },
    { name: "create_transcription", method: "POST", path: "/v1/audio/transcriptions", run: transcribe },
  ],
  finish: (call, reply) => ({ ...reply, headers: { ...reply.headers, "x-request-id": `req_${call.random(32)}` } }),
  fault: (error) => FAULTS[error](),
});
