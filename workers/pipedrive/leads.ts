/** Leads in Pipedrive: a person, known by the id, phone or email, and a lead in the inbox that hangs on them. */
import { type Http, path, phoneAsKnown, refuse, samePhone } from "@junction/kit";
import { fetchLeads, findLead, listCrmFields, syncLead } from "@junction/tools";
import * as z from "zod/mini";
import { definitions, fieldOf, fieldValue, written } from "./fields.ts";
import { homeOf, pipedrive } from "./manifest.ts";
import { type At, instant, justChanged, Listed, Person, type Sought, sought, valuesOf } from "./persons.ts";

type Sync = z.output<typeof syncLead.input>;
const READS = ["base", "contacts:full"] as const;
const MOST = 10;

const pageOf = ({ host }: At, id: number): string | undefined => host && `https://${host}/person/${id}`;

function leadOf(person: Person, at: At, asked: readonly string[]) {
  const { id, name, phones, emails, update_time } = person;
  return {
    ...{ crm_id: String(id), phones: [...new Set(valuesOf(phones).map(phoneAsKnown))], emails: [...valuesOf(emails)] },
    ...(name && { name }),
    ...(update_time && { updated_at: new Date(update_time).toISOString() }),
    ...(at.host && { url: pageOf(at, id) }),
    fields: Object.fromEntries(asked.map((field) => [field, fieldValue(person, field)])),
  };
}

const isSought = ({ crm_id, phone, email }: Sought): boolean => [crm_id, phone, email].some((one) => one !== undefined);
const UNTOLD = "give crm_id, phone or email: by anything else a lead cannot be told from another";

const find = pipedrive.implement(findLead, {
  scopes: READS,
  async run({ http, account, input }) {
    if (!isSought(input)) return refuse({ kind: "InvalidRequest", issues: [UNTOLD] });
    const at = homeOf(http, account);
    const leads = [];
    for await (const person of sought(http, at, input)) leads.push(leadOf(person, at, input.fields));
    return { leads: leads.slice(0, MOST) };
  },
});

const Organizations = z.object({
  data: z.nullish(z.object({ items: z.array(z.object({ item: z.object({ id: z.number(), name: z.nullish(z.string()) }) })) })),
});
async function organization(http: Http, at: At, name: string): Promise<number | undefined> {
  const query = { term: name, fields: "name", exact_match: true, limit: 20 };
  const { data } = (await http.get(path`/api/v2/organizations/search`, { ...at, query })).json(Organizations);
  return data?.items.find(({ item }) => item.name?.toLowerCase() === name.toLowerCase())?.item.id;
}

/** What the person does not say already, however it was typed there. Numbers and addresses are added: a list that is sent replaces the old. */
function changes({ name, phone, email }: Sync, person: Person | undefined): Readonly<Record<string, unknown>> {
  const add = (list: Person["emails"], value: string) => [...(list ?? []), { value, primary: valuesOf(list).length === 0, label: "work" }];
  const hasPhone = phone === undefined || valuesOf(person?.phones).some((stored) => samePhone(stored, phone));
  const hasEmail = email === undefined || valuesOf(person?.emails).some((stored) => stored.toLowerCase() === email.toLowerCase());
  const called = name?.trim() ?? (person ? undefined : (email ?? phone));
  return {
    ...(called !== undefined && called !== person?.name && { name: called }),
    ...(!hasPhone && { phones: add(person?.phones, phone) }),
    ...(!hasEmail && { emails: add(person?.emails, email) }),
  };
}

const Made = z.object({ data: Person });
async function leadsOf(http: Http, at: At, person_id: number): Promise<number> {
  const reply = await http.get(path`/v1/leads`, { ...at, query: { person_id, limit: 1 } });
  return reply.json(z.object({ data: z.nullish(z.array(z.unknown())) })).data?.length ?? 0;
}

