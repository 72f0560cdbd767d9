/** Zoho's leads: how they are found and read. https://www.zoho.com/crm/developer/docs/api/v8/get-records.html */
import { bearing, type Http, nationalNumber, path, phoneAsKnown, type Reply, refuse, usualWritings } from "@junction/kit";
import type { CrmLead } from "@junction/tools";
import * as z from "zod/mini";
import { any, fieldName, isId, quoted } from "./coql.ts";
import { homeOf } from "./manifest.ts";

type Value = string | number | boolean | null;
/** Where the account's leads are, for the API and for people. */
export interface Home {
  readonly at: ReturnType<typeof homeOf>;
  readonly url: (id: string) => string | undefined;
}
/** Zoho's data centres name people's hosts as the API's, Canada's save. */
const PAGES = /^www\.zohoapis\.(.+)$/;
export function leadsHome(http: Http, account: Parameters<typeof homeOf>[1]): Home {
  const at = homeOf(http, account);
  const [, end] = PAGES.exec(at.host ?? "www.zohoapis.com") ?? [];
  const host = end === "ca" ? "crm.zohocloud.ca" : `crm.zoho.${end}`;
  return { at, url: (id) => (end === undefined ? undefined : `https://${host}/crm/tab/Leads/${id}`) };
}

/** What every lead is asked for. */
const OWN = ["id", "First_Name", "Last_Name", "Company", "Email", "Secondary_Email", "Phone", "Mobile", "Modified_Time"];
const MOST_FIELDS = 50;
const Lead = z.looseObject({
  id: z.string(),
  First_Name: z.nullish(z.string()),
  Last_Name: z.nullish(z.string()),
  Company: z.nullish(z.string()),
  Email: z.nullish(z.string()),
  Secondary_Email: z.nullish(z.string()),
  Phone: z.nullish(z.string()),
  Mobile: z.nullish(z.string()),
  Modified_Time: z.iso.datetime({ offset: true }),
});
export type Lead = z.output<typeof Lead>;
const Leads = z.object({ data: z.array(Lead) });

export function fieldsOf(wanted: readonly string[]): string {
  const names = [...new Set([...OWN, ...wanted.map(fieldName)])];
  const most = MOST_FIELDS - OWN.length;
  return names.length > MOST_FIELDS
    ? refuse({ kind: "InvalidRequest", issues: [`fields must name at most ${most}: Zoho gives ${MOST_FIELDS} in all`] })
    : names.join(",");
}
export const nameOf = ({ First_Name, Last_Name }: Lead): string => [First_Name, Last_Name].filter(Boolean).join(" ");
export const phonesOf = ({ Phone, Mobile }: Lead) => [Phone, Mobile];
const emailsOf = ({ Email, Secondary_Email }: Lead) => [Email, Secondary_Email].flatMap((email) => email || []);

/** Where Zoho has nothing to give it answers with no body at all. */
const listed = (reply: Reply): readonly Lead[] => (reply.status === 204 ? [] : reply.json(Leads).data);

/** The rows of a query. It reads the records themselves, so that it knows of each what was last written. */
export async function queried(http: Http, { at }: Home, select_query: string): Promise<readonly Lead[]> {
  return listed(await http.post(path`/crm/v8/coql`, { ...at, json: { select_query } }));
}

export async function byId(http: Http, { at }: Home, id: string, wanted: readonly string[]): Promise<Lead | undefined> {
  if (!isId(id)) return undefined;
  const reply = await http.get(path`/crm/v8/Leads/${id}`, { ...at, query: { fields: fieldsOf(wanted) }, accept: [404, "INVALID_DATA"] });
  return reply.status === 200 || reply.status === 204 ? listed(reply)[0] : undefined;
}

export interface Who {
  readonly phone?: string | undefined;
  readonly email?: string | undefined;
}

/** Leads that bear the number, then those that bear the address. Each is compared here: to Zoho's search, containing is equal. */
export function ofPerson(leads: readonly Lead[], { phone, email }: Who): readonly Lead[] {
  const called = phone === undefined ? [] : bearing(leads, phone, phonesOf);
  const written = leads.filter((lead) => emailsOf(lead).some((one) => one.toLowerCase() === email?.toLowerCase()));
  return [...new Set([...called, ...written])];
}

/** Leads of this person. A number written in a way nobody expects is found by the search alone, which learns of it a little later. */
export async function byPerson(http: Http, home: Home, who: Who, wanted: readonly string[]): Promise<readonly Lead[]> {
  const { phone, email } = who;
  const numbers = phone === undefined ? "" : usualWritings(phone).map((one) => quoted(one, "phone"));
  const either = [
    ...(numbers === "" ? [] : [`Phone in (${numbers.join(",")})`, `Mobile in (${numbers.join(",")})`]),
    ...(email === undefined ? [] : [`Email = ${quoted(email, "email")}`, `Secondary_Email = ${quoted(email, "email")}`]),
  ];
  if (either.length === 0) return [];
  const select = `select ${fieldsOf(wanted)} from Leads where ${any(either)} order by Modified_Time desc limit 50`;
  const found = ofPerson(await queried(http, home, select), who);
  return found.length > 0 || phone === undefined ? found : ofPerson(await searched(http, home, phone, wanted), who);
}

async function searched(http: Http, { at }: Home, phone: string, wanted: readonly string[]): Promise<readonly Lead[]> {
  const query = { phone: nationalNumber(phone), fields: fieldsOf(wanted), per_page: 50 };
  return listed(await http.get(path`/crm/v8/Leads/search`, { ...at, query }));
}

/** A person without a company has their own name for one: many accounts take no lead without. */
const companyOf = (lead: Lead): string | undefined => (lead.Company && lead.Company !== nameOf(lead) ? lead.Company : undefined);

function plain(value: unknown): Value {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((one: unknown) => plain(one) ?? "").join(";"); // several choices
  const other = z.object({ name: z.string() }).safeParse(value); // another record, such as the owner
  return other.success ? other.data.name : null;
}

/** A lead in the tool's words. */
export function shown(home: Home, lead: Lead, wanted: readonly string[]): z.input<typeof CrmLead> {
  return {
    crm_id: lead.id,
    name: nameOf(lead) || undefined,
    phones: [...new Set(phonesOf(lead).flatMap((phone) => (phone ? [phoneAsKnown(phone)] : [])))],
    emails: [...new Set(emailsOf(lead))],
    company: companyOf(lead),
    fields: Object.fromEntries(wanted.map((name) => [name, plain(lead[name])])),
    updated_at: lead.Modified_Time,
    url: home.url(lead.id),
  };
}
