/** The sandbox's leads: how they are kept, written, held against the organization's duplicate rule, found and told of. */
import {
  BadQuery,
  type Call,
  type Cell,
  comparisons,
  json,
  noteChange,
  picked,
  type Reply,
  readSelect,
  refuse,
  type State,
} from "@junction/sandbox";
import { coerced, described, FIELDS, flaw, isQuoted } from "./fields.ts";
import { messageOf } from "./message.ts";

export const ROOT = "/services/data/v59.0";
type Values = Readonly<Record<string, Cell>>;
export interface Lead {
  readonly id: string;
  readonly values: Values;
  readonly deleted: boolean;
  /** Every state it was in, the oldest first: the search knows the one of some time ago. */
  readonly history: readonly { readonly at: number; readonly values: Values }[];
}
export const leadsOf = (state: State) => state.collection<Lead>("leads");

export const errors = (status: number, errorCode: string, message: string, more: object = {}): Reply =>
  json(status, [{ message, errorCode, ...more }]);
export const missing = (): Reply => errors(404, "NOT_FOUND", "The requested resource does not exist");

/** As the REST API writes a time. */
const stamp = (at: number): string => new Date(at).toISOString().replace("Z", "+0000");

/** Writes a lead; says nothing of it. */
export function put(state: State, id: string, changes: Values, now: number): Lead {
  const before = leadsOf(state).get(id);
  const presets = Object.fromEntries(Object.entries(FIELDS).map(([name, { preset }]) => [name, preset ?? null]));
  const values: Record<string, Cell> = { ...presets, CreatedDate: stamp(now), ...before?.values, ...changes, Id: id };
  values["Name"] = [values["FirstName"], values["LastName"]].filter(Boolean).join(" ");
  values["LastModifiedDate"] = values["SystemModstamp"] = stamp(now);
  const lead = { id, values, deleted: false, history: [...(before?.history ?? []), { at: now, values }] };
  leadsOf(state).put(id, lead);
  return lead;
}
/** The same, and notes that it changed, whoever changed it. */
export function write(state: State, id: string, changes: Values, now: number): Lead {
  const lead = put(state, id, changes, now);
  const kind = lead.history.length === 1 ? "contact.created" : "contact.updated";
  noteChange(state, { kind, ...messageOf("Lead", lead.values, `${id.slice(5, 15)}${String(lead.history.length).padStart(5, "0")}`) });
  return lead;
}

let made = 0;
/** An id in ascending order, as an organization gives them. */
export const newId = (now: number): string => `00Q5g${(now * 100 + (made++ % 100)).toString(36).padStart(10, "0").toUpperCase()}EAA`;

const INCOMING = "Sforce-Duplicate-Rule-Header";
const digits = (text: Cell | undefined): string =>
  String(text ?? "")
    .replace(/\D/g, "")
    .slice(-10);
const lower = (text: Cell | undefined): string => String(text ?? "").toLowerCase();

/** The organization's rule: an address or a number that is another lead's is forbidden; a name that is, is only warned of. */
function duplicateRule({ state, headers }: Call, id: string, values: Values): void {
  const others = leadsOf(state)
    .list()
    .filter((lead) => lead.id !== id && !lead.deleted && lead.values["IsConverted"] !== true);
  const numbers = (of: Values) => [digits(of["Phone"]), digits(of["MobilePhone"])].filter(({ length }) => length === 10);
  const same = others.filter(
    ({ values: its }) =>
      (lower(its["Email"]) !== "" && lower(its["Email"]) === lower(values["Email"])) ||
      numbers(its).some((one) => numbers(values).includes(one)),
  );
  const alike = others.filter(({ values: its }) =>
    ["FirstName", "LastName", "Company"].every((name) => lower(its[name]) === lower(values[name])),
  );
  const allowSave = same.length === 0;
  const found = allowSave ? alike : same;
  if (found.length === 0 || (allowSave && /allowSave=true/i.test(headers.get(INCOMING) ?? ""))) return;
  const matchRecords = found.map((lead) => ({
    ...{ additionalInformation: [], fieldDiffs: [], matchConfidence: 100 },
    record: { attributes: { type: "Lead", url: `${ROOT}/sobjects/Lead/${lead.id}` }, Id: lead.id },
  }));
  const rule = { entityType: "Lead", errors: [], matchEngine: "FuzzyMatchEngine", rule: "Standard_Lead_Match_Rule_v1_0" };
  const duplicateResut = {
    ...{
      allowSave,
      duplicateRule: "Standard_Lead_Duplicate_Rule",
      duplicateRuleEntityType: "Lead",
      errorMessage: "Use one of these records?",
    },
    matchResults: [{ ...rule, matchRecords, size: matchRecords.length, success: true }],
  };
  refuse(errors(400, "DUPLICATES_DETECTED", "Use one of these records?", { duplicateResut }));
}

function read({ json: body }: Call): Values {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    return refuse(errors(400, "JSON_PARSER_ERROR", "Unexpected character"));
  for (const [name, value] of Object.entries(body)) {
    const field = FIELDS[name];
    if (!field) refuse(errors(400, "INVALID_FIELD", `No such column '${name}' on sobject of type Lead`, { fields: [] }));
    if (field?.own)
      refuse(
        errors(
          400,
          "INVALID_FIELD_FOR_INSERT_UPDATE",
          `Unable to create/update fields: ${name}. Please check the security settings of this field.`,
          { fields: [name] },
        ),
      );
    const [code, message] = flaw(name, value) ?? [];
    if (code !== undefined) refuse(errors(400, code, message ?? "", { fields: [name] }));
  }
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, coerced(name, value)]));
}