const sync = pipedrive.implement(syncLead, {
  scopes: [...READS, "leads:full"],
  async run({ http, account, input }) {
    if (!isSought(input)) return refuse({ kind: "InvalidRequest", issues: [UNTOLD] });
    const at = homeOf(http, account);
    const { crm_id, phone, email, company } = input;
    const { value: found } = (await sought(http, at, input).next()) as IteratorResult<Person, undefined>;
    const byId = found !== undefined && crm_id === String(found.id);
    if (!found && phone === undefined && email === undefined) return refuse({ kind: "NotFound" });
    const known = found ?? (await justChanged(http, at, input));
    const custom_fields = await own(http, at, input);
    const org = company === undefined ? undefined : await organization(http, at, company);
    const made =
      company !== undefined && org === undefined
        ? await http.post(path`/api/v2/organizations`, { ...at, json: { name: company } })
        : undefined;
    const org_id = made?.json(z.object({ data: z.object({ id: z.number() }) })).data.id ?? org;
    const json = { ...changes(input, known), ...(org_id !== undefined && org_id !== known?.org_id && { org_id }), ...custom_fields };
    const request = { ...at, json };
    const person = !known
      ? (await http.post(path`/api/v2/persons`, request)).json(Made).data
      : Object.keys(json).length === 0
        ? known
        : (await http.patch(path`/api/v2/persons/${known.id}`, request)).json(Made).data;
    // Who was saved by us before has had a lead: if it is gone, it was converted or dropped, and does not come back.
    if (!byId && (!known || (await leadsOf(http, at, known.id)) === 0)) {
      const title = `${person.name ?? input.name ?? email ?? phone} lead`;
      await http.post(path`/v1/leads`, { ...at, json: { title, person_id: person.id } });
    }
    return { crm_id: String(person.id), outcome: known ? "updated" : "created", url: pageOf(at, person.id) };
  },
  async probe({ http, account, input, sentAt }) {
    const at = homeOf(http, account);
    const { value: found } = (await sought(http, at, input).next()) as IteratorResult<Person, undefined>;
    const person = found ?? (await justChanged(http, at, input));
    if (!person || Date.parse(person.update_time ?? "") < sentAt.getTime() - CLOCK_MS) return null;
    if (Object.keys(changes(input, person)).length > 0) return null;
    const { custom_fields = {} } = await own(http, at, input);
    const asText = (value: unknown) => (Array.isArray(value) ? value.join(";") : String(value ?? ""));
    if (Object.entries(custom_fields).some(([name, value]) => asText(value) !== asText(fieldValue(person, name)))) return null;
    if (input.company !== undefined && (await organization(http, at, input.company)) !== person.org_id) return null;
    if (input.crm_id !== String(person.id) && (await leadsOf(http, at, person.id)) === 0) return null;
    return { crm_id: String(person.id), outcome: "updated", url: pageOf(at, person.id) };
  },
});
const CLOCK_MS = 2_000;

async function own(http: Http, at: At, { fields }: Sync): Promise<{ readonly custom_fields?: Readonly<Record<string, unknown>> }> {
  return Object.keys(fields).length === 0 ? {} : { custom_fields: written(fields, await definitions(http, at)) };
}

/** Pipedrive lists persons by no field's value: that is looked at here, so that a page may hold fewer than was asked for, or none. */
const fetchAll = pipedrive.implement(fetchLeads, {
  scopes: READS,
  async run({ http, account, input: { page: cursor, limit, updated_since: since, where, fields } }) {
    const at = homeOf(http, account);
    const updated_since = since === undefined ? undefined : instant(Date.parse(since));
    const query = { limit, cursor, sort_by: "id", sort_direction: "asc", updated_since };
    const { data, additional_data } = (await http.get(path`/api/v2/persons`, { ...at, query })).json(Listed);
    const meant = (data ?? []).filter(
      (person) => !person.is_deleted && where.every(({ field, equals }) => matches(fieldValue(person, field), equals)),
    );
    const next = additional_data?.next_cursor;
    return { leads: meant.map((person) => leadOf(person, at, fields)), ...(next && { next_page: next }) };
  },
});
const matches = (value: string | number | boolean | null, equals: string): boolean =>
  String(value ?? "").toLowerCase() === equals.toLowerCase() ||
  String(value ?? "")
    .split(";")
    .includes(equals);

const listFields = pipedrive.implement(listCrmFields, {
  scopes: READS,
  run: async ({ http, account }) => ({ fields: (await definitions(http, homeOf(http, account))).map(fieldOf) }),
});

export const leads = [sync, find, fetchAll, listFields];
