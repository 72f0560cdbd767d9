/** The sandbox's leads: how they are kept, written, searched and told of. */
import {
  BadQuery,
  type Call,
  type Cell,
  comparisons,
  empty,
  json,
  noteChange,
  type Person,
  picked,
  type Reply,
  readSelect,
  refuse,
  type Select,
  type State,
} from "@junction/sandbox";
import { described, FIELDS, flaw, isQuoted, type Value } from "./fields.ts";

type Values = Readonly<Record<string, Value>>;
interface Lead {
  readonly id: string;
  readonly values: Values;
  readonly deleted: boolean;
  readonly converted: boolean;
  /** Every state it was in, the oldest first: the search knows the one of some time ago. */
  readonly history: readonly { readonly at: number; readonly values: Values }[];
}
export const leadsOf = (state: State) => state.collection<Lead>("leads");
const OWNER = { id: "6400000000000000099", name: "Sandbox Owner", email: "owner@example.com" };

export const refusal = (status: number, code: string, message: string, details: object = {}): Reply =>
  json(status, { code, details, message, status: "error" });
const stamp = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "+00:00");

/** Writes a lead; says nothing of it. */
export function put(state: State, id: string, changes: Values, now: number, deleted = false): Lead {
  const before = leadsOf(state).get(id);
  const none = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, null]));
  const values: Record<string, Value> = {
    ...none,
    Email_Opt_Out: false,
    Owner: OWNER,
    Created_Time: stamp(now),
    ...before?.values,
    ...changes,
    id,
  };
  values["Full_Name"] = [values["First_Name"], values["Last_Name"]].filter(Boolean).join(" ");
  values["Modified_Time"] = stamp(now);
  const at = Math.max(now, (before?.history.at(-1)?.at ?? 0) + 1);
  const lead = { id, values, deleted, converted: before?.converted ?? false, history: [...(before?.history ?? []), { at, values }] };
  leadsOf(state).put(id, lead);
  return lead;
}
export function message(operation: string, id: string, server_time: number, changed: Values) {
  const body = {
    ...{ server_time, query_params: {}, module: "Leads", resource_uri: "https://www.zohoapis.com/crm/v8/Leads", ids: [id], operation },
    ...{ channel_id: "1000000068001", affected_fields: [{ [id]: Object.keys(changed) }] },
    affected_values: [{ record_id: id, values: changed }],
  };
  return { type: "application/json", body: JSON.stringify(body) };
}
/** The same, and notes that it changed, whoever changed it. */
function write(state: State, id: string, changes: Values, now: number): Lead {
  const lead = put(state, id, changes, now);
  const made = lead.history.length === 1;
  const at = lead.history.at(-1)?.at ?? now;
  noteChange(state, { kind: made ? "contact.created" : "contact.updated", ...message(made ? "insert" : "update", id, at, changes) });
  return lead;
}

let made = 0;
/** An id in ascending order, as an account gives them. */
const newId = (now: number): string => `64${String(now * 1000 + (made++ % 1000)).padStart(17, "0")}`;

export const addPerson = (
  { first, last, email, phone, company }: Person,
  { state, now }: { readonly state: State; readonly now: number },
) =>
  write(state, newId(now), { First_Name: first, Last_Name: last, Email: email, Phone: phone, Company: company ?? `${first} ${last}` }, now)
    .id;

const told = (status: number, one: object): Reply => json(status, { data: [one] });
const wrong = (code: string, message_: string, details: object): Reply =>
  // What is wrong with a record stands beside it, and the request went well.
  told(200, { code, details, message: message_, status: "error" });
const done = (message_: string, { id, values }: Lead): object => ({
  ...{ code: "SUCCESS", message: message_, status: "success" },
  details: { id, Created_Time: values["Created_Time"], Modified_Time: values["Modified_Time"], Created_By: OWNER, Modified_By: OWNER },
});

const lower = (value: Value | undefined): string => (typeof value === "string" ? value.toLowerCase() : "");
/** Email is unique in every account; in this one Mobile is too, as its owner wished. */
const UNIQUE = ["Email", "Mobile"];

function read({ state, json: body }: Call, id: string | undefined): Values {
  const data = typeof body === "object" && body !== null && "data" in body && Array.isArray(body.data) ? (body.data as unknown[]) : [];
  const [record] = data;
  if (data.length !== 1 || typeof record !== "object" || record === null)
    return refuse(refusal(400, "INVALID_DATA", "body", { expected_data_type: "jsonobject", api_name: "data" }));
  const values = Object.entries(record as Readonly<Record<string, Value>>).filter(([name]) => name in FIELDS && !FIELDS[name]?.own); // what it does not know it passes over
  for (const [name, value] of values) {
    const details = flaw(name, value);
    if (details) return refuse(wrong("INVALID_DATA", "invalid data", details));
  }
  const taken = leadsOf(state)
    .list()
    .flatMap((lead) => UNIQUE.map((name) => ({ lead, name })))
    .find(
      ({ lead, name }) =>
        lead.id !== id &&
        !lead.deleted &&
        values.some(([field, value]) => field === name && value !== null && lower(value) === lower(lead.values[name])),
    );
  if (taken) {
    const duplicate_record = { id: taken.lead.id, Owner: OWNER, module: { api_name: "Leads", id: "6400000000000002175" } };
    return refuse(wrong("DUPLICATE_DATA", "duplicate data", { api_name: taken.name, id: taken.lead.id, duplicate_record }));
  }
  return Object.fromEntries(values.map(([name, value]) => [name, value === "" ? null : value]));
}

export function create(call: Call): Reply {
  const values = read(call, undefined);
  const lacking = Object.keys(FIELDS).find((name) => FIELDS[name]?.required && !values[name]);
  if (lacking !== undefined) return wrong("MANDATORY_NOT_FOUND", "required field not found", { api_name: lacking });
  return told(201, done("record added", write(call.state, newId(call.now()), values, call.now())));
}

