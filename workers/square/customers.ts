/** Customers and their cards on file. https://developer.squareup.com/docs/customers-api/use-the-api/search-customers */
import { bearing, bearsName, type Http, isEmail, isPhone, path, refuse } from "@junction/kit";
import { findCustomer } from "@junction/tools";
import * as z from "zod/mini";
import { type Account, site, square } from "./manifest.ts";

const Customer = z.object({
  id: z.string(),
  given_name: z.nullish(z.string()),
  family_name: z.nullish(z.string()),
  company_name: z.nullish(z.string()),
  nickname: z.nullish(z.string()),
  email_address: z.nullish(z.string()),
  phone_number: z.nullish(z.string()),
});
type Customer = z.output<typeof Customer>;
const Page = z.object({ customers: z._default(z.array(Customer), []), cursor: z.nullish(z.string()) });
const Cards = z.object({
  cards: z._default(
    z.array(
      z.object({
        id: z.string(),
        card_brand: z.nullish(z.string()),
        last_4: z.nullish(z.string()),
        exp_month: z.nullish(z.int()),
        exp_year: z.nullish(z.int()),
      }),
    ),
    [],
  ),
});
const MOST = 10;

export const find = square.implement(findCustomer, {
  async run({ http, account, input: { query } }) {
    const { found, whole } =
      isEmail(query) || isPhone(query) ? await search(http, account, query) : await lookThrough(http, account, query);
    if (whole && found.length === 0) refuse({ kind: "NotFound" }); // another integration may know them
    const customers = found.slice(0, MOST).map(async (one) => ({
      customer_id: one.id,
      name: [one.given_name, one.family_name].filter(Boolean).join(" ") || one.company_name || one.nickname || undefined,
      ...{ email: one.email_address ?? undefined, phone: one.phone_number ?? undefined },
      cards: (await cardsOf(http, account, one.id)).slice(0, MOST).map(({ id, card_brand, last_4, exp_month, exp_year }) => ({
        ...{ payment_method_id: id, brand: card_brand?.toLowerCase(), last4: last_4 ?? undefined },
        expires: exp_month && exp_year ? `${exp_year}-${String(exp_month).padStart(2, "0")}` : undefined,
      })),
    }));
    return { customers: await Promise.all(customers), complete: whole && found.length <= MOST };
  },
});

interface Found {
  readonly found: readonly Customer[];
  readonly whole: boolean;
}

async function search(http: Http, account: Account, asked: string): Promise<Found> {
  const filter = isEmail(asked) ? { email_address: { exact: asked } } : { phone_number: { exact: asked } };
  const json = { query: { filter }, limit: 100 };
  const { customers, cursor } = (await http.post(path`/v2/customers/search`, { ...site(account), json })).json(Page);
  const found = isEmail(asked)
    ? customers.filter(({ email_address }) => email_address?.toLowerCase() === asked.toLowerCase())
    : bearing(customers, asked, ({ phone_number }) => [phone_number]);
  return { found, whole: !cursor };
}

const MOST_PAGES = 10;

/** Square knows nobody by name, so its customers are looked through, those of late first. */
async function lookThrough(http: Http, account: Account, name: string): Promise<Found> {
  const found: Customer[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < MOST_PAGES && found.length <= MOST; pages++) {
    const query = { limit: 100, sort_field: "CREATED_AT", sort_order: "DESC", cursor: after };
    const { customers, cursor } = (await http.get(path`/v2/customers`, { ...site(account), query })).json(Page);
    found.push(...customers.filter((one) => bearsName([one.given_name, one.family_name, one.company_name, one.nickname], name)));
    if (!cursor) return { found, whole: true };
    after = cursor;
  }
  return { found, whole: false };
}

/** The customer's cards, the one saved last first. */
async function cardsOf(http: Http, account: Account, customer_id: string) {
  const reply = await http.get(path`/v2/cards`, { ...site(account), query: { customer_id, sort_order: "DESC" } });
  return reply.json(Cards).cards;
}

/** The card the customer saved last. */
export async function newestCard(http: Http, account: Account, customer_id: string): Promise<string> {
  const [card] = await cardsOf(http, account, customer_id);
  if (card) return card.id;
  await http.get(path`/v2/customers/${customer_id}`, site(account)); // one that is not Square's has no cards there either
  return refuse({ kind: "InvalidRequest", issues: ["the customer has no saved card: send a payment link"] });
}
