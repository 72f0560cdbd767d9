/** How Square reads requests, words its refusals, and knows a request again. https://developer.squareup.com/docs/build-basics/common-api-patterns/idempotency */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";
import * as z from "zod/mini";

export const error = (status: number, category: string, code: string, detail: string, field?: string): Reply =>
  json(status, { errors: [{ category, code, detail, ...(field !== undefined && { field }) }] });
/** Ends the request with a 400. */
export const invalid = (code: string, detail: string, field?: string): never =>
  refuse(error(400, "INVALID_REQUEST_ERROR", code, detail, field));

export const CURRENCY = "USD";
export const Money = z.strictObject({ amount: z.int().check(z.minimum(0)), currency: z.string().check(z.regex(/^[A-Z]{3}$/)) });
export type Money = z.output<typeof Money>;
/** An amount of the location's own currency. */
export function ownMoney(money: Money, field: string, least = 1): Money {
  if (money.currency !== CURRENCY) invalid("INVALID_VALUE", `This merchant can only process payments in ${CURRENCY}.`, `${field}.currency`);
  if (money.amount < least) invalid("VALUE_TOO_LOW", `Amount must be at least ${least}.`, `${field}.amount`);
  return money;
}
export const inWords = ({ amount }: Money): string => `$${(amount / 100).toFixed(2)}`;

/** The body, as the endpoint knows it: a field it lacks, has too long or does not know is named. */
export function body<S extends z.ZodMiniType>(call: Call, schema: S): z.output<S> {
  if (typeof call.json !== "object" || call.json === null) return invalid("EXPECTED_JSON_BODY", "Expected a JSON body.");
  const parsed = schema.safeParse(call.json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join(".") ?? "";
  if (issue?.code === "unrecognized_keys")
    return invalid("UNKNOWN_BODY_PARAMETER", `Unknown body parameter: ${issue.keys[0]}`, issue.keys[0]);
  if (issue?.code === "too_big") return invalid("VALUE_TOO_LONG", "Field must not be greater than its maximum length.", field);
  if (issue?.code === "invalid_type" && issue.input === undefined) return invalid("MISSING_REQUIRED_PARAMETER", "Field must be set", field);
  return invalid("INVALID_VALUE", "Invalid value.", field);
}

interface Remembered {
  readonly body: string;
  readonly reply: Reply;
}
const keyOf = (call: Call): string | undefined => {
  const found = z.looseObject({ idempotency_key: z.string().check(z.minLength(1)) }).safeParse(call.json);
  return found.success ? `${call.url.pathname} ${found.data.idempotency_key}` : undefined;
};
const remembered = (call: Call) => call.state.collection<Remembered>("idempotency_keys");

/** The answer a request with this key was given before, or the refusal of another one with it. */
export function known(call: Call): Reply | null {
  const key = keyOf(call);
  const before = key === undefined ? undefined : remembered(call).get(key);
  if (!before) return null;
  if (before.body === call.text) return before.reply;
  const detail = "The idempotency key can only be retried with the same request data.";
  return error(400, "INVALID_REQUEST_ERROR", "IDEMPOTENCY_KEY_REUSED", detail, "idempotency_key");
}

/** Keeps what was done, and what a bank said no to: what never began may be tried again under its key. */
export function remember(call: Call, reply: Reply): Reply {
  const key = keyOf(call);
  const done = reply.status === 200 || (typeof reply.body === "string" && reply.body.includes('"PAYMENT_METHOD_ERROR"'));
  if (key !== undefined && done && remembered(call).get(key) === undefined) remembered(call).put(key, { body: call.text, reply });
  return reply;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
export const newId = (call: Call, length = 26): string => call.random(length, ALPHABET);
export const iso = (call: Call): string => new Date(call.now()).toISOString();

/** The thing of this id, or Square's 404. */
export function find<T>(call: Call, collection: string, id: string, what: string): T {
  return (
    call.state.collection<T>(collection).get(id) ??
    refuse(error(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", `Could not find ${what} with id: ${id.slice(0, 60)}`))
  );
}