export function update(call: Call): Reply {
  const lead = leadsOf(call.state).get(call.param("id"));
  if (!lead || lead.deleted)
    return told(400, { code: "INVALID_DATA", details: { api_name: "id" }, message: "the id given seems to be invalid", status: "error" });
  if (lead.converted) return wrong("ID_ALREADY_CONVERTED", "id already converted", { id: lead.id });
  const values = read(call, lead.id);
  const same = Object.entries(values).every(([name, value]) => JSON.stringify(lead.values[name]) === JSON.stringify(value));
  return told(200, done("record updated", same ? lead : write(call.state, lead.id, values, call.now())));
}

const open = (state: State) =>
  leadsOf(state)
    .list()
    .filter(({ deleted, converted }) => !deleted && !converted);
const chosen = (values: Values, wanted: readonly string[] | undefined): object =>
  Object.fromEntries(Object.entries(values).filter(([name]) => name === "id" || wanted === undefined || wanted.includes(name)));
const wantedOf = ({ query }: Call): readonly string[] | undefined => query.get("fields")?.split(",");

function paged(data: readonly object[], { query }: Call): Reply {
  const per_page = Number(query.get("per_page") ?? 200);
  if (!Number.isInteger(per_page) || per_page < 1 || per_page > 200)
    return refusal(400, "INVALID_DATA", "per_page is not valid", { param_name: "per_page" });
  if (data.length === 0) return empty(204);
  const shown = data.slice(0, per_page);
  return json(200, { data: shown, info: { per_page, count: shown.length, page: 1, more_records: data.length > per_page } });
}

export function list(call: Call): Reply {
  if (!call.query.has("fields"))
    return refusal(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", { param_name: "fields" });
  return paged(
    open(call.state)
      .toReversed()
      .map(({ values }) => chosen(values, wantedOf(call))),
    call,
  );
}
export const listDeleted = (call: Call): Reply =>
  paged(
    leadsOf(call.state)
      .list()
      .filter(({ deleted }) => deleted)
      .toReversed()
      .map(({ id, values }) => ({ id, display_name: values["Full_Name"], type: "recycle" })),
    call,
  );
export function get(call: Call): Reply {
  const lead = leadsOf(call.state).get(call.param("id"));
  return lead && !lead.deleted ? json(200, { data: [chosen(lead.values, wantedOf(call))] }) : empty(204);
}

const digits = (value: Value | undefined): string => (typeof value === "string" ? value.replace(/\D/g, "") : "");
/** The search, whose index learns of a change some time after it, and to which containing is equal. */
export function search(call: Call): Reply {
  const [phone, email] = [call.query.get("phone"), call.query.get("email")];
  if ((phone ?? email ?? "") === "")
    return refusal(400, "REQUIRED_PARAM_MISSING", "One of the expected parameter is missing", { param_name: "criteria" });
  const seen = call.now() - call.settings.indexLagSeconds * 1000;
  const holds = (values: Values): boolean =>
    email === null
      ? ["Phone", "Mobile"].some((name) => digits(values[name]).includes(digits(phone)))
      : ["Email", "Secondary_Email"].some((name) => lower(values[name]).includes(email.toLowerCase()));
  const found = open(call.state).filter(({ history }) => {
    const then = history.findLast(({ at }) => at <= seen);
    return then !== undefined && holds(then.values);
  });
  return paged(
    found.map(({ values }) => chosen(values, wantedOf(call))),
    call,
  );
}

function selected({ json: body }: Call): Select {
  const text = typeof body === "object" && body !== null && "select_query" in body ? String(body.select_query) : "";
  try {
    return readSelect(text, { pairs: true });
  } catch (error) {
    if (error instanceof BadQuery)
      return refuse(refusal(400, "SYNTAX_ERROR", "error occurred while parsing the query", { clause: error.message }));
    throw error;
  }
}
/** COQL: the records as they are now. https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html */
export function query(call: Call): Reply {
  const select = selected(call);
  const compared = comparisons(select.where);
  const names = [...select.fields, ...compared.map(({ field }) => field), ...select.order.map(({ field }) => field)];
  const unknown = names.find((name) => !(name in FIELDS));
  if (select.from !== "Leads" || unknown !== undefined)
    return refusal(400, "INVALID_QUERY", "column given seems to be invalid", { column_name: unknown ?? select.from });
  if (!select.where) return refusal(400, "SYNTAX_ERROR", "missing clause", { clause: "where" });
  if (select.fields.length > 50) return refusal(400, "LIMIT_EXCEEDED", "fields limit exceeded", { limit: 50 });
  const unfit = compared.find(({ field, literals }) => literals.some(({ quoted }) => quoted !== isQuoted(field)));
  if (unfit) return refusal(400, "INVALID_QUERY", "value given seems to be invalid for the column", { column_name: unfit.field });
  const cell = ({ values }: Lead, field: string): Cell => {
    const value = values[field] ?? null;
    return typeof value === "object" ? null : value;
  };
  const rows = picked(open(call.state), select, cell);
  if (select.count !== undefined) return json(200, { data: [{ "COUNT(id)": rows.length }], info: { count: 1, more_records: false } });
  const limit = select.limit ?? 200;
  if (rows.length === 0) return empty(204);
  const data = rows.slice(0, limit).map(({ values }) => chosen(values, select.fields));
  return json(200, { data, info: { count: data.length, more_records: rows.length > limit } });
}

export const listFields = ({ query: asked }: Call): Reply =>
  asked.get("module") === "Leads"
    ? json(200, { fields: described })
    : refusal(400, "INVALID_MODULE", "the module name given seems to be invalid");
