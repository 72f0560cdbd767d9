/** Plays Stripe's API of version 2023-08-16, in test mode. https://docs.stripe.com/api */
import { type Call, defineEmulator, type ErrorFault, json, type Reply, type State } from "@junction/sandbox";
import { checkout } from "./emulator/checkout.ts";
import { cardName, customerOperations, type PaymentMethod, seedCustomers } from "./emulator/customers.ts";
import { BUY, linkOperations, type PaymentLink } from "./emulator/links.ts";
import { type Charge, type Intent, paymentOperations } from "./emulator/payments.ts";
import { pushes } from "./emulator/pushes.ts";
import { type Refund, refundOperations } from "./emulator/refunds.ts";
import { money, stripeError } from "./emulator/request.ts";
import { type Subscription, subscriptionOperations } from "./emulator/subscriptions.ts";

const ACCOUNT = "acct_1SandboxJunction";
// Put together here, so that no scanner takes them for somebody's.
const key = (kind: "sk" | "rk", tail: string): string => [kind, "test", tail].join("_");
const SECRET = key("sk", "51SandboxWholeRights4eC39HqLyjWDarjtT1zdp7dc");
const EXPIRED = key("sk", "51SandboxExpiredKeyAAAAAAAAAAAAAAAAAAAAAAAAA");
const RESTRICTED = key("rk", "51SandboxReadsOnly0BBBBBBBBBBBBBBBBBBBBBBBBB");

/** Operation → the permission a restricted key needs for it, as the Dashboard and as the error name it. */
const PERMISSIONS: Readonly<Record<string, readonly [label: string, name: string]>> = {
  get_balance: ["Balance Read", "balance_read"],
  list_customers: ["Customers Read", "customer_read"],
  search_customers: ["Customers Read", "customer_read"],
  get_customer: ["Customers Read", "customer_read"],
  create_customer: ["Customers Write", "customer_write"],
  list_payment_methods: ["PaymentMethods Read", "payment_method_read"],
  get_payment_method: ["PaymentMethods Read", "payment_method_read"],
  attach_payment_method: ["PaymentMethods Write", "payment_method_write"],
  list_payment_intents: ["PaymentIntents Read", "payment_intent_read"],
  get_payment_intent: ["PaymentIntents Read", "payment_intent_read"],
  create_payment_intent: ["PaymentIntents Write", "payment_intent_write"],
  confirm_payment_intent: ["PaymentIntents Write", "payment_intent_write"],
  cancel_payment_intent: ["PaymentIntents Write", "payment_intent_write"],
  list_charges: ["Charges and Refunds Read", "charge_read"],
  get_charge: ["Charges and Refunds Read", "charge_read"],
  list_refunds: ["Charges and Refunds Read", "charge_read"],
  get_refund: ["Charges and Refunds Read", "charge_read"],
  create_refund: ["Charges and Refunds Write", "charge_write"],
  create_product: ["Products Write", "product_write"],
  create_price: ["Prices Write", "plan_write"],
  list_prices: ["Prices Read", "plan_read"],
  create_payment_link: ["Payment Links Write", "payment_links_write"],
  update_payment_link: ["Payment Links Write", "payment_links_write"],
  get_payment_link: ["Payment Links Read", "payment_links_read"],
  create_subscription: ["Subscriptions Write", "subscription_write"],
  update_subscription: ["Subscriptions Write", "subscription_write"],
  cancel_subscription: ["Subscriptions Write", "subscription_write"],
  get_subscription: ["Subscriptions Read", "subscription_read"],
  list_subscriptions: ["Subscriptions Read", "subscription_read"],
};
const GRANTED = ["balance_read", "customer_read", "payment_method_read", "payment_intent_read", "charge_read"];

const masked = (presented: string): string => `${presented.slice(0, 8)}${"*".repeat(8)}${presented.slice(-4)}`;

function presentedKey(call: Call): string | null {
  const [, scheme, rest = ""] = /^(Bearer|Basic) +(\S+)$/i.exec(call.headers.get("authorization") ?? "") ?? [];
  if (scheme === undefined) return null;
  if (scheme.toLowerCase() === "bearer") return rest;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(rest) || rest.length % 4 !== 0) return null;
  return atob(rest).split(":")[0] ?? null;
}

