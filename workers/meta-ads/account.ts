/** Which ad account a call is of, and its money. */
import { type Http, path, refuse } from "@junction/kit";
import * as z from "zod/mini";

/** The numbers that Meta's ids are made of; anything else could name another thing of the Graph's, such as `me`. */
export function digits(value: string, field: string): string {
  if (/^\d{1,32}$/.test(value)) return value;
  return refuse({ kind: "InvalidRequest", issues: [`${field} must be an id that Meta gave, made of digits`] });
}

/** `act_…` of the account that was asked for, else of the one found when it was connected. */
export function accountId(asked: string | undefined, found: string | undefined): string {
  const id = asked ?? found ?? refuse({ kind: "InvalidRequest", issues: ["give account_id, as crm/list_ad_accounts lists it"] });
  return `act_${digits(id.replace(/^act_/, ""), "account_id")}`;
}

export async function currencyOf(http: Http, account: string): Promise<string> {
  const reply = await http.get(path`/v26.0/${account}`, { query: { fields: "currency" } });
  return reply.json(z.object({ currency: z.string() })).currency.toLowerCase();
}

const isoDigits = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
/** Currencies whose budgets Meta counts in whole units. https://developers.facebook.com/docs/marketing-api/currencies */
const WHOLE = ["clp", "cop", "crc", "huf", "isk", "idr", "jpy", "krw", "pyg", "twd", "vnd"];
const step = (currency: string): number => 10 ** (isoDigits(currency) - (WHOLE.includes(currency) ? 0 : 2));

/** A budget as Meta writes it, in the currency's smallest unit. */
export const centsOfBudget = (budget: string, currency: string): number => Math.round(Number(budget) * step(currency));
/** The same, the other way. */
export function budgetOf(cents: number, currency: string): number {
  const budget = cents / step(currency);
  if (Number.isInteger(budget)) return budget;
  return refuse({ kind: "InvalidRequest", issues: [`daily_budget_cents must be a whole number of ${currency.toUpperCase()}`] });
}
/** An amount in whole units, such as `12.34`, in the currency's smallest. */
export const centsOfAmount = (amount: string, currency: string): number => Math.round(Number(amount) * 10 ** isoDigits(currency));
