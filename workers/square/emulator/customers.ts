/** Square's directory of customers. https://developer.squareup.com/docs/customers-api/use-the-api/search-customers */
import { type Call, json, type Reply, refuse, type State } from "@junction/sandbox";
import * as z from "zod/mini";
import { body, error, invalid } from "./request.ts";

interface Customer {
  readonly id: string;
  readonly given_name: string;
  readonly family_name?: string;
  readonly company_name?: string;
  readonly email_address: string;
  readonly phone_number: string;
  readonly created_at: string;
}
const customersOf = (state: State) => state.collection<Customer>("customers");

/** Customers that are there from the beginning: `SANDBOXADA` and so on. */
const SEEDS: readonly Omit<Customer, "id" | "email_address" | "created_at">[] = [
  { given_name: "Ada", family_name: "Park", phone_number: "+12025550100" },
  { given_name: "Ben", family_name: "O'Neil", phone_number: "(202) 555-0101" },
  { given_name: "Cleo", family_name: "Muñoz", phone_number: "+1-202-555-0102" },
  { given_name: "Dora", phone_number: "2025550103", company_name: "Lind & Daughters" },
  { given_name: "Fay", family_name: "Park", phone_number: "+12025550104" },
  { given_name: "Emil", family_name: "Berg", phone_number: "+442025550100" },
];
export function seedCustomers(state: State, now: number): void {
  for (const [at, one] of SEEDS.entries()) {
    const id = `SANDBOX${one.given_name.toUpperCase()}`;
    const email_address = `${one.given_name.toLowerCase()}@example.com`;
    customersOf(state).put(id, { id, created_at: new Date(now - 86_400_000 + at).toISOString(), email_address, ...one });
  }
}

export function existing(call: Call, customer: string): string {
  if (customersOf(call.state).get(customer)) return customer;
  return refuse(error(404, "INVALID_REQUEST_ERROR", "CUSTOMER_NOT_FOUND", "Customer not found.", "customer_id"));
}
export const getCustomer = (call: Call): Reply =>
  json(200, { customer: customersOf(call.state).get(existing(call, call.param("customer"))) });

/** Stored numbers are of the merchant's country where they do not say otherwise. */
const e164 = (number: string): string => (number.startsWith("+") ? "+" : "+1") + number.replaceAll(/\D/g, "");

/** Either exact, or fuzzy: each word of it is somewhere in the value, whose punctuation does not count. */
const Text = z
  .strictObject({ exact: z.optional(z.string()), fuzzy: z.optional(z.string()) })
  .check(z.refine(({ exact, fuzzy }) => (exact === undefined) !== (fuzzy === undefined)));
const fuzzy = (stored: string, asked: string): boolean => {
  const bare = stored.toLowerCase().replaceAll(/[^a-z0-9 ]/g, "");
  return asked
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .every((word) => bare.includes(word));
};
const Sort = { field: z._default(z.enum(["DEFAULT", "CREATED_AT"]), "DEFAULT"), order: z._default(z.enum(["ASC", "DESC"]), "ASC") };
const Search = z.strictObject({
  cursor: z.optional(z.string()),
  limit: z._default(z.int().check(z.minimum(1), z.maximum(100)), 100),
  query: z.optional(
    z.strictObject({
      filter: z.optional(z.strictObject({ email_address: z.optional(Text), phone_number: z.optional(Text) })),
      sort: z.optional(z.strictObject(Sort)),
    }),
  ),
});

export function searchCustomers(call: Call): Reply {
  const { cursor, limit, query = {} } = body(call, Search);
  const { email_address: email, phone_number: phone } = query.filter ?? {};
  if (phone?.exact !== undefined && !/^\+[\d ().-]+$/.test(phone.exact))
    invalid("INVALID_PHONE_NUMBER", "Expected phone_number to be in E.164 form.", "query.filter.phone_number.exact");
  const found = customersOf(call.state)
    .list()
    .filter(({ email_address }) =>
      email?.fuzzy === undefined ? email?.exact === undefined || same(email.exact, email_address) : fuzzy(email_address, email.fuzzy),
    )
    .filter(({ phone_number }) =>
      phone?.fuzzy === undefined
        ? phone?.exact === undefined || e164(phone.exact) === e164(phone_number)
        : fuzzy(phone_number, phone.fuzzy),
    );
  return paged(found, query.sort ?? { field: "DEFAULT", order: "ASC" }, cursor ?? null, limit);
}
const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const Listed = z.object({
  sort_field: Sort.field,
  sort_order: Sort.order,
  limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 100),
});
export function listCustomers(call: Call): Reply {
  const asked = Listed.safeParse(Object.fromEntries(call.query));
  if (!asked.success) return invalid("INVALID_VALUE", "Invalid value.", asked.error.issues[0]?.path.join("."));
  const { sort_field: field, sort_order: order, limit } = asked.data;
  return paged(customersOf(call.state).list(), { field, order }, call.query.get("cursor"), limit);
}

interface Order {
  readonly field: "DEFAULT" | "CREATED_AT";
  readonly order: "ASC" | "DESC";
}
/** A page, in the order of their names or of their making; its cursor is good for nothing else. */
function paged(found: readonly Customer[], { field, order }: Order, cursor: string | null, limit: number): Reply {
  const at = cursor === null ? 0 : Number(/^customers-(\d+)$/.exec(cursor)?.[1] ?? invalid("INVALID_CURSOR", "Invalid cursor.", "cursor"));
  const key = ({ created_at, given_name, family_name = "" }: Customer) =>
    field === "DEFAULT" ? `${given_name} ${family_name}` : created_at;
  const sorted = found.toSorted((one, other) => key(one).localeCompare(key(other)) * (order === "ASC" ? 1 : -1));
  const customers = sorted.slice(at, at + limit);
  return json(200, {
    ...(customers.length > 0 && { customers }),
    ...(at + limit < sorted.length && { cursor: `customers-${at + limit}` }),
  });
}
