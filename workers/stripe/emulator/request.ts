/** How Stripe reads requests and words its refusals. https://docs.stripe.com/api/errors */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";

export interface Values {
  readonly [name: string]: string | Values;
}
interface Draft {
  [name: string]: string | Draft;
}

export interface StripeError {
  readonly type?: "invalid_request_error" | "card_error" | "idempotency_error" | "api_error";
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
  readonly [more: string]: unknown;
}

/** An error body as Stripe shapes it. */
export function stripeError(status: number, { type = "invalid_request_error", ...error }: StripeError): Reply {
  const docs = error.code === undefined ? {} : { doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll("_", "-")}` };
  return json(status, { error: { ...error, ...docs, type } });
}
/** Ends the request with a 400. */
export function invalid(error: StripeError): never {
  return refuse(stripeError(400, error));
}

export interface Wanted {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

/** The nested values of bracketed names: `line_items[0][price]=…`. Refuses what the endpoint does not know, and what it lacks. */
export function parameters(call: Call, { required = [], optional = [] }: Wanted): Values {
  const source = call.method === "GET" ? call.query : call.form;
  if (call.method === "POST" && call.text !== "" && [...call.form].length === 0) {
    invalid({ message: "Invalid request (check that your POST content type is application/x-www-form-urlencoded)." });
  }
  const draft: Draft = {};
  for (const [name, value] of source) put(draft, name.replaceAll("]", "").split("["), value);
  const known = [...required, ...optional, "expand", "metadata"];
  for (const name of Object.keys(draft)) {
    if (!known.includes(name)) invalid({ code: "parameter_unknown", message: `Received unknown parameter: ${name}`, param: name });
  }
  for (const name of required) {
    const value = draft[name];
    if (value === undefined) invalid({ code: "parameter_missing", message: `Missing required param: ${name}.`, param: name });
    if (value === "") {
      invalid({
        code: "parameter_invalid_empty",
        message: `You passed an empty string for '${name}'. We assume empty values are an attempt to unset a parameter; however '${name}' cannot be unset.`,
        param: name,
      });
    }
  }
  return draft;
}

function put(target: Draft, [name = "", ...rest]: readonly string[], value: string): void {
  const key = name === "" ? String(Object.keys(target).length) : name;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const draft: Draft = typeof inner === "object" ? inner : {};
  target[key] = draft;
  put(draft, rest, value);
}

/** A parameter that is plain text, or undefined. */
export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  if (typeof value === "object") invalid({ message: "Invalid string", param: name });
  return value === "" ? undefined : value;
}
/** A parameter with parts of its own; empty where it is absent. */
export function partOf(values: Values, name: string): Values {
  const value = values[name];
  return typeof value === "object" ? value : {};
}
/** A parameter that is a whole number, or undefined. */
export function integerOf(values: Values, name: string, param = name): number | undefined {
  const value = textOf(values, name);
  if (value === undefined) return undefined;
  if (!/^-?\d+$/.test(value)) invalid({ code: "parameter_invalid_integer", message: `Invalid integer: ${value}`, param });
  return Number(value);
}
/** A parameter that is true or false; false where it is absent. */
export function booleanOf(values: Values, name: string): boolean {
  const value = textOf(values, name) ?? "false";
  if (value !== "true" && value !== "false") invalid({ message: `Invalid boolean: ${value}`, param: name });
  return value === "true";
}

const CURRENCIES = ["usd", "cad", "eur", "gbp", "aud", "mxn", "jpy"];
/** A currency that Stripe supports, in lower case as Stripe answers it. */
export function currencyOf(values: Values): string {
  const currency = (textOf(values, "currency") ?? "").toLowerCase();
  if (CURRENCIES.includes(currency)) return currency;
  return invalid({
    message: `Invalid currency: ${currency}. Stripe currently supports these currencies: ${CURRENCIES.join(", ")}`,
    param: "currency",
  });
}

/** Money in words, as Stripe's own messages have it. */
export const money = (amount: number, currency: string): string =>
  currency === "jpy" ? `¥${amount}` : `$${(amount / 100).toFixed(2)}${currency === "usd" ? "" : ` ${currency}`}`;

/** The object of an id: 404 where the id is the path's, 400 where a parameter names it. */
export function find<T>(call: Call, collection: string, id: string, param?: string): T {
  const found = call.state.collection<T>(collection).get(id);
  if (found !== undefined) return found;
  const kind = collection.replace(/s$/, "").replace("payment_method", "PaymentMethod");
  return refuse(
    stripeError(param === undefined ? 404 : 400, { code: "resource_missing", message: `No such ${kind}: '${id}'`, param: param ?? "id" }),
  );
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** A new id, as long as Stripe's. */
export const newId = (call: Call, prefix: string): string => `${prefix}_1${call.random(23, ALPHABET)}`;
/** Epoch seconds, which is how Stripe counts. */
export const seconds = (call: Call): number => Math.floor(call.now() / 1000);

/** A page of a list, newest first, by `starting_after` and `limit`. */
export function listed<T extends { readonly id: string }>(call: Call, oldestFirst: readonly T[]): Reply {
  const limit = Number(call.query.get("limit") ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100)
    invalid({ code: "parameter_invalid_integer", message: "Limit must be between 1 and 100", param: "limit" });
  const items = oldestFirst.toReversed();
  const after = call.query.get("starting_after");
  const start = after === null ? 0 : items.findIndex(({ id }) => id === after) + 1;
  return json(200, {
    object: "list",
    data: items.slice(start, start + limit),
    has_more: start + limit < items.length,
    url: call.url.pathname,
  });
}
/** What the list endpoints take besides their own filters. */
export const PAGING = ["limit", "starting_after", "ending_before"];
