/** Stripe's products, prices and payment links. https://docs.stripe.com/api/payment-link */
import { type Call, json, type Operation, type Reply } from "@junction/sandbox";
import {
  booleanOf,
  currencyOf,
  find,
  integerOf,
  invalid,
  listed,
  newId,
  PAGING,
  parameters,
  partOf,
  seconds,
  textOf,
  type Values,
} from "./request.ts";

interface Product {
  readonly id: string;
  readonly name: string;
  readonly [more: string]: unknown;
}
const INTERVALS = ["day", "week", "month", "year"] as const;
interface Recurring {
  readonly interval: (typeof INTERVALS)[number];
  readonly interval_count: number;
  readonly [more: string]: unknown;
}
export interface Price {
  readonly id: string;
  readonly currency: string;
  readonly unit_amount: number | null;
  readonly recurring: Recurring | null;
  readonly [more: string]: unknown;
}
export interface PaymentLink {
  readonly id: string;
  readonly url: string;
  readonly currency: string;
  readonly active: boolean;
  readonly created_by_sandbox_at: number;
  readonly total_in_sandbox: number;
  readonly name_in_sandbox: string;
  readonly paid_in_sandbox: boolean;
  readonly [more: string]: unknown;
}

/** Where customers pay. */
export const BUY = "buy.stripe.com";

function product(call: Call, name: string, values: Values): Product {
  const made: Product = {
    id: `prod_${call.random(14, "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789")}`,
    object: "product",
    active: true,
    created: seconds(call),
    default_price: null,
    description: textOf(values, "description") ?? null,
    features: [],
    images: [],
    livemode: false,
    metadata: partOf(values, "metadata"),
    name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: null,
    unit_label: null,
    updated: seconds(call),
    url: null,
  };
  call.state.collection<Product>("products").put(made.id, made);
  return made;
}

const PRICE = [
  "active",
  "billing_scheme",
  "custom_unit_amount",
  "lookup_key",
  "nickname",
  "product",
  "product_data",
  "recurring",
  "tax_behavior",
  "tiers_mode",
  "transfer_lookup_key",
  "transform_quantity",
  "unit_amount",
  "unit_amount_decimal",
];

function createPrice(call: Call): Reply {
  const values = parameters(call, { required: ["currency"], optional: PRICE });
  const currency = currencyOf(values);
  const amount = integerOf(values, "unit_amount");
  if (amount === undefined) invalid({ code: "parameter_missing", message: "Missing required param: unit_amount.", param: "unit_amount" });
  if (amount < 0)
    invalid({ code: "parameter_invalid_integer", message: "This value must be greater than or equal to 0.", param: "unit_amount" });
  const recurring = recurringOf(values);
  const owner = textOf(values, "product");
  const name = textOf(partOf(values, "product_data"), "name");
  if (owner === undefined && name === undefined)
    invalid({ code: "parameter_missing", message: "Missing required param: product.", param: "product" });
  const { id } =
    owner === undefined ? product(call, name ?? "", partOf(values, "product_data")) : find<Product>(call, "products", owner, "product");
  const made: Price = {
    id: newId(call, "price"),
    object: "price",
    active: true,
    billing_scheme: "per_unit",
    created: seconds(call),
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: textOf(values, "lookup_key") ?? null,
    metadata: partOf(values, "metadata"),
    nickname: textOf(values, "nickname") ?? null,
    product: id,
    recurring,
    tax_behavior: "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: recurring === null ? "one_time" : "recurring",
    unit_amount: amount,
    unit_amount_decimal: String(amount),
  };
  call.state.collection<Price>("prices").put(made.id, made);
  return json(200, made);
}

function recurringOf(values: Values): Recurring | null {
  if (values["recurring"] === undefined) return null;
  const given = partOf(values, "recurring");
  const interval = INTERVALS.find((one) => one === textOf(given, "interval"));
  if (interval === undefined)
    return invalid({ message: `Invalid recurring[interval]: must be one of ${INTERVALS.join(", ")}`, param: "recurring[interval]" });
  const interval_count = integerOf(given, "interval_count", "recurring[interval_count]") ?? 1;
  return { aggregate_usage: null, interval, interval_count, trial_period_days: null, usage_type: "licensed" };
}

const LINK = [
  "after_completion",
  "allow_promotion_codes",
  "application_fee_percent",
  "billing_address_collection",
  "currency",
  "customer_creation",
  "payment_intent_data",
  "payment_method_collection",
  "payment_method_types",
  "phone_number_collection",
  "shipping_address_collection",
  "submit_type",
];

