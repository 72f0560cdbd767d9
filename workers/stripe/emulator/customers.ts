/** Stripe's customers and their saved payment methods, with the cards of https://docs.stripe.com/testing */
import { type Call, json, type Operation, type State } from "@junction/sandbox";
import { find, invalid, listed, newId, PAGING, parameters, partOf, seconds, textOf, type Values } from "./request.ts";
import { searchCustomers } from "./search.ts";

export interface Customer {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly phone: string | null;
  readonly metadata: Values;
  readonly [more: string]: unknown;
}
/** What the issuer says of a charge. */
export interface Behaviour {
  readonly code?: string;
  readonly decline?: string;
  readonly message?: string;
}
export interface PaymentMethod {
  readonly id: string;
  readonly customer: string | null;
  readonly [more: string]: unknown;
}

const declined = (decline: string, message: string): Behaviour => ({ code: "card_declined", decline, message });
const AUTHENTICATE: Behaviour = {
  code: "authentication_required",
  decline: "authentication_required",
  message: "Your card was declined. This transaction requires authentication.",
};
const GENERIC = declined("generic_decline", "Your card was declined.");
/** Test payment methods by what follows `pm_card_` (and, for some, `visa_`). */
const CARDS: Readonly<Record<string, { readonly brand: string; readonly last4: string; readonly behaviour: Behaviour }>> = {
  visa: { brand: "visa", last4: "4242", behaviour: {} },
  mastercard: { brand: "mastercard", last4: "4444", behaviour: {} },
  amex: { brand: "amex", last4: "8431", behaviour: {} },
  chargeDeclined: { brand: "visa", last4: "0002", behaviour: GENERIC },
  chargeCustomerFail: { brand: "visa", last4: "0341", behaviour: GENERIC },
  chargeDeclinedInsufficientFunds: {
    brand: "visa",
    last4: "9995",
    behaviour: declined("insufficient_funds", "Your card has insufficient funds."),
  },
  chargeDeclinedLostCard: { brand: "visa", last4: "9987", behaviour: declined("lost_card", "Your card was declined.") },
  chargeDeclinedStolenCard: { brand: "visa", last4: "9979", behaviour: declined("stolen_card", "Your card was declined.") },
  chargeDeclinedExpiredCard: { brand: "visa", last4: "0069", behaviour: { code: "expired_card", message: "Your card has expired." } },
  chargeDeclinedIncorrectCvc: {
    brand: "visa",
    last4: "0127",
    behaviour: { code: "incorrect_cvc", message: "Your card's security code is incorrect." },
  },
  chargeDeclinedProcessingError: {
    brand: "visa",
    last4: "0119",
    behaviour: { code: "processing_error", message: "An error occurred while processing your card. Try again in a little bit." },
  },
  authenticationRequired: { brand: "visa", last4: "3184", behaviour: AUTHENTICATE },
};

function paymentMethod(id: string, customer: string | null, card: (typeof CARDS)[string], created: number): PaymentMethod {
  return {
    id,
    object: "payment_method",
    billing_details: {
      address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
      email: null,
      name: null,
      phone: null,
    },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: "pass" },
      country: "US",
      exp_month: 12,
      exp_year: 2030,
      fingerprint: `sandbox${card.last4}`,
      funding: "credit",
      generated_from: null,
      last4: card.last4,
      networks: { available: [card.brand], preferred: null },
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created,
    customer,
    livemode: false,
    metadata: {},
    type: "card",
  };
}

