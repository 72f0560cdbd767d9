/** Plays Square's Connect API of 2025-08-20, its payment pages, and a Terminal with somebody before it. https://developer.squareup.com/reference/square */
import { type Call, defineEmulator, type ErrorFault, json, type Operation, type Reply, type State } from "@junction/sandbox";
import { listCards, seedCards } from "./emulator/cards.ts";
import { getCustomer, listCustomers, searchCustomers, seedCustomers } from "./emulator/customers.ts";
import { checkout, createLink, linksOf, SHOP } from "./emulator/links.ts";
import { createPayment, getPayment, getRefund, LOCATION_ID, type Payment, type Refund, refundPayment } from "./emulator/payments.ts";
import { MERCHANT, pushes } from "./emulator/pushes.ts";
import { error, inWords, known, remember } from "./emulator/request.ts";
import {
  cancelSubscription,
  createSubscription,
  getSubscription,
  subscriptionsOf,
  upsert,
  variationsOf,
} from "./emulator/subscriptions.ts";
import { cancelCheckout, checkoutsOf, createCheckout, getCheckout, listCodes, terminal } from "./emulator/terminals.ts";

// Put together here, so that no scanner takes them for somebody's.
const LIVE = "connect.squareup.com";
const SANDBOX = "connect.squareupsandbox.com";

const token = (tail: string): string => ["EAAA", tail].join("");
const TOKEN = token("ESandboxPlumbingAccessTokenWithAllRights0123456789");
/** Of the merchant's, and may not see its profile. */
const NARROW = token("ESandboxPlumbingAccessTokenForCustomersAlone012345");

const unauthorized = (): Reply => error(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "This request could not be authorized.");
const lacking = (): Reply =>
  error(
    403,
    "AUTHENTICATION_ERROR",
    "INSUFFICIENT_SCOPES",
    "The merchant has not given your application sufficient permissions to do that. The merchant must authorize your application for the following scopes: MERCHANT_PROFILE_READ",
  );