export function create(call: Call): Reply {
  const values = read(call);
  const lacking = Object.entries(FIELDS).flatMap(([name, { required }]) => (required && values[name] == null ? [name] : []));
  if (lacking.length > 0)
    return errors(400, "REQUIRED_FIELD_MISSING", `Required fields are missing: [${lacking.join(", ")}]`, { fields: lacking });
  const id = newId(call.now());
  duplicateRule(call, id, values);
  write(call.state, id, values, call.now());
  return json(201, { id, success: true, errors: [] });
}

export function update(call: Call): Reply {
  const lead = leadsOf(call.state).get(call.param("id"));
  if (!lead) return missing();
  if (lead.deleted) return errors(404, "ENTITY_IS_DELETED", "entity is deleted");
  const values = read(call);
  if (lead.values["IsConverted"] === true)
    return errors(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", { fields: [] });
  if (["Email", "Phone", "MobilePhone", "LastName"].some((name) => name in values))
    duplicateRule(call, lead.id, { ...lead.values, ...values });
  if (Object.entries(values).some(([name, value]) => lead.values[name] !== value)) write(call.state, lead.id, values, call.now());
  return { status: 204, headers: {}, body: "" };
}

function row(values: Values, fields: readonly string[]): object {
  const attributes = { type: "Lead", url: `${ROOT}/sobjects/Lead/${values["Id"]}` };
  return { attributes, ...Object.fromEntries(fields.map((name) => [name, values[name] ?? null])) };
}
/** The field's name as it is declared; names are the same in any case. */
function column(name: string): string {
  const known = Object.keys(FIELDS).find((field) => field.toLowerCase() === name.toLowerCase());
  return (
    known ??
    refuse(
      errors(
        400,
        "INVALID_FIELD",
        `No such column '${name}' on entity 'Lead'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name.`,
      ),
    )
  );
}

export function get({ state, param, query }: Call): Reply {
  const lead = leadsOf(state).get(param("id"));
  if (!lead || lead.deleted) return missing();
  return json(200, row(lead.values, [...new Set(["Id", ...(query.get("fields")?.split(",").map(column) ?? Object.keys(FIELDS))])]));
}

const malformed = (message: string): Reply => errors(400, "MALFORMED_QUERY", message);
function parsed(text: string) {
  try {
    return readSelect(text, { pairs: false });
  } catch (error) {
    if (error instanceof BadQuery) return refuse(malformed(error.message));
    throw error;
  }
}
const open = (state: State) =>
  leadsOf(state)
    .list()
    .filter(({ deleted }) => !deleted);

/** SOQL: the records as they are now. */
export function query(call: Call): Reply {
  const select = parsed(call.query.get("q") ?? "");
  if (select.from.toLowerCase() !== "lead") return errors(400, "INVALID_TYPE", `sObject type '${select.from}' is not supported.`);
  for (const { field, literals } of comparisons(select.where)) {
    const { type = "" } = FIELDS[column(field)] ?? {};
    const wrong = literals.find(({ value, quoted }) => value !== null && quoted !== isQuoted(type));
    if (wrong)
      return errors(
        400,
        "INVALID_FIELD",
        `value of filter criterion for field '${field}' must be of type ${type} and should ${isQuoted(type) ? "" : "not "}be enclosed in quotes`,
      );
  }
  const cell = (lead: Lead, field: string): Cell => lead.values[column(field)] ?? null;
  const rows = picked(open(call.state), select, cell);
  if (select.count !== undefined) return json(200, { totalSize: rows.length, done: true, records: [] });
  const fields = select.fields.map(column);
  if (new Set(fields).size < fields.length) return errors(400, "INVALID_FIELD", "duplicate field selected");
  const records = rows.slice(0, select.limit ?? 2000).map(({ values }) => row(values, fields));
  return json(200, { totalSize: records.length, done: true, records });
}

/** The search, whose index learns of a change some time after it: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_search_parameterized_get.htm */
export function search(call: Call): Reply {
  const q = call.query.get("q") ?? "";
  if (q.length < 2) return errors(400, "INVALID_SEARCH", "search term must be longer than one character");
  if (call.query.get("sobject") !== "Lead" || call.query.get("in") !== "PHONE")
    return errors(400, "MALFORMED_SEARCH", "the sandbox searches Lead in PHONE");
  const fields = (call.query.get("Lead.fields") ?? "Id").split(",").map(column);
  const where = call.query.get("Lead.where");
  const select = parsed(`SELECT Id FROM Lead${where === null ? "" : ` WHERE ${where}`}`);
  const seen = call.now() - call.settings.indexLagSeconds * 1000;
  const known = open(call.state).flatMap(({ history }) => {
    const then = history.findLast(({ at }) => at <= seen);
    return then ? [then.values] : [];
  });
  const found = picked(known, select, (values, field) => values[column(field)] ?? null).filter((values) =>
    ["Phone", "MobilePhone"].some((name) =>
      String(values[name] ?? "")
        .replace(/\D/g, "")
        .includes(digits(q)),
    ),
  );
  const limit = Number(call.query.get("Lead.limit") ?? 200);
  // What is found is given as it is now.
  return json(200, {
    searchRecords: found.slice(0, limit).map(({ Id }) => row(leadsOf(call.state).get(String(Id))?.values ?? {}, fields)),
    metadata: { entityMetadata: [] },
  });
}

export const describeFields = (): Reply =>
  json(200, { name: "Lead", label: "Lead", keyPrefix: "00Q", fields: described, urls: {}, recordTypeInfos: [] });
