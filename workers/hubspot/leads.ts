/** Leads in HubSpot: its contacts, by the id they once had, their phone or their email. */
import { path, phoneAsKnown, refuse, samePhone } from "@junction/kit";
import { fetchLeads, findLead, listCrmFields, syncLead } from "@junction/tools";
import * as z from "zod/mini";
import { byEmail, byId, byPhone, Contact, type HubSpot, nameOf, numbersOf, type Properties, recent, write } from "./contacts.ts";
import { fieldOf, Property } from "./fields.ts";
import { BASIC, hubspot, READ, WRITE } from "./manifest.ts";

const OWN = ["email", "phone", "mobilephone", "firstname", "lastname", "company"];
const MOST = 10;

type Account = { readonly hub_id?: string | undefined };
const pageOf = ({ hub_id }: Account, id: string): string | undefined =>
  hub_id && `https://app.hubspot.com/contacts/${encodeURIComponent(hub_id)}/record/0-1/${id}`;

function leadOf(contact: Contact, account: Account, asked: readonly string[]) {
  const { id, properties, updatedAt } = contact;
  const given = { name: nameOf(contact), company: properties["company"], url: pageOf(account, id) };
  return {
    ...{ crm_id: id, phones: [...new Set(numbersOf(contact).flatMap((number) => (number ? [phoneAsKnown(number)] : [])))] },
    emails: properties["email"] ? [properties["email"]] : [],
    fields: Object.fromEntries(asked.map((name) => [name, properties[name] || null])),
    updated_at: updatedAt,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
  };
}

type Sought = Pick<z.output<typeof findLead.input>, "crm_id" | "phone" | "email">;
/** The contact with the id; or else those with the phone, and after them those with the email. */
async function* sought(http: HubSpot, { crm_id, phone, email }: Sought, properties: readonly string[]): AsyncGenerator<Contact> {
  const known = crm_id === undefined ? undefined : await byId(http, crm_id, properties);
  if (known) {
    yield known;
    return;
  }
  const seen = new Set<string>();
  for (const search of [() => phone && byPhone(http, phone, properties), () => email && byEmail(http, email, properties)])
    for (const contact of (await search()) || []) {
      if (!seen.has(contact.id)) yield contact;
      seen.add(contact.id);
    }
}

const find = hubspot.implement(findLead, {
  scopes: [READ, BASIC],
  async run({ http, account, input }) {
    if (!isSought(input)) return refuse({ kind: "InvalidRequest", issues: [UNTOLD] });
    const leads = [];
    for await (const contact of sought(http, input, [...OWN, ...input.fields])) leads.push(leadOf(contact, account, input.fields));
    return { leads: leads.slice(0, MOST) };
  },
});
const isSought = ({ crm_id, phone, email }: Sought): boolean => [crm_id, phone, email].some((one) => one !== undefined);
const UNTOLD = "give crm_id, phone or email: by anything else a lead cannot be told from another";

/** What is to be stored that the contact does not say already, however it was typed there. */
function propertiesOf({ name, phone, email, company, fields }: z.output<typeof syncLead.input>, known: Contact | undefined): Properties {
  const has = known?.properties ?? {};
  const [firstname, ...rest] = name?.trim().split(/\s+/) ?? [];
  const named = name === undefined || (known && nameOf(known) === name.trim()) ? {} : { firstname, lastname: rest.join(" ") };
  const number = known && phone !== undefined && numbersOf(known).some((stored) => samePhone(stored, phone)) ? undefined : phone;
  const address = email?.toLowerCase() === has["email"]?.toLowerCase() ? undefined : email;
  const own = Object.entries(fields).map(([field, value]) => [field, value === null ? "" : String(value)]);
  const all = { email: address, phone: number, company, ...named, ...Object.fromEntries(own) };
  return Object.fromEntries(Object.entries(all).flatMap(([field, value]) => (value === undefined ? [] : [[field, String(value)]])));
}

const sync = hubspot.implement(syncLead, {
  scopes: [READ, WRITE, BASIC],
  async run({ http, account, input }) {
    if (!isSought(input)) return refuse({ kind: "InvalidRequest", issues: [UNTOLD] });
    const asked = [...OWN, ...Object.keys(input.fields)];
    const { value: known } = (await sought(http, input, asked).next()) as IteratorResult<Contact, undefined>;
    if (!known && input.phone === undefined && input.email === undefined) return refuse({ kind: "NotFound" });
    const properties = propertiesOf(input, known);
    const { contact, created } =
      known && Object.keys(properties).length === 0
        ? { contact: known, created: false }
        : await write(http, known, properties, known?.id === input.crm_id);
    return { crm_id: contact.id, outcome: created ? "created" : "updated", url: pageOf(account, contact.id) };
  },
  // Its search lags behind by seconds: what is not found is believed not to be there only after a while.
  async probe({ http, account, input, sentAt }) {
    for await (const { id } of sought(http, input, OWN)) {
      const now = await byId(http, id, [...OWN, ...Object.keys(input.fields)]);
      if (!now || !recent(now, sentAt)) continue;
      const lacking = Object.entries(propertiesOf(input, now)).filter(
        ([name, value]) => (now.properties[name] ?? "").trim() !== value.trim(),
      );
      if (lacking.length === 0) return { crm_id: id, outcome: "updated", url: pageOf(account, id) };
    }
    return null;
  },
});

const Page = z.object({
  results: z.array(Contact),
  total: z.int().check(z.nonnegative()),
  paging: z.nullish(z.object({ next: z.nullish(z.object({ after: z.string() })) })),
});

/** In the order of their ids, each page from the last id on: nothing is missed or doubled, however much changes, nor is it 10,000 at most. */
const fetchAll = hubspot.implement(fetchLeads, {
  scopes: [READ, BASIC],
  async run({ http, account, input: { page, limit, updated_since, where, fields } }) {
    const [, after, counted] = /^(\d+):(\d+)$/.exec(page ?? "") ?? [];
    if (page !== undefined && after === undefined) refuse({ kind: "InvalidRequest", issues: ["page must be the next_page of an answer"] });
    const filters = [
      ...(after === undefined ? [] : [{ propertyName: "hs_object_id", operator: "GT", value: after }]),
      ...(updated_since === undefined
        ? []
        : [{ propertyName: "lastmodifieddate", operator: "GTE", value: String(Date.parse(updated_since)) }]),
      ...where.map(({ field: propertyName, equals: value }) =>
        value === "" ? { propertyName, operator: "NOT_HAS_PROPERTY" } : { propertyName, operator: "EQ", value },
      ),
    ];
    const json = {
      ...{ filterGroups: filters.length > 0 ? [{ filters }] : [], sorts: ["hs_object_id"] },
      ...{ properties: [...OWN, ...fields], limit },
    };
    const { results, total, paging } = (await http.post(path`/crm/v3/objects/contacts/search`, { json })).json(Page);
    const all = counted === undefined ? total : Number(counted);
    const last = paging?.next && results.at(-1)?.id;
    return {
      ...{ leads: results.map((contact) => leadOf(contact, account, fields)), total: all },
      ...(last && { next_page: `${last}:${all}` }),
    };
  },
});

const listFields = hubspot.implement(listCrmFields, {
  scopes: [READ, BASIC],
  async run({ http }) {
    const { results } = (await http.get(path`/crm/v3/properties/contacts`)).json(z.object({ results: z.array(Property) }));
    return { fields: results.filter(({ hidden }) => !hidden).map(fieldOf) };
  },
});

export const leads = [sync, find, fetchAll, listFields];
