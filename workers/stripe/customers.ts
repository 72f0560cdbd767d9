/** Customers and the cards they have saved. https://docs.stripe.com/search */
import { bearing, bearsName, type Http, isEmail, isPhone, path, refuse } from "@junction/kit";
import { findCustomer } from "@junction/tools";
import * as z from "zod/mini";
import { type Account, options, stripe } from "./manifest.ts";

const Customer = z.object({ id: z.string(), name: z.nullish(z.string()), email: z.nullish(z.string()), phone: z.nullish(z.string()) });
type Customer = z.output<typeof Customer>;
const Page = z.object({ data: z.array(Customer), has_more: z.boolean() });
const Cards = z.object({
  data: z.array(
    z.object({ id: z.string(), card: z.object({ brand: z.string(), last4: z.string(), exp_month: z.int(), exp_year: z.int() }) }),
  ),
});
const MOST = 10;

export const find = stripe.implement(findCustomer, {
  first: true,
  async run({ http, account, input: { query } }) {
    const { found, whole } = await lookUp(http, account, query);
    if (whole && found.length === 0) refuse({ kind: "NotFound" }); // another integration may know them
    const customers = found.slice(0, MOST).map(async ({ id, name, email, phone }) => {
      const cards = (await cardsOf(http, account, id, MOST)).map(({ id, card }) => ({
        ...{ payment_method_id: id, brand: card.brand, last4: card.last4 },
        expires: `${card.exp_year}-${String(card.exp_month).padStart(2, "0")}`,
      }));
      return { customer_id: id, ...{ name: name ?? undefined, email: email ?? undefined, phone: phone ?? undefined }, cards };
    });
    return { customers: await Promise.all(customers), complete: whole && found.length <= MOST };
  },
});

/** What Stripe finds is compared here once more: it looks for parts of a text. */
async function lookUp(
  http: Http,
  account: Account,
  asked: string,
): Promise<{ readonly found: readonly Customer[]; readonly whole: boolean }> {
  const page = async (reply: ReturnType<Http["get"]>) => (await reply).json(Page);
  const search = (query: string) => page(http.get(path`/v1/customers/search`, { ...options(account), query: { query, limit: 100 } }));
  if (isPhone(asked)) {
    // However it was typed, its last four digits stand together.
    const { data, has_more } = await search(`phone:${quoted(asked)} OR phone~${quoted(asked.slice(-4))}`);
    return { found: bearing(data, asked, ({ phone }) => [phone]), whole: !has_more };
  }
  if (isEmail(asked)) {
    // The list is up to date, and knows an address by its very letters only; the search lags behind and does not mind capitals.
    const listed = await page(http.get(path`/v1/customers`, { ...options(account), query: { email: asked, limit: 100 } }));
    const { data, has_more } = listed.data.length > 0 ? listed : await search(`email:${quoted(asked)}`);
    return { found: data.filter(({ email }) => email?.toLowerCase() === asked.toLowerCase()), whole: !has_more };
  }
  const parts = asked.match(/[\p{L}\p{N}]{3,}/gu)?.slice(0, MOST_CLAUSES); // parts of a text have three characters at least
  const { data, has_more } = await search(parts?.map((part) => `name~${quoted(part)}`).join(" AND ") ?? `name:${quoted(asked)}`);
  return { found: data.filter(({ name }) => bearsName([name], asked)), whole: !has_more };
}
const MOST_CLAUSES = 5;
/** A text as the search takes it. What would end or escape it is in no name, number or address that is looked for. */
const quoted = (text: string): string => `"${text.replaceAll(/["\\\p{Cc}]/gu, " ")}"`;

/** The customer's cards, the one saved last first. */
async function cardsOf(http: Http, account: Account, customer: string, limit: number) {
  const reply = await http.get(path`/v1/customers/${customer}/payment_methods`, { ...options(account), query: { type: "card", limit } });
  return reply.json(Cards).data;
}

/** The card the customer saved last. */
export async function newestCard(http: Http, account: Account, customer: string): Promise<string> {
  const [card] = await cardsOf(http, account, customer, 1);
  return card?.id ?? refuse({ kind: "InvalidRequest", issues: ["the customer has no saved card: send a payment link"] });
}
