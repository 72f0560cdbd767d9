/** Stripe's payment intents and the charges they make. https://docs.stripe.com/api/payment_intents */
import { type Call, json, type Operation, type Reply } from "@junction/sandbox";
import { behaviourOf, type Customer, type PaymentMethod, usePaymentMethod } from "./customers.ts";
import {
  booleanOf,
  currencyOf,
  find,
  integerOf,
  invalid,
  listed,
  money,
  newId,
  PAGING,
  parameters,
  partOf,
  seconds,
  stripeError,
  textOf,
  type Values,
} from "./request.ts";
import { tell } from "./tell.ts";

export interface Intent {
  readonly id: string;
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly status: string;
  readonly payment_method: string | null;
  readonly latest_charge: string | null;
  readonly created: number;
  readonly metadata: Values;
  readonly [more: string]: unknown;
}
export interface Charge {
  readonly id: string;
  readonly amount: number;
  readonly amount_refunded: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly status: "succeeded" | "failed";
  readonly [more: string]: unknown;
}

const CREATE = {
  required: ["amount", "currency"],
  optional: [
    "automatic_payment_methods",
    "capture_method",
    "confirm",
    "confirmation_method",
    "customer",
    "description",
    "error_on_requires_action",
    "mandate",
    "mandate_data",
    "off_session",
    "payment_method",
    "payment_method_options",
    "payment_method_types",
    "receipt_email",
    "return_url",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "use_stripe_sdk",
  ],
};
const CONFIRM = [
  "capture_method",
  "client_secret",
  "error_on_requires_action",
  "off_session",
  "payment_method",
  "payment_method_options",
  "payment_method_types",
  "receipt_email",
  "return_url",
  "setup_future_usage",
  "shipping",
  "use_stripe_sdk",
];

export function createIntent(call: Call): Reply {
  const values = parameters(call, CREATE);
  const currency = currencyOf(values);
  const amount = integerOf(values, "amount") ?? 0;
  if (amount < 1)
    invalid({ code: "parameter_invalid_integer", message: "This value must be greater than or equal to 1.", param: "amount" });
  if (amount < 50)
    invalid({ code: "amount_too_small", message: `Amount must be at least ${money(50, currency)} ${currency}`, param: "amount" });
  if (amount > 99_999_999)
    invalid({ code: "amount_too_large", message: `Amount must be no more than ${money(99_999_999, currency)}`, param: "amount" });
  const customer = textOf(values, "customer");
  if (customer !== undefined) find<Customer>(call, "customers", customer, "customer");
  const confirm = booleanOf(values, "confirm");
  if (textOf(values, "off_session") !== undefined && !confirm)
    invalid({ message: "When `confirm=true` is not passed, you cannot pass `off_session`.", param: "off_session" });
  const id = newId(call, "pi");
  const intent: Intent = {
    id,
    object: "payment_intent",
    amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: values["payment_method_types"] === undefined ? { allow_redirects: "always", enabled: true } : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: textOf(values, "capture_method") ?? "automatic",
    client_secret: `${id}_secret_${call.random(24)}`,
    confirmation_method: textOf(values, "confirmation_method") ?? "automatic",
    created: seconds(call),
    currency,
    customer: customer ?? null,
    description: textOf(values, "description") ?? null,
    invoice: null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    metadata: partOf(values, "metadata"),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_options: {},
    payment_method_types: Object.values(partOf(values, "payment_method_types"))
      .map(String)
      .concat(values["payment_method_types"] ? [] : ["card", "link"]),
    processing: null,
    receipt_email: textOf(values, "receipt_email") ?? null,
    review: null,
    setup_future_usage: textOf(values, "setup_future_usage") ?? null,
    shipping: null,
    statement_descriptor: textOf(values, "statement_descriptor") ?? null,
    statement_descriptor_suffix: textOf(values, "statement_descriptor_suffix") ?? null,
    status: "requires_payment_method",
    transfer_data: null,
    transfer_group: null,
  };
  const method = textOf(values, "payment_method");
  const chosen = method === undefined ? null : ownedBy(usePaymentMethod(call, method, "payment_method"), customer);
  if (confirm) return settle(call, intent, chosen, values);
  return keep(call, chosen === null ? intent : { ...intent, payment_method: chosen.id, status: "requires_confirmation" });
}

export function ownedBy(method: PaymentMethod, customer: string | undefined): PaymentMethod {
  if (method.customer === null || method.customer === customer) return method;
  const whose =
    customer === undefined
      ? "belongs to a Customer. Please include the Customer in the `customer` parameter on the PaymentIntent."
      : "does not belong to the Customer you supplied.";
  return invalid({ message: `The PaymentMethod ${whose}`, param: "payment_method" });
}

function keep(call: Call, intent: Intent): Reply {
  call.state.collection<Intent>("payment_intents").put(intent.id, intent);
  return json(200, intent);
}