function authenticate(call: Call): Reply | null {
  const presented = presentedKey(call);
  if (presented === null || presented === "") {
    const message =
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').";
    return {
      ...stripeError(401, { message }),
      headers: { "content-type": "application/json", "www-authenticate": 'Bearer realm="Stripe"' },
    };
  }
  if (presented === EXPIRED)
    return stripeError(401, { code: "api_key_expired", message: `Expired API Key provided: ${masked(presented)}` });
  if (presented !== SECRET && presented !== RESTRICTED)
    return stripeError(401, { message: `Invalid API Key provided: ${masked(presented)}` });
  const account = call.headers.get("stripe-account");
  if (account !== null && account !== ACCOUNT) {
    const message = `The provided key '${masked(presented)}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`;
    return stripeError(403, { code: "account_invalid", message });
  }
  const [label, name = ""] = PERMISSIONS[call.operation] ?? [];
  return presented === SECRET || GRANTED.includes(name) ? null : lacking(presented, label ?? call.operation, name);
}

function lacking(presented: string, label: string, name: string): Reply {
  const message = `The provided key '${masked(presented)}' does not have the required permissions for this endpoint on account '${ACCOUNT}'. Enabling ${label} ('${name}') permissions on this key would allow this request to continue.`;
  return stripeError(403, { code: "more_permissions_required", message });
}

interface Remembered {
  readonly path: string;
  readonly parameters: string;
  /** Null while the first request is still worked on. */
  readonly reply: Reply | null;
  readonly at: number;
}
const keysOf = (call: Call) => call.state.collection<Remembered>("idempotency_keys");
const DAY = 86_400_000;
const ABANDONED = 60_000;

