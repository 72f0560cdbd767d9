/** Plays Tremendous' API v2: the organization, what pays, and rewards as they stand. https://developers.tremendous.com/reference */
import { type Call, defineEmulator, type ErrorFault, json, type Operation, type Reply } from "@junction/sandbox";
import { createOrder, error, getOrder, getReward, leftOf, listCampaigns, listOrders, rewardsOf } from "./emulator/orders.ts";
import { pushes } from "./emulator/pushes.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (environment: string, part: string): string => [environment, part.repeat(4)].join("_");
const LIVE_KEY = key("PROD", "5a0db0c1e2f34a5b");
const TEST_KEY = key("TEST", "6b1ec1d2f3045b6c");
/** Of an organization whose only money may be spent in the dashboard alone. */
const UNPAID_KEY = key("PROD", "7c2fd2e304156c7d");

const unauthorized = (): Reply => error(401, "Unauthorized");

const keyOf = ({ headers }: Call): string => /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? "";

/** A key of one environment is worth nothing in the other. */
function authenticate(call: Call): Reply | null {
  const own = call.url.host === "testflight.tremendous.com" ? [TEST_KEY] : [LIVE_KEY, UNPAID_KEY];
  return own.includes(keyOf(call)) ? null : unauthorized();
}

const listOrganizations = (): Reply =>
  json(200, {
    organizations: [
      {
        id: "SANDBOXORG01",
        name: "Sandbox Plumbing",
        website: "https://sandbox-plumbing.example",
        currency_code: "USD",
        status: "APPROVED",
        created_at: "2024-03-01T12:00:00.000Z",
      },
    ],
  });

function listFundingSources(call: Call): Reply {
  const usage_permissions = keyOf(call) === UNPAID_KEY ? ["dashboard_orders"] : ["api_orders", "dashboard_orders"];
  const meta = { available_cents: leftOf(call.state), pending_cents: 0 };
  return json(200, { funding_sources: [{ id: "BALANCE01", method: "balance", usage_permissions, status: "active", meta }] });
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": () => error(403, "Forbidden"),
  "404": () => error(404, "Not found"),
  "409": () => error(409, "Conflict"),
  "422": () => error(422, "Validation failed", { reward: { value: "is invalid" } }),
  "429": () => error(429, "Too many requests"),
  rate_limit_403: () => error(429, "Too many requests"),
  "500": () => error(500, "Internal server error"),
  "503": () => error(503, "Service unavailable"),
};

const OPERATIONS: readonly Operation[] = [
  { name: "list_organizations", method: "GET", path: "/api/v2/organizations", run: listOrganizations },
  { name: "list_funding_sources", method: "GET", path: "/api/v2/funding_sources", run: listFundingSources },
  { name: "list_campaigns", method: "GET", path: "/api/v2/campaigns", run: listCampaigns },
  { name: "create_order", method: "POST", path: "/api/v2/orders", run: (call) => createOrder(call, keyOf(call) !== UNPAID_KEY) },
  { name: "list_orders", method: "GET", path: "/api/v2/orders", run: listOrders },
  { name: "get_reward", method: "GET", path: "/api/v2/rewards/:id", run: getReward },
  { name: "get_order", method: "GET", path: "/api/v2/orders/:id", run: getOrder },
];
const HOSTS = ["api.tremendous.com", "testflight.tremendous.com"] as const;

export default defineEmulator({
  vendor: "tremendous",
  hosts: HOSTS,
  credentials: {
    valid: { api_key: LIVE_KEY },
    wrong: { api_key: key("PROD", "0123456789abcdef") },
    sandbox: { api_key: TEST_KEY, environment: "sandbox" },
    /** A key of the one environment at the other. */
    mistaken: { api_key: TEST_KEY },
    unpaid: { api_key: UNPAID_KEY },
  },
  secrets: ["api_key"],
  authenticate,
  operations: [...OPERATIONS, ...OPERATIONS.map((one) => ({ ...one, name: `${one.name}_in_sandbox`, host: HOSTS[1] }))],
  fault: (fault) => FAULTS[fault](),
  pushes,
  inbox: (state) =>
    rewardsOf(state)
      .list()
      .map(({ value, recipient, message, at }) => ({
        ...{ title: `Gift card of ${value.denomination} ${value.currency_code} for ${recipient.name ?? recipient.email}`, at },
        text: [recipient.email, message].filter(Boolean).join("\n"),
      })),
});
