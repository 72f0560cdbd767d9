/** Plays Deepgram: the projects of a key, and recordings turned into text. https://developers.deepgram.com/reference */
import { type Call, defineEmulator, json, type Operation, type Reply } from "@junction/sandbox";
import { FAULTS, failure } from "./emulator/errors.ts";
import { listen, requestOf } from "./emulator/listen.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (digits: string): string => digits.repeat(10);
const [OWNER, SPENT, UNKNOWN] = [key("d00d"), key("0dd0"), key("beef")];
const PROJECT = { project_id: "0a1b2c3d-0000-4000-8000-000000000001", name: "Sandbox Plumbing" };

/** The word may be written small. */
function authenticate({ headers, operation }: Call): Reply | null {
  const [, presented] = /^token (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (presented !== OWNER && presented !== SPENT) return failure(401, "INVALID_AUTH", "Invalid credentials.");
  if (presented === SPENT && operation.startsWith("listen"))
    return failure(
      402,
      "ASR_PAYMENT_REQUIRED",
      "Project does not have enough credits for an ASR request and does not have an overage agreement.",
    );
  return null;
}

function getRequest({ param, state }: Call): Reply {
  const found = param("project_id") === PROJECT.project_id ? requestOf(state, param("request_id")) : undefined;
  return found ? json(200, found) : failure(404, "REQUEST_NOT_FOUND", "Request not found.");
}

const HOSTS = ["api.deepgram.com", "api.eu.deepgram.com", "api.au.deepgram.com", "api.in.deepgram.com"] as const;
const MANAGEMENT: readonly Operation[] = [
  { name: "list_projects", method: "GET", path: "/v1/projects", run: () => json(200, { projects: [PROJECT] }) },
  { name: "get_request", method: "GET", path: "/v1/projects/:project_id/requests/:request_id", run: getRequest },
  {
    name: "list_balances",
    method: "GET",
    path: "/v1/projects/:project_id/balances",
    run: () =>
      json(200, { balances: [{ balance_id: "0a1b2c3d-0000-4000-8000-000000000002", amount: 196.4, units: "usd", purchase_order_id: "" }] }),
  },
];

export default defineEmulator({
  vendor: "deepgram",
  hosts: HOSTS,
  credentials: {
    valid: { api_key: OWNER },
    wrong: { api_key: UNKNOWN },
    /** Of a project whose money is used up. */
    spent: { api_key: SPENT },
    european: { api_key: OWNER, region: "eu" },
  },
  secrets: ["api_key"],
  authenticate,
  operations: [
    ...MANAGEMENT,
    ...HOSTS.map(
      (host, at): Operation => ({ name: at === 0 ? "listen" : `listen_at_${at}`, method: "POST", host, path: "/v1/listen", run: listen }),
    ),
  ],
  fault: (error) => FAULTS[error](),
});
