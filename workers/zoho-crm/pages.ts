/**
 * Leads page by page, in the order of their ids. A page begins after the last id of the one before, so that whatever changes meanwhile, none
 * is passed over and none comes twice, as would happen if pages were counted.
 */
import { type Http, path, refuse } from "@junction/kit";
import type { fetchLeads } from "@junction/tools";
import * as z from "zod/mini";
import { all, fieldName, isId, quoted } from "./coql.ts";
import { fieldsOfLead } from "./fields.ts";
import { fieldsOf, type Home, queried, shown } from "./leads.ts";

type Input = z.output<typeof fetchLeads.input>;

/** As Zoho writes times: no fractions of a second. */
const moment = (text: string): string => new Date(text).toISOString().replace(/\.\d+Z$/, "+00:00");
const FIRST = "0";

/** COQL wants some types quoted and others not, so the account is asked which is which. */
async function conditions(http: Http, home: Home, where: Input["where"]): Promise<readonly string[]> {
  if (where.length === 0) return [];
  const fields = await fieldsOfLead(http, home);
  return where.map(({ field, equals }) => {
    const type = fields.find(({ name }) => name === fieldName(field))?.type;
    if (type === undefined) return refuse({ kind: "InvalidRequest", issues: [`where names ${field}, which is no field of a lead`] });
    if (type === "datetime" && z.iso.datetime({ offset: true }).safeParse(equals).success)
      return `${field} = ${quoted(moment(equals), field)}`;
    if (type !== "number" && type !== "boolean") return `${field} = ${quoted(equals, `where ${field}`)}`;
    const fits = type === "number" ? /^-?\d{1,15}(\.\d{1,15})?$/.test(equals) : /^(true|false)$/.test(equals);
    return fits
      ? `${field} = ${equals}`
      : refuse({ kind: "InvalidRequest", issues: [`where ${field} must equal a ${type}: its value is none`] });
  });
}

/** The one number of the answer, whatever its column is called. */
const Count = z.object({ data: z.tuple([z.record(z.string(), z.unknown())]) });
async function count(http: Http, { at }: Home, where: string): Promise<number | undefined> {
  const reply = await http.post(path`/crm/v8/coql`, { ...at, json: { select_query: `select COUNT(id) from Leads where ${where}` } });
  if (reply.status === 204) return 0;
  const found = Object.values(reply.json(Count).data[0]).map(Number);
  return found.find((number) => Number.isInteger(number) && number >= 0);
}

export async function page(http: Http, home: Home, input: Input): Promise<z.input<typeof fetchLeads.output>> {
  const { limit, updated_since, fields, page: after = FIRST } = input;
  if (after !== FIRST && !isId(after))
    return refuse({ kind: "InvalidRequest", issues: ["page must be the next_page of the answer before"] });
  const filters = [
    ...(updated_since === undefined ? [] : [`Modified_Time >= ${quoted(moment(updated_since), "updated_since")}`]),
    ...(await conditions(http, home, input.where)),
  ];
  const from = (id: string) => all([`id > ${quoted(id, "page")}`, ...filters]);
  const found = await queried(http, home, `select ${fieldsOf(fields)} from Leads where ${from(after)} order by id asc limit ${limit + 1}`);
  const leads = found.slice(0, limit);
  const last = found.length > limit ? leads.at(-1) : undefined;
  return {
    leads: leads.map((lead) => shown(home, lead, fields)),
    ...(last && { next_page: last.id }),
    total: input.page === undefined ? await count(http, home, from(FIRST)) : undefined, // once, with the first page
  };
}
