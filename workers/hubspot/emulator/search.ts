/** Plays HubSpot's search, which knows a contact as it was some time ago. https://developers.hubspot.com/docs/api-reference/search/guide */
import { type Call, json, type Reply } from "@junction/sandbox";
import * as z from "zod";
import { type Contact, calculated, contactsOf, KNOWN, type Properties, shown } from "./contacts.ts";
import { invalid } from "./errors.ts";

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
  value: z.string().optional(),
  highValue: z.string().optional(),
  values: z.array(z.string()).optional(),
});
type Filter = z.output<typeof Filter>;
const Ask = z.object({
  filterGroups: z.array(z.object({ filters: z.array(Filter) })).default([]),
  query: z.string().optional(),
  properties: z.array(z.string()).default([]),
  sorts: z.array(z.unknown()).default([]),
  limit: z.number().int().min(0).max(200).default(10),
  after: z.union([z.string(), z.number()]).optional(),
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
  const own = (properties[propertyName] ?? "").toLowerCase();
  const given = value?.toLowerCase() ?? invalidUnless(operator, "value", ["IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY"]);
  const listed = values?.map((one) => one.toLowerCase()) ?? [];
  const tokens = () => own.split(/[^\p{L}\p{N}]+/u);
  const token = () =>
    tokens().some((one) => new RegExp(`^${given.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(one));
  switch (operator) {
    case "EQ":
      return own === given;
    case "NEQ":
      return own !== given;
    case "LT":
      return own < given;
    case "LTE":
      return own <= given;
    case "GT":
      return own > given;
    case "GTE":
      return own >= given;
    case "BETWEEN":
      return own >= given && own <= (highValue?.toLowerCase() ?? "");
    case "IN":
      return listed.includes(own);
    case "NOT_IN":
      return own !== "" && !listed.includes(own);
    case "HAS_PROPERTY":
      return own !== "";
    case "NOT_HAS_PROPERTY":
      return own === "";
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
  const { filterGroups, query, properties, limit, after = "0" } = parsed.data;
  const filters = filterGroups.flatMap((group) => group.filters);
  if (filterGroups.length > 5 || filters.length > 18 || filterGroups.some((group) => group.filters.length > 6))
    return invalid("There was a problem with the request: at most 5 filterGroups, 6 filters in each, and 18 in all");
  const unknown = filters.find(({ propertyName }) => !KNOWN.has(propertyName));
  if (unknown) return invalid(`There was a problem with the request: property ${unknown.propertyName} does not exist`);
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
  const page = found.slice(skip, skip + limit);
  const next = found.length > skip + limit ? { paging: { next: { after: String(skip + limit) } } } : {};
  return json(200, { total: found.length, results: page.map((one) => shown(one.contact, one.properties, one.at, properties)), ...next });
}
