/** Plays what Pipedrive's API does with persons, organizations and leads. https://developers.pipedrive.com/docs/api/v1 */
import { type Call, json, noteChange, type Operation, type Reply, refuse } from "@junction/sandbox";
import * as z from "zod/mini";
import { COMPANY } from "./company.ts";
import { FAULTS, invalid } from "./errors.ts";
import { definitions, storable } from "./fields.ts";
import { told } from "./messages.ts";
import {
  histories,
  leads,
  nextId,
  organizations,
  type Person,
  persons,
  putLead,
  putOrganization,
  putPerson,
  tell,
  type Values,
} from "./records.ts";

const data = (what: unknown, status = 200, more: object = {}): Reply => json(status, { success: true, data: what, ...more });
const one = (what: unknown): Reply => (what === undefined ? FAULTS["404"]() : data(what));

function read<S extends z.ZodMiniType>({ json: body }: Call, schema: S): z.output<S> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return refuse(invalid(`Validation failed: ${issue?.path.join(".")}: ${issue?.message}`));
}
function limitOf({ query }: Call): number {
  const limit = Number(query.get("limit") ?? 100);
  return Number.isInteger(limit) && limit >= 1 && limit <= 500 ? limit : refuse(FAULTS["422"]());
}

const reachable = z.array(
  z.strictObject({ value: z.string(), primary: z._default(z.boolean(), false), label: z._default(z.string(), "work") }),
);
const Written = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1))),
  owner_id: z.optional(z.int()),
  org_id: z.optional(z.int()),
  emails: z.optional(reachable),
  phones: z.optional(reachable),
  custom_fields: z.optional(z.record(z.string(), z.unknown())),
});
/** What is given, over what was: a list of numbers or addresses takes the place of the old one. */
function valuesOf(call: Call, before: Person | undefined): Values {
  const given = read(call, Written);
  const name = given.name ?? before?.name ?? refuse(invalid("Validation failed: name: Required"));
  if (given.org_id !== undefined && !organizations(call.state).get(String(given.org_id))) refuse(invalid("Organization not found"));
  const custom_fields = { ...before?.custom_fields, ...storable(given.custom_fields ?? {}) };
  const {
    emails = before?.emails ?? [],
    phones = before?.phones ?? [],
    org_id = before?.org_id ?? null,
    owner_id = before?.owner_id ?? 1,
  } = given;
  return { name, emails, phones, org_id, owner_id, custom_fields };
}
function createPerson(call: Call): Reply {
  const person = putPerson(call.state, { ...valuesOf(call, undefined), id: nextId(call.state) }, call.now());
  tell(call.state, person, undefined, "api");
  return data(person, 201);
}
function updatePerson(call: Call): Reply {
  const before = persons(call.state).get(call.param("id"));
  if (!before || before.is_deleted) return FAULTS["404"]();
  const values = valuesOf(call, before);
  if (same(before, values)) return data(before);
  const person = putPerson(call.state, { ...values, id: before.id }, call.now());
  tell(call.state, person, before, "api");
  return data(person);
}
const same = (before: Person, values: Values): boolean =>
  Object.entries(values).every(([name, value]) => JSON.stringify(before[name as keyof Person]) === JSON.stringify(value));

function listPersons(call: Call): Reply {
  const { query, state } = call;
  const limit = limitOf(call);
  const ids = query.get("ids")?.split(",");
  const since = query.get("updated_since");
  if (since !== null && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(since)) return invalid("updated_since must be in RFC3339 format");
  const by = query.get("sort_by") ?? "id";
  if (by !== "id" && by !== "update_time" && by !== "add_time") return invalid("sort_by must be one of id, update_time, add_time");
  const sign = query.get("sort_direction") === "desc" ? -1 : 1;
  const order = (a: Person, b: Person): number => (a[by] < b[by] ? -sign : a[by] > b[by] ? sign : a.id - b.id);
  const after = cursorOf(query.get("cursor"));
  const all = persons(state)
    .list()
    .filter((person) => !person.is_deleted && (!ids || ids.includes(String(person.id))) && (since === null || person.update_time >= since))
    .sort(order);
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const page = all.slice(from, from + limit);
  const next = all.length > from + limit ? btoa(JSON.stringify({ after: page.at(-1)?.id })) : null;
  return data(page, 200, { additional_data: { next_cursor: next } });
}
function cursorOf(cursor: string | null): number | null {
  if (cursor === null) return null;
  try {
    return z.object({ after: z.number() }).parse(JSON.parse(atob(cursor))).after;
  } catch {
    return refuse(invalid("cursor is not valid")); // of another account, or made up
  }
}

