/** Plays HubSpot's search, which knows a contact as it was some time ago. https://developers.hubspot.com/docs/api-reference/search/guide */
import { type Call, json, type Reply } from "@junction/sandbox";
import * as z from "zod/mini";
import { type Contact, calculated, contactsOf, type Properties, shown } from "./contacts.ts";
import { invalid } from "./errors.ts";
import { comparable, isKnown } from "./properties.ts";

const OPERATORS = [
  "EQ",
  "NEQ",
  "LT",
  "LTE",
  "GT",
  "GTE",
  "BETWEEN",
  "IN",
  "NOT_IN",
  "HAS_PROPERTY",
  "NOT_HAS_PROPERTY",
  "CONTAINS_TOKEN",
  "NOT_CONTAINS_TOKEN",
] as const;
const Filter = z.object({
  propertyName: z.string(),
  operator: z.enum(OPERATORS),
  value: z.optional(z.string()),
  highValue: z.optional(z.string()),
  values: z.optional(z.array(z.string())),
});
type Filter = z.output<typeof Filter>;
const Ask = z.object({
  filterGroups: z._default(z.array(z.object({ filters: z.array(Filter) })), []),
  query: z.optional(z.string()),
  properties: z._default(z.array(z.string()), []),
  sorts: z._default(z.array(z.string()).check(z.maxLength(1)), []),
  limit: z._default(z.int().check(z.minimum(0), z.maximum(200)), 10),
  after: z.optional(z.union([z.string(), z.number()])),
});

const SEARCHABLE = [
  "firstname",
  "lastname",
  "email",
  "phone",
  "mobilephone",
  "company",
  "hs_searchable_calculated_phone_number",
  "hs_searchable_calculated_mobile_number",
];

function holds(properties: Properties, { propertyName, operator, value, highValue, values }: Filter): boolean {
  const text = (properties[propertyName] ?? "").toLowerCase();
  const given = value ?? invalidUnless(operator, "value", ["IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"]);
  const listed = values?.map((one) => one.toLowerCase()) ?? [];
  const word = new RegExp(
    `^${given
      .toLowerCase()
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")}$`,
  );
  const token = () => text.split(/[^\p{L}\p{N}]+/u).some((one) => word.test(one));
  const [own, other] = [comparable(propertyName, text), comparable(propertyName, given)];
  switch (operator) {
    case "EQ":
      return text !== "" && own === other;
    case "NEQ":
      return own !== other;
    case "LT":
      return text !== "" && own < other;
    case "LTE":
      return text !== "" && own <= other;
    case "GT":
      return text !== "" && own > other;
    case "GTE":
      return text !== "" && own >= other;
    case "BETWEEN":
      return text !== "" && own >= other && own <= comparable(propertyName, highValue ?? "");
    case "IN":
      return listed.includes(text);
    case "NOT_IN":
      return text !== "" && !listed.includes(text);
    case "HAS_PROPERTY":
      return text !== "";
    case "NOT_HAS_PROPERTY":
      return text === "";
    case "CONTAINS_TOKEN":
      return token();
    case "NOT_CONTAINS_TOKEN":
      return !token();
  }
}
function invalidUnless(operator: string, what: string, without: readonly string[]): string {
  return without.includes(operator) ? "" : invalid(`operator ${operator} requires a ${what}`);
}

/** A contact as the index has it: undefined while it has not got there yet. */
function indexed(
  contact: Contact,
  at: number,
): { readonly contact: Contact; readonly properties: Properties; readonly at: number } | undefined {
  const known = contact.history.findLast((state) => state.at <= at);
  return known && { contact, properties: calculated(contact, known.properties, known.at), at: known.at };
}

export function search(call: Call): Reply {
  const parsed = Ask.safeParse(call.json);
  if (!parsed.success) return invalid(`Invalid input JSON: ${parsed.error.issues[0]?.path.join(".")} is not valid`);
  const { filterGroups, query, properties, sorts, limit, after = "0" } = parsed.data;
  const filters = filterGroups.flatMap((group) => group.filters);
  if (filterGroups.length > 5 || filters.length > 18 || filterGroups.some((group) => group.filters.length > 6))
    return invalid("There was a problem with the request: at most 5 filterGroups, 6 filters in each, and 18 in all");
  const unknown = filters.find(({ propertyName }) => !isKnown(propertyName));
  if (unknown) return invalid(`There was a problem with the request: property ${unknown.propertyName} does not exist`);
  if (filterGroups.some((group) => group.filters.length === 0)) return invalid("a filterGroup needs a filter");
  if (filters.some(({ operator, values }) => (operator === "IN" || operator === "NOT_IN") && !values?.length))
    return invalid("operator IN requires values");
  const skip = /^\d+$/.test(String(after)) ? Number(after) : invalid("after must be a number");
  const words = (query ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const seen = call.now() - call.settings.indexLagSeconds * 1000;
  const found = contactsOf(call.state)
    .list()
    .flatMap((contact) => indexed(contact, seen) ?? [])
    .filter(
      ({ properties: own }) =>
        filterGroups.length === 0 || filterGroups.some((group) => group.filters.every((filter) => holds(own, filter))),
    )
    .filter(({ properties: own }) => words.every((word) => SEARCHABLE.some((name) => own[name]?.toLowerCase().includes(word))));
  const [sort] = sorts;
  if (sort !== undefined) {
    const [name, sign] = sort.startsWith("-") ? [sort.slice(1), -1] : [sort, 1];
    const placeOf = ({ properties: own }: (typeof found)[number]) => comparable(name, own[name] ?? "");
    found.sort((a, b) => (placeOf(a) < placeOf(b) ? -sign : placeOf(a) > placeOf(b) ? sign : 0));
  }
  if (skip + limit > 10_000) return invalid("paging through more than 10000 results is not supported");
  const page = found.slice(skip, skip + limit);
  const next = found.length > skip + limit ? { paging: { next: { after: String(skip + limit) } } } : {};
  return json(200, { total: found.length, results: page.map((one) => shown(one.contact, one.properties, one.at, properties)), ...next });
}
