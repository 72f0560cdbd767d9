/**
 * Leads page by page, in the order of their ids. A page begins after the last id of the one before, so that whatever changes meanwhile, none
 * is passed over and none comes twice, as would happen if pages were counted.
 */
import { type Http, refuse } from "@junction/kit";
import type { fetchLeads } from "@junction/tools";
import * as z from "zod/mini";
import { fieldsOfLead } from "./fields.ts";
import { fieldsOf, type Home, queried, shown } from "./leads.ts";
import { fieldName, isLeadId, quoted } from "./soql.ts";

type Input = z.output<typeof fetchLeads.input>;

const moment = (text: string): string => new Date(text).toISOString(); // SOQL has no quotes for times

const after = (page: string): string =>
  isLeadId(page)
    ? `Id > ${quoted(page, "page")}`
    : refuse({ kind: "InvalidRequest", issues: ["page must be the next_page of the answer before"] });

/** SOQL wants some types quoted and others not, so the organization is asked which is which. */
async function conditions(http: Http, home: Home, where: Input["where"]): Promise<readonly string[]> {
  if (where.length === 0) return [];
  const fields = await fieldsOfLead(http, home);
  return where.map(({ field, equals }) => {
    const type = fields.find(({ name }) => name === fieldName(field))?.type;
    if (type === undefined) return refuse({ kind: "InvalidRequest", issues: [`where names ${field}, which is no field of a lead`] });
    const bare = { number: /^-?\d{1,15}(\.\d{1,15})?$/, boolean: /^(true|false)$/, date: /^\d{4}-\d\d-\d\d$/ };
    if (type === "datetime")
      return `${field} = ${z.iso.datetime({ offset: true }).safeParse(equals).success ? moment(equals) : unfit(field, type)}`;
    if (type !== "number" && type !== "boolean" && type !== "date") return `${field} = ${quoted(equals, `where ${field}`)}`;
    return `${field} = ${bare[type].test(equals) ? equals : unfit(field, type)}`;
  });
}
const unfit = (field: string, type: string): never =>
  refuse({ kind: "InvalidRequest", issues: [`where ${field} must equal a ${type}: its value is none`] });

export async function page(http: Http, home: Home, input: Input): Promise<z.input<typeof fetchLeads.output>> {
  const { limit, updated_since, fields } = input;
  const all = [
    "IsConverted = false",
    ...(updated_since === undefined ? [] : [`SystemModstamp >= ${moment(updated_since)}`]),
    ...(await conditions(http, home, input.where)),
  ];
  const from = input.page === undefined ? all : [...all, after(input.page)];
  const { records } = await queried(
    http,
    home,
    `SELECT ${fieldsOf(fields)} FROM Lead WHERE ${from.join(" AND ")} ORDER BY Id LIMIT ${limit + 1}`,
  );
  const leads = records.slice(0, limit);
  const last = records.length > limit ? leads.at(-1) : undefined;
  // Counted once, with the first page.
  const total =
    input.page === undefined ? (await queried(http, home, `SELECT COUNT() FROM Lead WHERE ${all.join(" AND ")}`)).totalSize : undefined;
  return {
    leads: leads.map((lead) => shown(home, lead, fields)),
    ...(last && { next_page: last.Id }),
    total,
  };
}