function customer(id: string, created: number, fields: Partial<Customer>): Customer {
  return {
    id,
    object: "customer",
    address: null,
    balance: 0,
    created,
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    invoice_prefix: id.slice(-8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    next_invoice_sequence: 1,
    preferred_locales: [],
    shipping: null,
    tax_exempt: "none",
    test_clock: null,
    ...fields,
    email: fields.email ?? null,
    name: fields.name ?? null,
    phone: fields.phone ?? null,
    metadata: fields.metadata ?? {},
  };
}

const last4Of = (method: PaymentMethod): string => {
  const { card } = method;
  return typeof card === "object" && card !== null && "last4" in card ? String(card.last4) : "";
};
/** What the issuer will say when this card is charged. */
export const behaviourOf = (method: PaymentMethod): Behaviour =>
  Object.values(CARDS).find(({ last4 }) => last4 === last4Of(method))?.behaviour ?? {};
/** The card as a person reads it. */
export const cardName = (method: PaymentMethod): string => `the card ending in ${last4Of(method)}`;

/** A saved payment method, or a new one from a test name such as `pm_card_visa`. */
export function usePaymentMethod(call: Call, id: string, param?: string): PaymentMethod {
  const card = CARDS[/^pm_card_(?:visa_(?=c))?(\w+)$/.exec(id)?.[1] ?? ""];
  if (card === undefined) return find<PaymentMethod>(call, "payment_methods", id, param);
  const made = paymentMethod(newId(call, "pm"), null, card, seconds(call));
  call.state.collection<PaymentMethod>("payment_methods").put(made.id, made);
  return made;
}

const FIELDS = [
  "email",
  "name",
  "phone",
  "description",
  "address",
  "shipping",
  "payment_method",
  "invoice_settings",
  "preferred_locales",
  "tax_exempt",
  "test_clock",
];

const customers = (call: Call) => call.state.collection<Customer>("customers");

export const customerOperations: readonly Operation[] = [
  {
    name: "list_customers",
    method: "GET",
    path: "/v1/customers",
    run(call) {
      parameters(call, { optional: [...PAGING, "email", "created"] });
      const email = call.query.get("email");
      return listed(
        call,
        customers(call)
          .list()
          .filter((one) => email === null || one.email === email),
      );
    },
  },
  {
    name: "search_customers",
    method: "GET",
    path: "/v1/customers/search",
    run: searchCustomers,
  },
  {
    name: "create_customer",
    method: "POST",
    path: "/v1/customers",
    takesMs: 20,
    run(call) {
      const values = parameters(call, { optional: FIELDS });
      const email = textOf(values, "email");
      if (email !== undefined && !/^[^\s@]+@[^\s@]+$/.test(email))
        invalid({ code: "email_invalid", message: `Invalid email address: ${email}`, param: "email" });
      const [name, phone, description] = ["name", "phone", "description"].map((field) => textOf(values, field) ?? null);
      const made = customer(newId(call, "cus"), seconds(call), {
        email: email ?? null,
        name: name ?? null,
        phone: phone ?? null,
        description: description ?? null,
        metadata: partOf(values, "metadata"),
      });
      customers(call).put(made.id, made);
      return json(200, made);
    },
  },
  {
    name: "get_customer",
    method: "GET",
    path: "/v1/customers/:customer",
    run: (call) => json(200, find<Customer>(call, "customers", call.param("customer"))),
  },
  {
    name: "list_payment_methods",
    method: "GET",
    path: "/v1/customers/:customer/payment_methods",
    run(call) {
      parameters(call, { optional: [...PAGING, "type"] });
      const { id } = find<Customer>(call, "customers", call.param("customer"));
      const type = call.query.get("type") ?? "card";
      const saved = call.state.collection<PaymentMethod>("payment_methods").list();
      return listed(
        call,
        saved.filter((method) => method.customer === id && method["type"] === type),
      );
    },
  },
  {
    name: "get_payment_method",
    method: "GET",
    path: "/v1/payment_methods/:method",
    run: (call) => json(200, find<PaymentMethod>(call, "payment_methods", call.param("method"))),
  },
  {
    name: "attach_payment_method",
    method: "POST",
    path: "/v1/payment_methods/:method/attach",
    takesMs: 20,
    run(call) {
      const owner = find<Customer>(call, "customers", textOf(parameters(call, { required: ["customer"] }), "customer") ?? "", "customer");
      const method: PaymentMethod = { ...usePaymentMethod(call, call.param("method")), customer: owner.id };
      call.state.collection<PaymentMethod>("payment_methods").put(method.id, method);
      return json(200, method);
    },
  },
];

/** Customers that have been there since yesterday, each with one saved card, save for the last. */
const SEEDS = [
  ["Ada Park", "+12025550100", "visa"],
  ["Ben O'Neil", "(202) 555-0101", "chargeCustomerFail"],
  ["Cleo Muñoz", "+12025550102", "authenticationRequired"],
  ["Dora Lind", "202.555.0103", "chargeDeclinedInsufficientFunds"],
  ["Emil Berg", "+442025550100", null],
] as const;
const DAY_SECONDS = 86_400;

/** `cus_SandboxAda` (whose card works), `cus_SandboxBen` (declined), and so on. */
export function seedCustomers(state: State, now: number): void {
  const created = Math.floor(now / 1000) - DAY_SECONDS;
  for (const [name, phone, card] of SEEDS) {
    const first = name.split(" ")[0] ?? "";
    const id = `cus_Sandbox${first}`;
    state.collection<Customer>("customers").put(id, customer(id, created, { name, email: `${first.toLowerCase()}@example.com`, phone }));
    const kind = card === null ? undefined : CARDS[card];
    if (kind === undefined) continue;
    const method = `pm_Sandbox${first}`;
    state.collection<PaymentMethod>("payment_methods").put(method, paymentMethod(method, id, kind, created));
  }
}
