/** HubSpot's contacts: how they are found, written and read. https://developers.hubspot.com/docs/api-reference/crm-contacts-v3 */
import { bearing, bearsName, type Http, isEmail, nationalNumber, path, type Reply, refuse, samePhone } from "@junction/kit";
import type { saveContact } from "@junction/tools";
import * as z from "zod/mini";

export type HubSpot = Http<"api.hubapi.com">;
export type Properties = Readonly<Record<string, string>>;

export const PROPERTIES = ["email", "phone", "mobilephone", "firstname", "lastname", "company", "address", "city", "state", "zip"];
export const Contact = z.object({ id: z.string(), properties: z.record(z.string(), z.nullish(z.string())), updatedAt: z.string() });
export type Contact = z.output<typeof Contact>;
const Found = z.object({ results: z.array(Contact) });

/** The contact with this id, as it is now. */
export async function byId(http: HubSpot, id: string, properties: readonly string[] = PROPERTIES): Promise<Contact | undefined> {
  return matches(await http.get(path`/crm/v3/objects/contacts/${id}`, { query: { properties }, accept: [404] }));
}

/** By HubSpot's own index of addresses, which does not lag as its search does. */
export async function byEmail(http: HubSpot, email: string, properties: readonly string[] = PROPERTIES): Promise<readonly Contact[]> {
  const query = { idProperty: "email", properties };
  const contact = matches(await http.get(path`/crm/v3/objects/contacts/${email}`, { query, accept: [404] }));
  return contact ? [contact] : [];
}

/** The contact in an answer, or undefined where it says that there is none. */
const matches = (reply: Reply): Contact | undefined => (reply.status === 404 ? undefined : reply.json(Contact));

const SEARCHED = ["hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number"];

/** HubSpot indexes numbers without their country code; what it finds is compared here. */
export async function byPhone(http: HubSpot, phone: string, properties: readonly string[] = PROPERTIES): Promise<readonly Contact[]> {
  const national = nationalNumber(phone);
  const filters = [
    ...SEARCHED.map((propertyName) => ({ propertyName, operator: "IN", values: [national, `0${national}`] })),
    ...["phone", "mobilephone"].map((propertyName) => ({ propertyName, operator: "EQ", value: phone })),
  ];
  const json = { filterGroups: filters.map((filter) => ({ filters: [filter] })), properties, limit: 20 };
  const { results } = (await http.post(path`/crm/v3/objects/contacts/search`, { json })).json(Found);
  return bearing(results, phone, numbersOf);
}
export const numbersOf = ({ properties: { phone, mobilephone } }: Contact) => [phone, mobilephone];

/** HubSpot's search by words looks in addresses and numbers too; only contacts that bear every word are meant. */
export async function byName(http: HubSpot, name: string): Promise<readonly Contact[]> {
  const json = { query: name, properties: PROPERTIES, limit: 50 };
  const { results } = (await http.post(path`/crm/v3/objects/contacts/search`, { json })).json(Found);
  return results.filter(({ properties: { firstname, lastname, company, email } }) =>
    bearsName([firstname, lastname, company, email], name),
  );
}

/** What is to be stored, under HubSpot's names. */
export function propertiesOf(input: z.output<typeof saveContact.input>): Properties {
  const { email_or_phone: key, first_name, last_name, company, street, city, region, postal_code } = input;
  const email = input.email ?? (isEmail(key) ? key : undefined);
  const phone = input.phone ?? (isEmail(key) ? undefined : key);
  const named = {
    email,
    phone,
    firstname: first_name,
    lastname: last_name,
    company,
    address: street,
    city,
    state: region,
    zip: postal_code,
  };
  return Object.fromEntries(Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

export interface Written {
  readonly contact: Contact;
  readonly created: boolean;
}
type Known = { readonly id: string } | { readonly email: string };

/**
 * Updates the contact that is meant; adds one where there is none; and if its address turns out to be taken, updates its owner. Not so
 * where it is `sure` that the known one is meant: then the owner of the address is somebody else, and that is a `Conflict`.
 */
export async function write(http: HubSpot, known: Known | undefined, properties: Properties, sure = true): Promise<Written> {
  if (known) {
    const reply = await update(http, known, properties, sure ? [404] : [404, 409]);
    const owner = reply.status === 409 ? await update(http, ownerOf(reply, properties), properties, []) : reply;
    const updated = matches(owner);
    if (updated) return { contact: whole(updated, properties), created: false };
  }
  const made = await http.post(path`/crm/v3/objects/contacts`, { json: { properties, associations: [] }, accept: [409] });
  const created = made.status !== 409;
  const reply = created ? made : await update(http, ownerOf(made, properties), properties, []);
  return { contact: whole(reply.json(Contact), properties), created };
}
/** What comes back of a write is not promised to be all that was written. */
const whole = (contact: Contact, written: Properties): Contact => ({ ...contact, properties: { ...written, ...contact.properties } });

/** Another was quicker, or the search has not seen it yet. */
function ownerOf(refused: Reply, { email }: Properties): Known {
  const [, id] = /Existing ID: (\d+)/.exec(refused.text(z.string())) ?? [];
  if (id !== undefined) return { id };
  return email === undefined ? refuse({ kind: "Conflict" }) : { email };
}
function update(http: HubSpot, known: Known, properties: Properties, accept: readonly number[]): Promise<Reply> {
  const json = { properties };
  return "id" in known
    ? http.patch(path`/crm/v3/objects/contacts/${known.id}`, { json, accept })
    : http.patch(path`/crm/v3/objects/contacts/${known.email}`, { json, accept, query: { idProperty: "email" } });
}

const CLOCK_MS = 2_000;
/** Whether a contact has changed since then. */
export const recent = ({ updatedAt }: Contact, since: Date): boolean => Date.parse(updatedAt) >= since.getTime() - CLOCK_MS;

/** Whether a contact says all that was to be stored, and has changed since. */
export function says(contact: Contact, wanted: Properties, since: Date): boolean {
  const { properties } = contact;
  if (!recent(contact, since)) return false;
  return Object.entries(wanted).every(([name, value]) => {
    const stored = properties[name];
    if (name === "phone") return samePhone(stored, value);
    return stored?.trim().toLowerCase() === value.trim().toLowerCase();
  });
}

export const nameOf = ({ properties: { firstname, lastname } }: Contact): string => [firstname, lastname].filter(Boolean).join(" ");

export function shown(contact: Contact) {
  const { id, properties } = contact;
  const { email, phone, mobilephone, company } = properties;
  const given = { name: nameOf(contact), email, phone: phone || mobilephone, company };
  return { contact_id: id, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)) };
}
