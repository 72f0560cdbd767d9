/** Plays HubSpot's contacts. https://developers.hubspot.com/docs/api-reference/crm-contacts-v3 */
import { type Call, json, noteChange, type Operation, type Person, type Reply, refuse, type State } from "@junction/sandbox";
import { hubspotError, invalid, missing, taken } from "./errors.ts";
import { notice } from "./notices.ts";
import { definitions, isKnown, storable } from "./properties.ts";

export type Properties = Readonly<Record<string, string>>;
export interface Contact {
  readonly id: string;
  readonly properties: Properties;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Every state it was in, the oldest first: the search index knows the one of some time ago. */
  readonly history: readonly { readonly at: number; readonly properties: Properties }[];
}
export const contactsOf = (state: State) => state.collection<Contact>("contacts");

const DEFAULTS = ["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"];

/** Country codes of one and of two digits; all others have three. */
const SHORT_CODES = /^\+?(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
/** A number as HubSpot indexes it: digits, without the country code. */
export function local(number: string | undefined): string {
  if (!number) return "";
  const international = number.trim().startsWith("+");
  const plain = number.replace(/[^\d+]/g, "");
  if (!international) return plain.replace(/^1(?=\d{10}$)/, "");
  return plain.replace(SHORT_CODES.test(plain) ? SHORT_CODES : /^\+\d{3}/, "");
}

/** A contact's properties at the time, the calculated ones with them. */
export const calculated = ({ id, createdAt }: Contact, properties: Properties, at: number): Properties => ({
  ...properties,
  createdate: new Date(createdAt).toISOString(),
  lastmodifieddate: new Date(at).toISOString(),
  hs_object_id: id,
  hs_searchable_calculated_phone_number: local(properties["phone"]),
  hs_searchable_calculated_mobile_number: local(properties["mobilephone"]),
});

/** A contact as the API shows it: what was asked for, and some that always come. */
export function shown(contact: Contact, properties: Properties, at: number, asked: readonly string[]): object {
  const all = calculated(contact, properties, at);
  const names = [...new Set(asked.length > 0 ? [...asked, "createdate", "hs_object_id", "lastmodifieddate"] : DEFAULTS)].filter(isKnown);
  return {
    id: contact.id,
    properties: Object.fromEntries(names.map((name) => [name, all[name] || null])),
    createdAt: new Date(contact.createdAt).toISOString(),
    updatedAt: new Date(at).toISOString(),
    archived: false,
  };
}
const current = (contact: Contact, asked: readonly string[] = []): object => shown(contact, contact.properties, contact.updatedAt, asked);
const asked = ({ query }: Call): readonly string[] => query.getAll("properties").flatMap((one) => one.split(","));

const EMAIL = /^[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>]+$/;
function readProperties({ json: body }: Call): Properties {
  if (
    typeof body !== "object" ||
    body === null ||
    !("properties" in body) ||
    typeof body.properties !== "object" ||
    body.properties === null
  )
    return invalid("Invalid input JSON: properties must be an object");
  const clean: Record<string, string> = {};
  for (const [name, value] of Object.entries(body.properties)) clean[name] = storable(name, value);
  if (clean["email"]) {
    if (!EMAIL.test(clean["email"])) invalid(`Email address ${clean["email"]} is invalid`, "email", "INVALID_EMAIL");
    clean["email"] = clean["email"].toLowerCase();
  }
  return clean;
}

const ofEmail = (state: State, email: string | undefined): Contact | undefined =>
  email
    ? contactsOf(state)
        .list()
        .find(({ properties }) => properties["email"] === email.toLowerCase())
    : undefined;

function contactOf(call: Call): Contact {
  const key = call.param("contact");
  const by = call.query.get("idProperty");
  if (by !== null && by !== "email" && by !== "hs_object_id") return invalid(`${by} is not a unique property`);
  return (by === "email" ? ofEmail(call.state, key) : contactsOf(call.state).get(key)) ?? refuse(missing());
}

/** Tells of a new contact, or of each property that changed. */
function tell(state: State, contact: Contact, before: Contact | undefined, changeSource: string): void {
  const about = { objectId: Number(contact.id), now: contact.updatedAt };
  if (!before)
    noteChange(state, { kind: "contact.created", ...notice("contact.creation", { ...about, changeSource, changeFlag: "CREATED" }) });
  for (const [propertyName, propertyValue] of Object.entries(contact.properties)) {
    if (!before || (before.properties[propertyName] ?? "") === propertyValue) continue;
    const change = { ...about, changeSource, propertyName, propertyValue };
    noteChange(state, { kind: "contact.updated", ...notice("contact.propertyChange", change) });
  }
}

/** What one of the account's own people enters. */
export function addPerson({ first, last, email, phone, company }: Person, { state, now }: { readonly state: State; readonly now: number }) {
  const id = `8${String(contactsOf(state).list().length).padStart(10, "0")}`;
  const contact = put(state, id, { email, phone, firstname: first, lastname: last, ...(company && { company }) }, now);
  tell(state, contact, undefined, "CRM_UI");
  return id;
}

export function put(state: State, id: string, properties: Properties, at: number): Contact {
  const before = contactsOf(state).get(id);
  const contact: Contact = {
    id,
    properties,
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
    history: [...(before?.history ?? []), { at, properties }],
  };
  contactsOf(state).put(id, contact);
  return contact;
}

function create(call: Call): Reply {
  const properties = readProperties(call);
  const known = ofEmail(call.state, properties["email"]);
  if (known) return taken(known.id);
  const made = put(call.state, `9${call.random(10, "0123456789")}`, properties, call.now());
  tell(call.state, made, undefined, "INTEGRATION");
  return json(201, current(made));
}

function update(call: Call): Reply {
  const contact = contactOf(call);
  const changes = readProperties(call);
  const owner = ofEmail(call.state, changes["email"]);
  if (owner && owner.id !== contact.id)
    return hubspotError(409, "CONFLICT", `${owner.id} already has that value.`, [
      { message: `${owner.id} already has that value.`, code: "CONFLICTING_UNIQUE_VALUE", context: { propertyName: ["email"] } },
    ]);
  const same = Object.entries(changes).every(([name, value]) => (contact.properties[name] ?? "") === value);
  if (same) return json(200, current(contact));
  const changed = put(call.state, contact.id, { ...contact.properties, ...changes }, call.now());
  tell(call.state, changed, contact, "INTEGRATION");
  return json(200, current(changed));
}

function list(call: Call): Reply {
  const limit = Number(call.query.get("limit") ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return invalid("limit must be 1 to 100");
  const after = call.query.get("after") ?? "";
  const all = [...contactsOf(call.state).list()].sort((a, b) => (a.id < b.id ? -1 : 1)).filter(({ id }) => id > after);
  const shownNow = all.slice(0, limit);
  const next = all.length > limit ? { paging: { next: { after: shownNow.at(-1)?.id ?? "" } } } : {};
  return json(200, { results: shownNow.map((contact) => current(contact, asked(call))), ...next });
}

const CONTACTS = "/crm/v3/objects/contacts";
export const contactOperations: readonly Operation[] = [
  { name: "create_contact", method: "POST", path: CONTACTS, run: create },
  { name: "list_contacts", method: "GET", path: CONTACTS, run: list },
  { name: "get_contact", method: "GET", path: `${CONTACTS}/:contact`, run: (call) => json(200, current(contactOf(call), asked(call))) },
  { name: "list_properties", method: "GET", path: "/crm/v3/properties/contacts", run: () => json(200, { results: definitions() }) },
  { name: "update_contact", method: "PATCH", path: `${CONTACTS}/:contact`, run: update },
];
