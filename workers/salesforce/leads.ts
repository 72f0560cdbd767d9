/** Salesforce's leads: how they are found and read. https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm */
import { bearing, below, type Http, nationalNumber, type Path, path, phoneAsKnown, usualWritings } from "@junction/kit";
import type { CrmLead } from "@junction/tools";
import * as z from "zod/mini";
import type { homeOf } from "./manifest.ts";
import { fieldName, isLeadId, quoted } from "./soql.ts";

type Value = string | number | boolean | null;
export type Home = ReturnType<typeof homeOf>;

/** What every lead is asked for. */
const OWN = ["Id", "FirstName", "LastName", "Company", "Email", "Phone", "MobilePhone", "LastModifiedDate"];
/** Salesforce writes an offset without its colon, which no other reader of ISO 8601 takes. */
const Time = z.pipe(
  z.string(),
  z.transform((text) => text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")),
);
const Lead = z.looseObject({
  Id: z.string(),
  FirstName: z.nullish(z.string()),
  LastName: z.nullish(z.string()),
  Company: z.nullish(z.string()),
  Email: z.nullish(z.string()),
  Phone: z.nullish(z.string()),
  MobilePhone: z.nullish(z.string()),
  LastModifiedDate: z.pipe(Time, z.iso.datetime({ offset: true })),
});
export type Lead = z.output<typeof Lead>;
const Rows = z.object({ totalSize: z.int().check(z.nonnegative()), records: z.array(Lead) });

export const fieldsOf = (wanted: readonly string[]): string => [...new Set([...OWN, ...wanted.map(fieldName)])].join(",");
export const nameOf = ({ FirstName, LastName }: Lead): string => [FirstName, LastName].filter(Boolean).join(" ");
export const phonesOf = ({ Phone, MobilePhone }: Lead) => [Phone, MobilePhone];

/** The rows of a query. It reads the records themselves, so that it knows of each what was last written. */
export async function queried(http: Http, { host, root }: Home, q: string): Promise<z.output<typeof Rows>> {
  return (await http.get(below(root, path`/query`), { host, query: { q } })).json(Rows);
}

export const leadAt = ({ root }: Home, id: string): Path => below(root, path`/sobjects/Lead/${id}`);

export async function byId(http: Http, home: Home, id: string, wanted: readonly string[]): Promise<Lead | undefined> {
  if (!isLeadId(id)) return undefined;
  const reply = await http.get(leadAt(home, id), {
    host: home.host,
    query: { fields: fieldsOf(wanted) },
    accept: [404, "NOT_FOUND", "ENTITY_IS_DELETED"],
  });
  return reply.status === 200 ? reply.json(Lead) : undefined;
}

export interface Who {
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
}

/** Leads that bear the number, then those that bear the address. Each is compared here: what Salesforce finds is like, not equal. */
export function ofPerson(leads: readonly Lead[], { phone, email }: Who): readonly Lead[] {
  const called = phone === undefined ? [] : bearing(leads, phone, phonesOf);
  const written = leads.filter((lead) => email !== undefined && lead.Email?.toLowerCase() === email.toLowerCase());
  return [...new Set([...called, ...written])];
}

/** Open leads of this person. A number written in a way nobody expects is found by the search alone, which learns of it a little later. */
export async function byPerson(http: Http, home: Home, who: Who, wanted: readonly string[]): Promise<readonly Lead[]> {
  const { phone, email } = who;
  const numbers = phone === undefined ? "" : usualWritings(phone).map((one) => quoted(one, "phone"));
  const either = [
    ...(numbers === "" ? [] : [`Phone IN (${numbers.join(",")})`, `MobilePhone IN (${numbers.join(",")})`]),
    ...(email === undefined ? [] : [`Email = ${quoted(email, "email")}`]),
  ];
  if (either.length === 0) return [];
  const where = `IsConverted = false AND (${either.join(" OR ")})`;
  const { records } = await queried(
    http,
    home,
    `SELECT ${fieldsOf(wanted)} FROM Lead WHERE ${where} ORDER BY LastModifiedDate DESC, Id LIMIT 50`,
  );
  const found = ofPerson(records, who);
  return found.length > 0 || phone === undefined ? found : ofPerson(await searched(http, home, phone, wanted), who);
}

async function searched(http: Http, { host, root }: Home, phone: string, wanted: readonly string[]): Promise<readonly Lead[]> {
  const query = {
    q: nationalNumber(phone), // digits alone: nothing in it means anything to the search
    ...{ in: "PHONE", sobject: "Lead", "Lead.fields": fieldsOf(wanted), "Lead.where": "IsConverted = false", "Lead.limit": 50 },
  };
  return (await http.get(below(root, path`/parameterizedSearch`), { host, query })).json(z.object({ searchRecords: z.array(Lead) }))
    .searchRecords;
}

/** A person without a company has their own name for one: Salesforce takes no lead without. */
export const companyOf = (lead: Lead): string | undefined => (lead.Company && lead.Company !== nameOf(lead) ? lead.Company : undefined);

const plain = (value: unknown): Value =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null; // a compound, such as Address

export const urlOf = ({ host }: Home, id: string): string => `https://${host}/${id}`;

/** A lead in the tool's words. */
export function shown(home: Home, lead: Lead, wanted: readonly string[]): z.input<typeof CrmLead> {
  return {
    crm_id: lead.Id,
    name: nameOf(lead) || undefined,
    phones: [...new Set(phonesOf(lead).flatMap((phone) => (phone ? [phoneAsKnown(phone)] : [])))],
    emails: lead.Email ? [lead.Email] : [],
    company: companyOf(lead),
    fields: Object.fromEntries(wanted.map((name) => [name, plain(lead[name])])),
    updated_at: lead.LastModifiedDate,
    url: urlOf(home, lead.Id),
  };
}
