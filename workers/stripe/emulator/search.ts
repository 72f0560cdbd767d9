/** Stripe's search: a language of its own, over an index that lags behind. https://docs.stripe.com/search */
import { type Call, json, type Reply } from "@junction/sandbox";
import { integerOf, invalid, parameters, textOf, type Values } from "./request.ts";

/** What of a customer is searched. */
interface Customer {
  readonly metadata: Values;
  readonly [more: string]: unknown;
}

/** What is younger is not found yet. */
const LAG_SECONDS = 60;
const LEAST_PART = 3;

interface Clause {
  readonly not: boolean;
  readonly field: string;
  /** Of the metadata. */
  readonly key: string | undefined;
  readonly operator: string;
  readonly value: string;
}

const CLAUSE = /^(-)?(?:(email|name|phone)|metadata\[(["'])((?:\\.|(?!\3)[^\\])+)\3\])\s*([:~])\s*(["'])((?:\\.|(?!\6)[^\\])*)\6/i;
const plain = (quoted: string): string => quoted.replaceAll(/\\(.)/gs, "$1");

/** Clauses with AND, with OR or with nothing (which is AND) between them; the two are not mixed. */
function read(query: string): { readonly clauses: readonly Clause[]; readonly any: boolean } {
  const unread = (): never => invalid({ message: `We were unable to parse your search query: ${query}`, param: "query" });
  const clauses: Clause[] = [];
  const joined = new Set<string>();
  for (let rest = query.trim(); ; ) {
    const found = CLAUSE.exec(rest) ?? unread();
    const [whole, minus, field = "metadata", , key, operator = ":", , value = ""] = found;
    clauses.push({ not: minus !== undefined, field, key: key && plain(key), operator, value: plain(value).toLowerCase() });
    rest = rest.slice(whole.length);
    if (rest.trim() === "") break;
    const [between, word = "AND"] = /^\s+(?:(AND|OR)\s+)?/i.exec(rest) ?? unread();
    joined.add(word.toUpperCase());
    rest = rest.slice(between.length);
  }
  if (joined.size > 1) invalid({ message: "AND and OR cannot be mixed in one search query.", param: "query" });
  for (const { operator, field, value } of clauses) {
    if (operator !== "~") continue;
    if (field === "metadata") invalid({ message: "Substring search is not supported for `metadata`.", param: "query" });
    if (value.length < LEAST_PART)
      invalid({ message: `Substring search needs at least ${LEAST_PART} characters: ${value}`, param: "query" });
  }
  return { clauses, any: joined.has("OR") };
}

function holds({ not, field, key, operator, value }: Clause, one: Customer): boolean {
  const stored = key === undefined ? one[field.toLowerCase()] : one.metadata[key];
  const text = typeof stored === "string" ? stored.toLowerCase() : null;
  return (text !== null && (operator === "~" ? text.includes(value) : text === value)) !== not;
}

/** Newest first, page by page. */
export function searchCustomers(call: Call): Reply {
  const values = parameters(call, { required: ["query"], optional: ["limit", "page"] });
  const { clauses, any } = read(textOf(values, "query") ?? "");
  const limit = integerOf(values, "limit") ?? 10;
  if (limit < 1 || limit > 100) invalid({ code: "parameter_invalid_integer", message: "Limit must be between 1 and 100", param: "limit" });
  const page = textOf(values, "page");
  const from = page === undefined ? 0 : Number(/^page_(\d+)$/.exec(page)?.[1] ?? invalid({ message: "Invalid page", param: "page" }));
  const found = call.state
    .collection<Customer>("customers")
    .list()
    .filter((one) => Number(one["created"]) * 1000 + LAG_SECONDS * 1000 <= call.now())
    .filter((one) => (any ? clauses.some((clause) => holds(clause, one)) : clauses.every((clause) => holds(clause, one))))
    .toReversed();
  const more = from + limit < found.length;
  const data = found.slice(from, from + limit);
  const url = "/v1/customers/search";
  return json(200, { object: "search_result", data, has_more: more, next_page: more ? `page_${from + limit}` : null, url });
}