/** Tries to charge the card. A decline is a 402 that carries the intent, which stays. */
function settle(call: Call, intent: Intent, method: PaymentMethod | null, values: Values): Reply {
  if (method === null) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method.";
    return invalid({ code: "payment_intent_unexpected_state", message });
  }
  const redirects =
    partOf(values, "automatic_payment_methods")["allow_redirects"] !== "never" && intent["automatic_payment_methods"] !== null;
  if (redirects && textOf(values, "return_url") === undefined) {
    const message =
      "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`.";
    return invalid({ message, param: "return_url" });
  }
  const issuer = behaviourOf(method);
  const offSession = (textOf(values, "off_session") ?? "false") !== "false";
  if (issuer.code === "authentication_required" && !offSession && !booleanOf(values, "error_on_requires_action")) {
    const next_action = { type: "use_stripe_sdk", use_stripe_sdk: { type: "three_d_secure_redirect" } };
    return keep(call, { ...intent, payment_method: method.id, status: "requires_action", next_action });
  }
  const charge = chargeOf(call, intent, method, issuer.code === undefined ? "succeeded" : "failed", issuer);
  call.state.collection<Charge>("charges").put(charge.id, charge);
  if (issuer.code === undefined) {
    const paid = { ...intent, payment_method: method.id, status: "succeeded", amount_received: intent.amount, latest_charge: charge.id };
    tell(call, "payment_intent.succeeded", paid);
    return keep(call, paid);
  }
  const error = {
    charge: charge.id,
    code: issuer.code,
    ...(issuer.decline !== undefined && { decline_code: issuer.decline }),
    message: issuer.message ?? "Your card was declined.",
    payment_method: method,
  };
  const failed: Intent = {
    ...intent,
    status: "requires_payment_method",
    latest_charge: charge.id,
    last_payment_error: { ...error, type: "card_error" },
  };
  keep(call, failed);
  tell(call, "payment_intent.payment_failed", failed);
  return stripeError(402, { ...error, type: "card_error", payment_intent: failed });
}

function chargeOf(
  call: Call,
  intent: Intent,
  method: PaymentMethod,
  status: Charge["status"],
  issuer: { code?: string; message?: string },
): Charge {
  const paid = status === "succeeded";
  return {
    id: newId(call, "ch"),
    object: "charge",
    amount: intent.amount,
    amount_captured: paid ? intent.amount : 0,
    amount_refunded: 0,
    balance_transaction: paid ? newId(call, "txn") : null,
    billing_details: method["billing_details"],
    captured: paid,
    created: seconds(call),
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_code: issuer.code ?? null,
    failure_message: issuer.message ?? null,
    livemode: false,
    metadata: intent.metadata,
    paid,
    payment_intent: intent.id,
    payment_method: method.id,
    payment_method_details: { type: "card", card: method["card"] },
    receipt_email: intent["receipt_email"],
    receipt_url: null,
    refunded: false,
    status,
  };
}

function confirm(call: Call): Reply {
  const intent = find<Intent>(call, "payment_intents", call.param("intent"));
  const values = parameters(call, { optional: CONFIRM });
  if (!["requires_payment_method", "requires_confirmation", "requires_action"].includes(intent.status)) {
    const message = `You cannot confirm this PaymentIntent because it has already ${intent.status === "canceled" ? "been canceled" : "succeeded after being previously confirmed"}.`;
    return invalid({ code: "payment_intent_unexpected_state", message, payment_intent: intent });
  }
  const id = textOf(values, "payment_method") ?? intent.payment_method;
  return settle(
    call,
    intent,
    id === null ? null : ownedBy(usePaymentMethod(call, id, "payment_method"), intent.customer ?? undefined),
    values,
  );
}

function cancel(call: Call): Reply {
  const intent = find<Intent>(call, "payment_intents", call.param("intent"));
  const reason = textOf(parameters(call, { optional: ["cancellation_reason"] }), "cancellation_reason") ?? null;
  if (intent.status === "succeeded" || intent.status === "canceled") {
    invalid({
      code: "payment_intent_unexpected_state",
      message: `You cannot cancel this PaymentIntent because it has a status of ${intent.status}.`,
      payment_intent: intent,
    });
  }
  return keep(call, { ...intent, status: "canceled", canceled_at: seconds(call), cancellation_reason: reason });
}

/** The handler of a list, filtered by the query's fields of these names. */
export function list<T extends { readonly id: string }>(collection: string, filters: readonly string[]): (call: Call) => Reply {
  return (call) => {
    parameters(call, { optional: [...PAGING, "created", ...filters] });
    const wanted = (item: T): boolean =>
      filters.every((name) => !call.query.has(name) || new Map(Object.entries(item)).get(name) === call.query.get(name));
    return listed(call, call.state.collection<T>(collection).list().filter(wanted));
  };
}

export const paymentOperations: readonly Operation[] = [
  { name: "create_payment_intent", method: "POST", path: "/v1/payment_intents", takesMs: 20, run: createIntent },
  { name: "list_payment_intents", method: "GET", path: "/v1/payment_intents", run: list<Intent>("payment_intents", ["customer"]) },
  {
    name: "get_payment_intent",
    method: "GET",
    path: "/v1/payment_intents/:intent",
    run: (call) => json(200, find<Intent>(call, "payment_intents", call.param("intent"))),
  },
  { name: "confirm_payment_intent", method: "POST", path: "/v1/payment_intents/:intent/confirm", takesMs: 20, run: confirm },
  { name: "cancel_payment_intent", method: "POST", path: "/v1/payment_intents/:intent/cancel", takesMs: 20, run: cancel },
];