/** https://docs.stripe.com/api/idempotent_requests */
function admit(call: Call): Reply | null {
  const id = call.headers.get("idempotency-key");
  if (call.method !== "POST" || id === null) return null;
  if (id.length > 255)
    return stripeError(400, { type: "idempotency_error", message: "Idempotency keys can be at most 255 characters long." });
  const parameters = [...call.form]
    .map((pair) => pair.join("="))
    .sort()
    .join("&");
  const known = keysOf(call).get(id);
  if (known && call.now() - known.at < (known.reply === null ? ABANDONED : DAY)) {
    const advice = `Try using a key other than '${id}' if you meant to execute a different request.`;
    if (known.path !== call.url.pathname) {
      const message = `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${call.url.pathname}' vs '${known.path}'). ${advice}`;
      return stripeError(400, { type: "idempotency_error", message });
    }
    if (known.parameters !== parameters) {
      return stripeError(400, {
        type: "idempotency_error",
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. ${advice}`,
      });
    }
    if (known.reply !== null) return { ...known.reply, headers: { ...known.reply.headers, "idempotent-replayed": "true" } };
    const message = `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${id}. Please try again later.`;
    return stripeError(409, { type: "idempotency_error", code: "idempotency_key_in_use", message });
  }
  keysOf(call).put(id, { path: call.url.pathname, parameters, reply: null, at: call.now() });
  return null;
}

function finish(call: Call, reply: Reply): Reply {
  if (call.url.host === BUY) return reply;
  const id = call.headers.get("idempotency-key");
  const version = call.headers.get("stripe-version") ?? "2023-08-16";
  const whole: Reply = {
    ...reply,
    headers: {
      ...reply.headers,
      "request-id": `req_${call.random(14)}`,
      "stripe-version": version,
      ...(id !== null && { "idempotency-key": id }),
    },
  };
  const known = id === null || call.method !== "POST" ? undefined : keysOf(call).get(id);
  if (id === null || known === undefined) return whole;
  // What never began to execute is not remembered: the same key may be tried again with better parameters.
  if (reply.status === 400 || reply.status === 404) keysOf(call).delete(id);
  else keysOf(call).put(id, { ...known, reply: whole });
  return whole;
}

const FAULTS: Readonly<Record<ErrorFault, (call: Call) => Reply>> = {
  "401": () => stripeError(401, { message: `Invalid API Key provided: ${masked(SECRET)}` }),
  "403": ({ operation }) => {
    const [label, name] = PERMISSIONS[operation] ?? ["Balance Read", "balance_read"];
    return lacking(RESTRICTED, label, name);
  },
  "404": ({ method, url }) =>
    stripeError(404, { code: "resource_missing", message: `Unrecognized request URL (${method}: ${url.pathname}).` }),
  "409": () =>
    stripeError(409, {
      type: "idempotency_error",
      code: "idempotency_key_in_use",
      message: "There is currently another in-progress request using this Idempotent Key.",
    }),
  "422": () => stripeError(400, { code: "parameter_missing", message: "Missing required param: amount.", param: "amount" }),
  "429": () =>
    stripeError(429, {
      code: "rate_limit",
      message: "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
    }),
  rate_limit_403: () =>
    stripeError(429, {
      code: "lock_timeout",
      message: "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.",
    }),
  "500": () => stripeError(500, { type: "api_error", message: "An error occurred with our connection to the card networks." }),
  "503": () => stripeError(503, { type: "api_error", message: "Stripe is temporarily unavailable." }),
};

function inbox(state: State) {
  const methods = state.collection<PaymentMethod>("payment_methods");
  const intents = state
    .collection<Intent>("payment_intents")
    .list()
    .filter(({ status }) => status === "succeeded");
  return [
    ...intents.map(({ amount, currency, customer, description, payment_method, created }) => {
      const method = payment_method === null ? undefined : methods.get(payment_method);
      return {
        title: `${money(amount, currency)} charged to ${method ? cardName(method) : "a card"}`,
        text: [description, customer].filter(Boolean).join("\n"),
        at: created * 1000,
      };
    }),
    ...state
      .collection<Refund>("refunds")
      .list()
      .map(({ amount, currency, payment_intent, created }) => ({
        title: `${money(amount, currency)} refunded`,
        text: payment_intent,
        at: created * 1000,
      })),
    ...state
      .collection<PaymentLink>("payment_links")
      .list()
      .map((link) => ({
        title: `Payment link over ${money(link.total_in_sandbox, link.currency)}`,
        text: [link.name_in_sandbox, link.paid_in_sandbox ? "Paid" : `Pay: /sandbox/${link.url.replace("https://", "")}`].join("\n"),
        at: link.created_by_sandbox_at,
      })),
    ...state
      .collection<Subscription>("subscriptions")
      .list()
      .map((one) => ({
        title: `${money(Number(one["total_in_sandbox"]), String(one["currency"]))} charged again and again`,
        text: [one["description"], one.customer, one.cancel_at_period_end ? "ends with the time that is paid for" : one.status].join("\n"),
        at: one.created * 1000,
      })),
  ];
}

const PAGE = { host: BUY, path: "/:slug", authenticated: false, apart: true } as const;

export default defineEmulator({
  vendor: "stripe",
  hosts: ["api.stripe.com", BUY],
  credentials: {
    valid: { api_key: SECRET },
    wrong: { api_key: key("sk", "51SandboxNobodyKnowsThisCCCCCCCCCCCCCCCCCCCC") },
    expired: { api_key: EXPIRED },
    restricted: { api_key: RESTRICTED },
  },
  secrets: ["api_key"],
  authenticate,
  admit,
  finish,
  seed: seedCustomers,
  operations: [
    {
      name: "get_balance",
      method: "GET",
      path: "/v1/balance",
      run(call) {
        const charges = call.state
          .collection<Charge>("charges")
          .list()
          .filter(({ status }) => status === "succeeded");
        const amount = charges.reduce((sum, charge) => sum + charge.amount - charge.amount_refunded, 0);
        return json(200, {
          object: "balance",
          available: [{ amount: 0, currency: "usd", source_types: { card: 0 } }],
          livemode: false,
          pending: [{ amount, currency: "usd", source_types: { card: amount } }],
        });
      },
    },
    ...customerOperations,
    ...paymentOperations,
    ...refundOperations,
    ...linkOperations,
    ...subscriptionOperations,
    { ...PAGE, name: "open_checkout", method: "GET", run: checkout },
    { ...PAGE, name: "pay", method: "POST", run: checkout },
  ],
  fault: (error, call) => FAULTS[error](call),
  pushes,
  inbox,
});
