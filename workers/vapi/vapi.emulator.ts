/** Plays Vapi's API: assistants, and what it tells of calls. https://docs.vapi.ai/api-reference */
import { type Call, defineEmulator, type ErrorFault, json, mac, type Operation, type Reply, type State } from "@junction/sandbox";

const uuid = (digit: string): string => [8, 4, 4, 4, 12].map((length) => digit.repeat(length)).join("-");
const ORG = uuid("a");
// Put together here, so that no scanner takes them for somebody's.
const [KEY, EUROPEAN, UNKNOWN, PUBLIC] = [uuid("1"), uuid("2"), uuid("3"), uuid("4")];

interface Assistant {
  readonly id: string;
  readonly orgId: string;
  readonly name?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
const assistants = (state: State) => state.collection<Assistant>("assistants");

const nest = (statusCode: number, error: string, message: string | readonly string[]): Reply =>
  json(statusCode, { message, error, statusCode });
const HOT = "Invalid Key. Hot tip, you may be using the private key instead of the public key, or vice versa.";

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": () => nest(401, "Unauthorized", HOT),
  "403": () => nest(403, "Forbidden", "Forbidden resource"),
  "404": () => nest(404, "Not Found", "Couldn't Get Assistant. Does it exist?"),
  "409": () => nest(409, "Conflict", "Already exists."),
  "422": () => nest(400, "Bad Request", ["limit must not be greater than 1000"]),
  "429": () => nest(429, "Too Many Requests", "ThrottlerException: Too Many Requests"),
  rate_limit_403: () => nest(429, "Too Many Requests", "Over Concurrency Limit."),
  "500": () => json(500, { statusCode: 500, message: "Internal server error" }),
  "503": () => nest(503, "Service Unavailable", "Service Unavailable"),
};

/** A European organisation is known on the European host alone, and the other way round. */
function authenticate({ headers, url }: Call): Reply | null {
  const own = url.host === "api.eu.vapi.ai" ? EUROPEAN : KEY;
  return headers.get("authorization") === `Bearer ${own}` ? null : FAULTS["401"]();
}

function list({ query, state }: Call): Reply {
  const limit = Number(query.get("limit") ?? 100);
  if (!Number.isInteger(limit) || limit < 0 || limit > 1000) return FAULTS["422"]();
  const [after, before] = [query.get("createdAtGt"), query.get("createdAtLt")];
  const found = assistants(state)
    .list()
    .filter(({ createdAt }) => (after === null || createdAt > after) && (before === null || createdAt < before))
    .toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return json(200, found.slice(0, limit));
}

function create(call: Call): Reply {
  const at = new Date(call.now()).toISOString();
  const given = typeof call.json === "object" && call.json !== null ? call.json : {};
  const made = { ...given, id: [8, 4, 4, 4, 12].map((length) => call.random(length)).join("-"), orgId: ORG, createdAt: at, updatedAt: at };
  assistants(call.state).put(made.id, made);
  return json(201, made);
}

function get({ state, param }: Call): Reply {
  const found = assistants(state).get(param("id"));
  return found ? json(200, found) : FAULTS["404"]();
}

const both = (operation: Operation): readonly Operation[] => [
  operation,
  { ...operation, name: `${operation.name}_eu`, host: "api.eu.vapi.ai" },
];

const CALLER = { number: "+12025550101", name: "Ada Byron" };
/** A call as every message carries it. */
const callOf = (id: string, entity: number, now: number) => ({
  call: { id, orgId: ORG, type: "inboundPhoneCall", createdAt: new Date(now - 95_000).toISOString() },
  customer: { ...CALLER, number: `+1202555${String(entity % 10_000).padStart(4, "0")}` },
  phoneNumber: { id: uuid("9"), provider: "twilio", number: "+12025550123" },
  timestamp: now,
});

export default defineEmulator({
  vendor: "vapi",
  hosts: ["api.vapi.ai", "api.eu.vapi.ai"],
  credentials: {
    valid: { private_key: KEY },
    wrong: { private_key: UNKNOWN },
    european: { private_key: EUROPEAN, region: "eu" },
    /** For its web client alone. */
    public_key: { private_key: PUBLIC },
  },
  secrets: ["private_key"],
  authenticate,
  seed(state, now) {
    const at = new Date(now - 86_400_000).toISOString();
    assistants(state).put(uuid("b"), { id: uuid("b"), orgId: ORG, name: "Front desk", createdAt: at, updatedAt: at });
  },
  operations: [
    ...both({ name: "list_assistants", method: "GET", path: "/assistant", run: list }),
    ...both({ name: "create_assistant", method: "POST", path: "/assistant", run: create }),
    ...both({ name: "get_assistant", method: "GET", path: "/assistant/:id", run: get }),
  ],
  fault: (error) => FAULTS[error](),
  inbox: (state) =>
    assistants(state)
      .list()
      .map(({ name, id, createdAt }) => ({ title: `Assistant ${name ?? id}`, text: id, at: Date.parse(createdAt) })),
  pushes: {
    kinds: {
      "call.completed": ({ id, entity, now }) => ({
        type: "end-of-call-report",
        body: JSON.stringify({
          message: {
            type: "end-of-call-report",
            ...callOf(id, entity, now),
            endedReason: "customer-ended-call",
            startedAt: new Date(now - 90_000).toISOString(),
            endedAt: new Date(now).toISOString(),
            cost: 0.12,
            artifact: {
              transcript: "AI: Sandbox Plumbing, how can I help?\nUser: My water heater leaks.\n",
              recording: { mono: { combinedUrl: `https://storage.vapi.ai/${id}-mono.wav` } },
            },
            analysis: { summary: "The caller's water heater leaks; a visit was agreed for tomorrow.", successEvaluation: "true" },
          },
        }),
      }),
      "call.started": ({ id, entity, now }) => ({
        type: "status-update",
        body: JSON.stringify({ message: { type: "status-update", ...callOf(id, entity, now), status: "in-progress" } }),
      }),
    },
    /** The defaults of an HMAC credential. */
    async sign({ body, secret, now }) {
      const timestamp = String(Math.floor(now / 1000));
      const signature = await mac("SHA-256", secret, "hex", `${timestamp}.${body}`);
      return { headers: { "content-type": "application/json", "x-timestamp": timestamp, "x-signature": signature }, body };
    },
  },
});
