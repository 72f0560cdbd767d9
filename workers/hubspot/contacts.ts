/** HubSpot's contacts: how they are found, written and read. https://developers.hubspot.com/docs/api-reference/crm-contacts-v3 */
import { type Http, path, type Reply, refuse } from "@junction/kit";
import type { saveContact } from "@junction/tools";
import * as z from "zod";

type HubSpot = Http<"api.hubapi.com">;
type Properties = Readonly<Record<string, string>>;

export const PROPERTIES = ["email", "phone", "mobilephone", "firstname", "lastname", "company", "address", "city", "state", "zip"];
const Contact = z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullish()), updatedAt: z.string() });
export type Contact = z.output<typeof Contact>;
const Found = z.object({ results: z.array(Contact) });

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
const digits = (text: string): string => text.replace(/\D/g, "");

/** By HubSpot's own index of addresses, which does not lag as its search does. */
export async function byEmail(http: HubSpot, email: string): Promise<readonly Contact[]> {
  const reply = await http.get(path`/crm/v3/objects/contacts/${email}`, {
    query: { idProperty: "email", properties: PROPERTIES },
    accept: [404],
  });
  const contact = matches(reply);
  return contact ? [contact] : [];
}

/** The contact in an answer, or undefined where it says that there is none. */
export const matches = (reply: Reply): Contact | undefined => (reply.status === 404 ? undefined : reply.json(Contact));

const SEARCHED = ["hs_searchable_calculated_phone_number", "hs_searchable_calculated_mobile_number"];

/** HubSpot indexes numbers without their country code, which has one to three digits; what it finds is compared here. */
export async function byPhone(http: HubSpot, phone: string): Promise<readonly Contact[]> {
  const national = [1, 2, 3].map((code) => digits(phone).slice(code));
  const filters = [
    ...SEARCHED.map((propertyName) => ({ propertyName, operator: "IN", values: national })),
    ...["phone", "mobilephone"].map((propertyName) => ({ propertyName, operator: "EQ", value: phone })),
  ];
  const json = { filterGroups: filters.map((filter) => ({ filters: [filter] })), properties: PROPERTIES, limit: 20 };
  const { results } = (await http.post(path`/crm/v3/objects/contacts/search`, { json })).json(Found);
  const international = (contact: Contact) => Number(numbersOf(contact).some((stored) => stored?.startsWith("+")));
  return results
    .filter((contact) => numbersOf(contact).some((stored) => samePhone(stored, phone)))
    .sort((a, b) => international(b) - international(a)); // one without its country code might be another country's
}
const numbersOf = ({ properties: { phone, mobilephone } }: Contact) => [phone, mobilephone];

/** Whether a number as somebody typed it is the E.164 number, its country code written or not. */
export function samePhone(stored: string | null | undefined, phone: string): boolean {
  const [have, want] = [digits(stored ?? "").replace(/^0+/, ""), digits(phone)];
  if (stored?.trim().startsWith("+")) return have === want;
  return have.length >= 7 && want.endsWith(have) && want.length - have.length <= 3;
}

/** HubSpot's search by words looks in addresses and numbers too; only contacts that bear every word are meant. */
export async function byName(http: HubSpot, name: string): Promise<readonly Contact[]> {
  const json = { query: name, properties: PROPERTIES, limit: 50 };
  const { results } = (await http.post(path`/crm/v3/objects/contacts/search`, { json })).json(Found);
  const words = name.toLowerCase().split(/\s+/).filter(Boolean);
  return results.filter(({ properties: { firstname, lastname, company, email } }) => {
    const own = [firstname, lastname, company, email].join(" ").toLowerCase();
    return words.every((word) => own.includes(word));
  });
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

/** Updates the contact that is meant; adds one where there is none; and if its address turns out to be taken, updates its owner. */
export async function write(
  http: HubSpot,
  known: { readonly id: string } | { readonly email: string } | undefined,
  properties: Properties,
): Promise<Contact> {
  if (known) {
    const updated = matches(await update(http, known, properties, [404]));
    if (updated) return whole(updated, properties);
  }
  const made = await http.post(path`/crm/v3/objects/contacts`, { json: { properties, associations: [] }, accept: [409] });
  const reply = made.status === 409 ? await update(http, ownerOf(made, properties), properties, []) : made;
  return whole(reply.json(Contact), properties);
}
/** What comes back of a write is not promised to be all that was written. */
const whole = (contact: Contact, written: Properties): Contact => ({ ...contact, properties: { ...written, ...contact.properties } });

/** Another was quicker, or the search has not seen it yet. */
function ownerOf(refused: Reply, { email }: Properties): { readonly id: string } | { readonly email: string } {
  const { message } = refused.json(z.object({ message: z.string().default("") }));
  const [, id] = /Existing ID: (\d+)/.exec(message) ?? [];
  if (id !== undefined) return { id };
  return email === undefined ? refuse({ kind: "Conflict" }) : { email };
}
function update(
  http: HubSpot,
  known: { readonly id: string } | { readonly email: string },
  properties: Properties,
  accept: readonly number[],
): Promise<Reply> {
  const json = { properties };
  return "id" in known
    ? http.patch(path`/crm/v3/objects/contacts/${known.id}`, { json, accept })
    : http.patch(path`/crm/v3/objects/contacts/${known.email}`, { json, accept, query: { idProperty: "email" } });
}

const CLOCK_MS = 2_000;
/** Whether a contact says all that was to be stored, and has changed since. */
export function says({ properties, updatedAt }: Contact, wanted: Properties, since: Date): boolean {
  if (Date.parse(updatedAt) < since.getTime() - CLOCK_MS) return false;
  return Object.entries(wanted).every(([name, value]) => {
    const stored = properties[name];
    if (name === "phone") return samePhone(stored, value);
    return stored?.trim().toLowerCase() === value.trim().toLowerCase();
  });
}

export function shown({ id, properties: { firstname, lastname, email, phone, mobilephone, company } }: Contact) {
  const name = [firstname, lastname].filter(Boolean).join(" ");
  const given = { name, email, phone: phone || mobilephone, company };
  return { contact_id: id, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)) };
}