function authenticate({ headers }: Call): Reply | null {
  const [, given] = /^Bearer (\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (given === NARROW) return lacking();
  return given === TOKEN ? null : unauthorized();
}

const LOCATION = {
  id: LOCATION_ID,
  name: "Main shop",
  address: { address_line_1: "12 Elm St", locality: "Springfield", administrative_district_level_1: "NY", country: "US" },
  timezone: "America/New_York",
  capabilities: ["CREDIT_CARD_PROCESSING"],
  status: "ACTIVE",
  created_at: "2024-03-01T12:00:00.000Z",
  merchant_id: MERCHANT,
  country: "US",
  language_code: "en-US",
  currency: "USD",
  business_name: "Sandbox Plumbing",
  type: "PHYSICAL",
};

function listLocations({ headers }: Call): Reply {
  const version = headers.get("square-version") ?? "2025-08-20";
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version))
    return error(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", `Invalid Square-Version: ${version.slice(0, 20)}`);
  return { ...json(200, { locations: [LOCATION] }), headers: { "content-type": "application/json", "square-version": version } };
}

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unauthorized,
  "403": lacking,
  "404": () => error(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Resource not found."),
  "409": () => error(409, "INVALID_REQUEST_ERROR", "CONFLICT", "The resource was changed by another request."),
  "422": () => error(400, "INVALID_REQUEST_ERROR", "INVALID_VALUE", "Invalid value.", "query.filter"),
  "429": () => error(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests have been made."),
  rate_limit_403: () => error(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests have been made."),
  "500": () => error(500, "API_ERROR", "INTERNAL_SERVER_ERROR", "An internal error has occurred."),
  "503": () => error(503, "API_ERROR", "SERVICE_UNAVAILABLE", "Service Unavailable."),
};

const ONE = "/v2/subscriptions/:subscription";
const operations: readonly Operation[] = [
  { name: "list_locations", method: "GET", path: "/v2/locations", run: listLocations },
  { name: "list_customers", method: "GET", path: "/v2/customers", run: listCustomers },
  { name: "search_customers", method: "POST", path: "/v2/customers/search", run: searchCustomers },
  { name: "get_customer", method: "GET", path: "/v2/customers/:customer", run: getCustomer },
  { name: "list_cards", method: "GET", path: "/v2/cards", run: listCards },
  { name: "create_payment", method: "POST", path: "/v2/payments", takesMs: 20, run: createPayment },
  { name: "get_payment", method: "GET", path: "/v2/payments/:payment", run: getPayment },
  { name: "refund_payment", method: "POST", path: "/v2/refunds", takesMs: 20, run: refundPayment },
  { name: "get_refund", method: "GET", path: "/v2/refunds/:refund", run: getRefund },
  { name: "create_payment_link", method: "POST", path: "/v2/online-checkout/payment-links", takesMs: 20, run: createLink },
  { name: "list_device_codes", method: "GET", path: "/v2/devices/codes", run: listCodes },
  { name: "create_checkout", method: "POST", path: "/v2/terminals/checkouts", takesMs: 20, run: createCheckout },
  { name: "get_checkout", method: "GET", path: "/v2/terminals/checkouts/:checkout", run: getCheckout },
  { name: "cancel_checkout", method: "POST", path: "/v2/terminals/checkouts/:checkout/cancel", run: cancelCheckout },
  { name: "upsert_catalog", method: "POST", path: "/v2/catalog/batch-upsert", takesMs: 20, run: upsert },
  { name: "create_subscription", method: "POST", path: "/v2/subscriptions", takesMs: 20, run: createSubscription },
  { name: "get_subscription", method: "GET", path: ONE, run: getSubscription },
  { name: "cancel_subscription", method: "POST", path: `${ONE}/cancel`, run: cancelSubscription },
];
const PAGE = { authenticated: false, apart: true } as const;

function inbox(state: State) {
  const at = (iso: string) => Date.parse(iso);
  const all = { state };
  return [
    ...state
      .collection<Payment>("payments")
      .list()
      .map(({ total_money, note, created_at }) => ({ title: `${inWords(total_money)} paid`, text: note ?? "", at: at(created_at) })),
    ...state
      .collection<Refund>("refunds")
      .list()
      .map(({ amount_money, payment_id, created_at }) => ({
        ...{ title: `${inWords(amount_money)} given back`, text: payment_id, at: at(created_at) },
      })),
    ...linksOf(all)
      .list()
      .map(({ name, slug, total, paid, at }) => ({
        ...{ title: `Payment link over ${inWords(total)}`, at },
        text: [name, paid ? "Paid" : `Pay: /sandbox/${SHOP}/u/${slug}`].join("\n"),
      })),
    ...checkoutsOf(all)
      .list()
      .map(({ id, amount_money, note, status, created_at }) => ({
        ...{ title: `Card terminal: ${inWords(amount_money)}`, at: at(created_at) },
        text: [note ?? "", `${status}: /sandbox/${LIVE}/terminal/${id}`].join("\n"),
      })),
    ...subscriptionsOf(all)
      .list()
      .map(({ plan_variation_id, customer_id, canceled_date, created_at }) => {
        const plan = variationsOf(all).get(plan_variation_id);
        const title = plan ? `${inWords(plan.price)} ${plan.cadence.toLowerCase()}` : "A subscription";
        return {
          title,
          text: [plan?.name, customer_id, canceled_date && `ends ${canceled_date}`].filter(Boolean).join("\n"),
          at: at(created_at),
        };
      }),
  ];
}

export default defineEmulator({
  vendor: "square",
  hosts: [LIVE, SANDBOX, SHOP],
  credentials: {
    valid: { access_token: TOKEN, location: LOCATION_ID },
    wrong: { access_token: token("ENobodyKnowsThisAccessToken0123456789012345678901") },
    narrow: { access_token: NARROW },
    sandbox: { access_token: TOKEN, environment: "sandbox" },
  },
  secrets: ["access_token"],
  authenticate,
  seed(state, now) {
    seedCustomers(state, now);
    seedCards(state);
  },
  admit: known,
  finish: remember,
  operations: [
    ...[LIVE, SANDBOX].flatMap((host) =>
      operations.map((one) => ({ ...one, host, name: host === LIVE ? one.name : `${one.name}_in_sandbox` })),
    ),
    { name: "open_checkout", host: SHOP, method: "GET", path: "/u/:slug", ...PAGE, run: checkout },
    { name: "pay", host: SHOP, method: "POST", path: "/u/:slug", ...PAGE, run: checkout },
    { name: "see_terminal", host: LIVE, method: "GET", path: "/terminal/:checkout", ...PAGE, run: terminal },
    { name: "use_terminal", host: LIVE, method: "POST", path: "/terminal/:checkout", ...PAGE, run: terminal },
  ],
  fault: (fault) => FAULTS[fault](),
  pushes: pushes(),
  inbox,
});
