/** Google's query language. A query is put together of literals alone: nothing that a caller wrote can be more than a number or a day. */
import { type Http, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

declare const queryBrand: unique symbol;
export type Query = string & { readonly [queryBrand]: true };

const DAY = /^\d{4}-\d\d-\d\d$/;
const NUMBER = /^\d{1,20}$/;
const WORD = /^[A-Z][A-Z_]{0,60}$/;

/** Each value becomes a number, a quoted day or a quoted word of capitals; any other is refused. A query inside a query stays as it is. */
export function gaql(parts: TemplateStringsArray, ...values: readonly (string | number | Query | { readonly part: Query })[]): Query {
  let built = parts[0] ?? "";
  values.forEach((value, at) => {
    built += (typeof value === "object" ? value.part : literal(String(value))) + (parts[at + 1] ?? "");
  });
  return built.replaceAll(/\s+/g, " ").trim() as Query; // the one place that makes one
}
function literal(value: string): string {
  if (NUMBER.test(value)) return value;
  if (DAY.test(value) || WORD.test(value)) return `'${value}'`;
  return refuse({ kind: "InvalidRequest", issues: ["an id of Google Ads is made of digits, as the list it came from gave it"] });
}

/** The account a request is of, and the manager it is reached through. */
export interface Customer {
  readonly customer: string;
  readonly manager: string | undefined;
}
export const loginHeaders = ({ manager }: Customer): Readonly<Record<string, string>> =>
  manager === undefined ? {} : { "login-customer-id": manager };

/** The rows of a query's first page, which holds 10,000: every query asks for fewer. */
export async function search<S extends z.ZodMiniType>(http: Http, of: Customer, query: Query, row: S): Promise<readonly z.output<S>[]> {
  const reply = await http.post(path`/v25/customers/${of.customer}/googleAds:search`, { json: { query }, headers: loginHeaders(of) });
  return reply.json(z.object({ results: z._default(z.array(row), []) })).results;
}

const MUTATE = {
  campaigns: (customer: string) => path`/v25/customers/${customer}/campaigns:mutate`,
  campaignBudgets: (customer: string) => path`/v25/customers/${customer}/campaignBudgets:mutate`,
  adGroupCriteria: (customer: string) => path`/v25/customers/${customer}/adGroupCriteria:mutate`,
};

/** Changes the named fields of one thing, all of them or none. */
export async function mutate(
  http: Http,
  of: Customer,
  collection: keyof typeof MUTATE,
  resource: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  const updateMask = Object.keys(given).join(",");
  if (updateMask === "") return;
  const resourceName = `customers/${of.customer}/${collection}/${resource}`;
  const json = { operations: [{ updateMask, update: { resourceName, ...given } }] };
  const reply = await http.post(MUTATE[collection](of.customer), { json, headers: loginHeaders(of) });
  reply.json(z.object({ results: z.array(z.object({ resourceName: z.string() })).check(z.minLength(1)) }));
}

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
/** Google counts money in millionths of a currency's unit. */
export const centsOf = (micros: string | undefined, currency: string): number =>
  Math.round((Number(micros ?? 0) * 10 ** digitsOf(currency)) / 1e6);
export const microsOf = (cents: number, currency: string): string => String(Math.round((cents * 1e6) / 10 ** digitsOf(currency)));
/** The same in whole units, as a conversion's value is told. */
export const unitsOf = (cents: number, currency: string): number => cents / 10 ** digitsOf(currency);
