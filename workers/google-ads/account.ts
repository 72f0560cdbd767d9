/** The ad accounts a login reaches: its own, and those of the managers it belongs to. */
import { type Http, path, refuse } from "@junction/kit";
import * as z from "zod/mini";
import { type Customer, gaql, search } from "./gaql.ts";

export interface Reached extends Customer {
  readonly name: string;
  readonly usable: boolean;
  readonly currency: string;
  readonly status: string;
}
/** A login of more accounts than these is an agency's: it names the account. */
const MOST_LOGINS = 10;

const Own = z.object({
  customer: z.object({
    id: z.string(),
    descriptiveName: z.optional(z.string()),
    currencyCode: z._default(z.string(), "USD"),
    status: z._default(z.string(), "UNKNOWN"),
    manager: z._default(z.boolean(), false),
  }),
});
const Client = z.object({
  customerClient: z.object({
    id: z.string(),
    descriptiveName: z.optional(z.string()),
    currencyCode: z._default(z.string(), "USD"),
    status: z._default(z.string(), "UNKNOWN"),
  }),
});
/** `123-456-7890`, as people know it. */
const dashed = (id: string): string => id.replace(/^(\d{3})(\d{3})(\d{4})$/, "$1-$2-$3");
const reached = ({ id, descriptiveName, currencyCode, status }: z.output<typeof Client>["customerClient"], manager?: string): Reached => ({
  customer: id,
  manager,
  name: descriptiveName ?? dashed(id),
  usable: status === "ENABLED",
  currency: currencyCode,
  status,
});

export async function reachable(http: Http): Promise<readonly Reached[]> {
  const reply = await http.get(path`/v25/customers:listAccessibleCustomers`);
  const { resourceNames } = reply.json(z.object({ resourceNames: z._default(z.array(z.string()), []) }));
  const all: Reached[] = [];
  for (const name of resourceNames.slice(0, MOST_LOGINS)) {
    const customer = /^customers\/(\d+)$/.exec(name)?.[1];
    if (customer === undefined) continue;
    const of = { customer, manager: undefined };
    const query = gaql`SELECT customer.id, customer.descriptive_name, customer.currency_code, customer.status, customer.manager FROM customer LIMIT 1`;
    const [own] = await search(http, of, query, Own);
    if (!own) continue;
    if (!own.customer.manager) all.push(reached(own.customer));
    else {
      const clients = gaql`SELECT customer_client.id, customer_client.descriptive_name, customer_client.currency_code, customer_client.status
        FROM customer_client WHERE customer_client.manager = FALSE ORDER BY customer_client.id LIMIT 500`;
      const rows = await search(http, { customer, manager: customer }, clients, Client);
      all.push(...rows.map((row) => reached(row.customerClient, customer)));
    }
  }
  return all;
}

/** How an account is named to a caller: with the manager it is reached through, where there is one. */
export const accountName = ({ customer, manager }: Customer): string => (manager === undefined ? customer : `${manager}~${customer}`);

/** The account that was asked for, else the one found when it was connected. */
export function accountOf(
  asked: string | undefined,
  { customer, manager }: { readonly customer?: string | undefined; readonly manager?: string | undefined },
): Customer {
  const [, through, id] = /^(?:(\d{10})~)?(\d{10})$/.exec((asked ?? "").replaceAll("-", "")) ?? [];
  if (asked !== undefined)
    return id === undefined
      ? refuse({ kind: "InvalidRequest", issues: ["account_id must be one that crm/list_ad_accounts gave, such as 1234567890"] })
      : { customer: id, manager: through };
  if (customer === undefined) return refuse({ kind: "InvalidRequest", issues: ["give account_id, as crm/list_ad_accounts lists it"] });
  return { customer, manager };
}