const plain = (text: string): string => text.toLowerCase().replace(/[\s().-]/g, "");
/** Whether a value is what is searched for: the whole of it, or a part where that is enough. */
const hit = (value: string, term: string, exact: boolean): boolean =>
  exact ? value.toLowerCase() === term.toLowerCase() || plain(value) === plain(term) : plain(value).includes(plain(term));
function termOf({ query }: Call) {
  const [term, exact] = [query.get("term") ?? "", query.get("exact_match") === "true"];
  return term.length >= (exact ? 1 : 2) ? { term, exact } : refuse(invalid("term must be at least 2 characters long"));
}
const found = (items: readonly object[]): Reply =>
  data({ items: items.map((item) => ({ result_score: 1, item })) }, 200, { additional_data: { next_cursor: null } });

/** The search knows a person as it was some time ago. */
function searchPersons(call: Call): Reply {
  const { term, exact } = termOf(call);
  const fields = (call.query.get("fields") ?? "custom_fields,email,notes,phone,name").split(",");
  const seen = call.now() - call.settings.indexLagSeconds * 1000;
  const values = ({ name, emails, phones }: Person): readonly string[] => [
    ...(fields.includes("name") ? [name] : []),
    ...(fields.includes("email") ? emails : []).map(({ value }) => value),
    ...(fields.includes("phone") ? phones : []).map(({ value }) => value),
  ];
  const known = histories(call.state)
    .list()
    .flatMap(({ states }) => states.findLast(({ at }) => at <= seen)?.person ?? [])
    .filter((person) => !person.is_deleted && values(person).some((value) => hit(value, term, exact)));
  return found(
    known.slice(0, limitOf(call)).map(({ id, name, emails, phones }) => ({
      ...{ id, type: "person", name, visible_to: 3, owner: { id: 1 }, custom_fields: [], notes: [] },
      ...{ phones: phones.map(({ value }) => value), emails: emails.map(({ value }) => value) },
    })),
  );
}
function searchOrganizations(call: Call): Reply {
  const { term, exact } = termOf(call);
  const known = organizations(call.state)
    .list()
    .filter(({ name }) => (exact ? name.toLowerCase() === term.toLowerCase() : hit(name, term, false)));
  return found(known.slice(0, limitOf(call)).map((item) => ({ ...item, type: "organization" })));
}

const LeadAsk = z.strictObject({ title: z.string().check(z.minLength(1)), person_id: z.int() });
function createLead(call: Call): Reply {
  const { title, person_id } = read(call, LeadAsk);
  if (!persons(call.state).get(String(person_id))) return invalid("A lead must be linked to an existing person");
  const id = [8, 4, 4, 4, 12].map((length) => call.random(length)).join("-");
  const made = putLead(call.state, id, title, person_id, call.now());
  noteChange(call.state, {
    kind: "lead.created",
    ...told("create", "lead", id, { id: crypto.randomUUID(), now: call.now(), source: "api" }, made, null),
  });
  return data(made, 201);
}
const PERSONS = "/api/v2/persons";
const ORGANIZATIONS = "/api/v2/organizations";
export const OPERATIONS: readonly Operation[] = [
  {
    ...{ name: "get_user", method: "GET", path: "/v1/users/me" },
    run: () => one({ id: 1, name: "Olive Owner", email: "owner@example.com", ...COMPANY }),
  },
  { name: "list_persons", method: "GET", path: PERSONS, run: listPersons },
  { name: "create_person", method: "POST", path: PERSONS, run: createPerson },
  { name: "search_persons", method: "GET", path: `${PERSONS}/search`, run: searchPersons },
  { name: "get_person", method: "GET", path: `${PERSONS}/:id`, run: ({ state, param }) => one(persons(state).get(param("id"))) },
  { name: "update_person", method: "PATCH", path: `${PERSONS}/:id`, run: updatePerson },
  { name: "list_person_fields", method: "GET", path: "/api/v2/personFields", run: () => data(definitions()) },
  { name: "search_organizations", method: "GET", path: `${ORGANIZATIONS}/search`, run: searchOrganizations },
  {
    ...{ name: "create_organization", method: "POST", path: ORGANIZATIONS },
    run: (call) => data(putOrganization(call.state, read(call, z.strictObject({ name: z.string().check(z.minLength(1)) })).name), 201),
  },
  {
    ...{ name: "list_leads", method: "GET", path: "/v1/leads" },
    run(call) {
      const of = call.query.get("person_id");
      const all = leads(call.state)
        .list()
        .filter(({ person_id }) => of === null || String(person_id) === of);
      return data(all.slice(0, limitOf(call)));
    },
  },
  { name: "create_lead", method: "POST", path: "/v1/leads", run: createLead },
  { name: "get_lead", method: "GET", path: "/v1/leads/:id", run: ({ state, param }) => one(leads(state).get(param("id"))) },
];
