/** Stripe's subscriptions, billed from a saved card. https://docs.stripe.com/api/subscriptions */
import { type Call, json, type Operation, type Reply, refuse } from "@junction/sandbox";
import { behaviourOf, type Customer, type PaymentMethod } from "./customers.ts";
import type { Price } from "./links.ts";
import { list, ownedBy } from "./payments.ts";
import { booleanOf, find, integerOf, invalid, newId, parameters, partOf, seconds, stripeError, textOf } from "./request.ts";

export interface Subscription {
  readonly id: string;
  readonly customer: string;
  readonly status: "active" | "canceled" | "incomplete";
  readonly cancel_at_period_end: boolean;
  readonly current_period_end: number;
  readonly created: number;
  readonly [more: string]: unknown;
}

const DAY = 86_400;
const SECONDS = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY } as const;

const CREATE = {
  required: ["customer", "items"],
  optional: [
    "cancel_at_period_end",
    "collection_method",
    "currency",
    "default_payment_method",
    "description",
    "off_session",
    "payment_behavior",
    "payment_settings",
    "proration_behavior",
    "trial_period_days",
  ],
};
const BEHAVIOURS = ["allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"];

function create(call: Call): Reply {
  const values = parameters(call, CREATE);
  const customer = find<Customer>(call, "customers", textOf(values, "customer") ?? "", "customer");
  const behaviour = textOf(values, "payment_behavior") ?? "allow_incomplete";
  if (!BEHAVIOURS.includes(behaviour))
    invalid({ message: `Invalid payment_behavior: must be one of ${BEHAVIOURS.join(", ")}`, param: "payment_behavior" });
  const items = Object.entries(partOf(values, "items")).map(([index, item]) => {
    const at = `items[${index}]`;
    if (typeof item !== "object") return invalid({ message: "Invalid object", param: at });
    const price = textOf(item, "price");
    if (price === undefined)
      return invalid({ code: "parameter_missing", message: `Missing required param: ${at}[price].`, param: `${at}[price]` });
    const found = find<Price>(call, "prices", price, `${at}[price]`);
    if (found.recurring === null) {
      const message = "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`.";
      return invalid({ message, param: `${at}[price]` });
    }
    return { price: found, quantity: integerOf(item, "quantity", `${at}[quantity]`) ?? 1, every: found.recurring };
  });
  const [first] = items;
  if (!first) return invalid({ message: "Invalid array", param: "items" });
  const method = methodOf(call, customer.id, textOf(values, "default_payment_method"));
  const issuer = behaviourOf(method);
  if (issuer.code !== undefined && behaviour === "error_if_incomplete") {
    const { code, decline, message = "Your card was declined." } = issuer;
    return refuse(stripeError(402, { type: "card_error", code, ...(decline !== undefined && { decline_code: decline }), message }));
  }
  const start = seconds(call);
  const made: Subscription = {
    id: newId(call, "sub"),
    object: "subscription",
    billing_cycle_anchor: start,
    cancel_at: null,
    cancel_at_period_end: booleanOf(values, "cancel_at_period_end"),
    canceled_at: null,
    collection_method: "charge_automatically",
    created: start,
    currency: first.price.currency,
    current_period_end: start + SECONDS[first.every.interval] * first.every.interval_count,
    current_period_start: start,
    customer: customer.id,
    default_payment_method: method.id,
    description: textOf(values, "description") ?? null,
    ended_at: null,
    items: {
      object: "list",
      data: items.map(({ price, quantity }) => ({ id: newId(call, "si"), object: "subscription_item", price, quantity })),
      has_more: false,
    },
    latest_invoice: newId(call, "in"),
    livemode: false,
    metadata: partOf(values, "metadata"),
    start_date: start,
    status: issuer.code === undefined ? "active" : "incomplete",
    total_in_sandbox: items.reduce((sum, { price, quantity }) => sum + (price.unit_amount ?? 0) * quantity, 0),
  };
  return keep(call, made);
}

function methodOf(call: Call, customer: string, id: string | undefined): PaymentMethod {
  if (id !== undefined) return ownedBy(find<PaymentMethod>(call, "payment_methods", id, "default_payment_method"), customer);
  const message =
    "This customer has no attached payment source or default payment method. Please consider adding a default payment method.";
  return invalid({ code: "resource_missing", message });
}

/** Keeps it; what the inbox alone needs is not shown. */
function keep(call: Call, subscription: Subscription): Reply {
  call.state.collection<Subscription>("subscriptions").put(subscription.id, subscription);
  return shown(subscription);
}
const shown = ({ total_in_sandbox: _total, ...subscription }: Subscription): Reply => json(200, subscription);

const named = (call: Call): Subscription => find<Subscription>(call, "subscriptions", call.param("subscription"));
function alive(subscription: Subscription): Subscription {
  if (subscription.status !== "canceled") return subscription;
  return invalid({ code: "resource_missing", message: "A canceled subscription can only update its cancellation_details and metadata." });
}

function update(call: Call): Reply {
  const values = parameters(call, { optional: [...CREATE.optional, "items", "cancel_at"] });
  const subscription = alive(named(call));
  if (values["cancel_at_period_end"] === undefined) return shown(subscription);
  const ends = booleanOf(values, "cancel_at_period_end");
  const end = ends ? subscription.current_period_end : null;
  return keep(call, { ...subscription, cancel_at_period_end: ends, cancel_at: end, canceled_at: ends ? seconds(call) : null });
}

function cancel(call: Call): Reply {
  const subscription = named(call);
  if (subscription.status === "canceled") return refuse(gone(subscription.id));
  return keep(call, { ...subscription, status: "canceled", canceled_at: seconds(call), ended_at: seconds(call) });
}
const gone = (id: string): Reply => stripeError(404, { code: "resource_missing", message: `No such subscription: '${id}'`, param: "id" });

const ONE = "/v1/subscriptions/:subscription";
export const subscriptionOperations: readonly Operation[] = [
  { name: "create_subscription", method: "POST", path: "/v1/subscriptions", takesMs: 20, run: create },
  {
    name: "list_subscriptions",
    method: "GET",
    path: "/v1/subscriptions",
    run: list<Subscription>("subscriptions", ["customer", "status"]),
  },
  { name: "get_subscription", method: "GET", path: ONE, run: (call) => shown(named(call)) },
  { name: "update_subscription", method: "POST", path: ONE, takesMs: 20, run: update },
  { name: "cancel_subscription", method: "DELETE", path: ONE, takesMs: 20, run: cancel },
];