function createLink(call: Call): Reply {
  const values = parameters(call, { required: ["line_items"], optional: LINK });
  const items = Object.entries(partOf(values, "line_items"));
  if (items.length === 0) invalid({ message: "Invalid array", param: "line_items" });
  let currency = "usd";
  let total = 0;
  const names: string[] = [];
  for (const [index, item] of items) {
    const at = `line_items[${index}]`;
    if (typeof item !== "object") return invalid({ message: "Invalid object", param: at });
    for (const name of Object.keys(item)) {
      // Taken since a later version than the one this answers as.
      if (!["price", "quantity", "adjustable_quantity"].includes(name))
        invalid({ code: "parameter_unknown", message: `Received unknown parameter: ${at}[${name}]`, param: `${at}[${name}]` });
    }
    const quantity = integerOf(item, "quantity", `${at}[quantity]`);
    const price = textOf(item, "price");
    if (price === undefined)
      invalid({ code: "parameter_missing", message: `Missing required param: ${at}[price].`, param: `${at}[price]` });
    if (quantity === undefined)
      invalid({ code: "parameter_missing", message: `Missing required param: ${at}[quantity].`, param: `${at}[quantity]` });
    if (quantity < 1 || quantity > 999_999) invalid({ message: "The quantity must be between 1 and 999,999", param: `${at}[quantity]` });
    const found = find<Price>(call, "prices", price, `${at}[price]`);
    currency = found.currency;
    total += (found.unit_amount ?? 0) * quantity;
    names.push(call.state.collection<Product>("products").get(String(found["product"]))?.name ?? "");
  }
  const id = newId(call, "plink");
  const made: PaymentLink = {
    id,
    object: "payment_link",
    active: true,
    after_completion: { hosted_confirmation: { custom_message: null }, type: "hosted_confirmation" },
    allow_promotion_codes: booleanOf(values, "allow_promotion_codes"),
    application: null,
    application_fee_amount: null,
    application_fee_percent: null,
    automatic_tax: { enabled: false },
    billing_address_collection: "auto",
    consent_collection: null,
    created_by_sandbox_at: call.now(),
    currency,
    custom_fields: [],
    custom_text: { shipping_address: null, submit: null },
    customer_creation: "if_required",
    invoice_creation: { enabled: false, invoice_data: null },
    livemode: false,
    metadata: partOf(values, "metadata"),
    on_behalf_of: null,
    payment_intent_data: null,
    payment_method_collection: "always",
    payment_method_types: null,
    phone_number_collection: { enabled: false },
    shipping_address_collection: null,
    shipping_options: [],
    submit_type: "auto",
    subscription_data: null,
    tax_id_collection: { enabled: false },
    total_in_sandbox: total,
    name_in_sandbox: names.join(", "),
    paid_in_sandbox: false,
    transfer_data: null,
    url: `https://${BUY}/test_${call.random(18, "0123456789abcdefghijklmnopqrstuvwxyz")}`,
  };
  return keepLink(call, made);
}

/** Keeps the link; what the inbox alone needs is not shown. */
function keepLink(call: Call, link: PaymentLink): Reply {
  call.state.collection<PaymentLink>("payment_links").put(link.id, link);
  return shown(link);
}
const shown = (link: PaymentLink): Reply =>
  json(200, Object.fromEntries(Object.entries(link).filter(([name]) => !name.endsWith("_in_sandbox") && name !== "created_by_sandbox_at")));

export const linkOperations: readonly Operation[] = [
  {
    name: "create_product",
    method: "POST",
    path: "/v1/products",
    takesMs: 20,
    run(call) {
      const values = parameters(call, {
        required: ["name"],
        optional: [
          "active",
          "default_price_data",
          "description",
          "images",
          "shippable",
          "statement_descriptor",
          "tax_code",
          "unit_label",
          "url",
          "id",
        ],
      });
      return json(200, product(call, textOf(values, "name") ?? "", values));
    },
  },
  { name: "create_price", method: "POST", path: "/v1/prices", takesMs: 20, run: createPrice },
  {
    name: "list_prices",
    method: "GET",
    path: "/v1/prices",
    run(call) {
      parameters(call, { optional: [...PAGING, "active", "product", "currency", "created"] });
      return listed(call, call.state.collection<Price>("prices").list());
    },
  },
  { name: "create_payment_link", method: "POST", path: "/v1/payment_links", takesMs: 20, run: createLink },
  {
    name: "get_payment_link",
    method: "GET",
    path: "/v1/payment_links/:link",
    run: (call) => shown(find<PaymentLink>(call, "payment_links", call.param("link"))),
  },
  {
    name: "update_payment_link",
    method: "POST",
    path: "/v1/payment_links/:link",
    takesMs: 20,
    run(call) {
      const link = find<PaymentLink>(call, "payment_links", call.param("link"));
      const values = parameters(call, { optional: [...LINK, "active", "line_items"] });
      return keepLink(call, { ...link, active: values["active"] === undefined ? link.active : booleanOf(values, "active") });
    },
  },
];
