/** Saves a lead: by its id, or as the one person with this number or address, or as a new one. */
import { below, type Http, path, type Reply, refuse } from "@junction/kit";
import type { syncLead } from "@junction/tools";
import * as z from "zod/mini";
import { byPerson, fieldsOf, type Home, type Lead, leadAt, ofPerson, phonesOf, queried, urlOf, type Who } from "./leads.ts";
import { fieldName, isLeadId, quoted } from "./soql.ts";

type Input = z.output<typeof syncLead.input>;
type Saved = z.input<typeof syncLead.output>;
type Values = Readonly<Record<string, string | number | boolean | null>>;

/** A rule that only warns lets a write pass that says so; one that forbids does not. */
const WARNED = { "Sforce-Duplicate-Rule-Header": "allowSave=true" };
const LIMIT = 3;

/** What is to be stored, under Salesforce's names. Fields named in so many words go before what is meant by others. */
function valuesOf({ name, phone, email, company, fields }: Input): Values {
  const words = name?.trim().split(/\s+/) ?? [];
  const own = {
    // Both, even if there is only one: else the new last name would stand after the old first name.
    ...(name !== undefined && { FirstName: words.slice(0, -1).join(" ") || null, LastName: words.at(-1) || null }),
    ...{ Phone: phone, Email: email, Company: company },
  };
  const given = Object.entries(fields).map(([field, value]) => [fieldName(field), value] as const);
  return Object.fromEntries([...Object.entries(own), ...given].flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])));
}

export async function save(http: Http, home: Home, input: Input): Promise<Saved> {
  const { crm_id, phone, email } = input;
  const values = valuesOf(input);
  if (isLeadId(crm_id) && (await update(http, home, crm_id, values))) return saved(home, crm_id, "updated");
  if (phone === undefined && email === undefined)
    return crm_id === undefined
      ? refuse({ kind: "InvalidRequest", issues: ["give crm_id, phone or email: by a name alone nobody is found again"] })
      : refuse({ kind: "NotFound" });
  const who = { phone, email };
  const [known] = await byPerson(http, home, who, []);
  return known ? change(http, home, known, values, who) : create(http, home, values, who);
}

/** The number they were found by stays in the field it is in, as it was written there. */
async function change(http: Http, home: Home, known: Lead, values: Values, who: Who): Promise<Saved> {
  const { Phone, ...others } = values;
  const has = who.phone !== undefined && Phone === who.phone && ofPerson([known], { phone: who.phone }).length > 0;
  if (!(await update(http, home, known.Id, has && phonesOf(known).some(Boolean) ? others : values))) refuse({ kind: "Conflict" });
  return saved(home, known.Id, "updated");
}

/** False where there is no lead of this id. */
async function update(http: Http, home: Home, id: string, json: Values): Promise<boolean> {
  const accept = [404, "NOT_FOUND", "ENTITY_IS_DELETED"];
  const reply = await http.patch(leadAt(home, id), { host: home.host, json, headers: WARNED, accept });
  if (reply.status >= 400) return false;
  reply.text(z.literal("")); // a body here is none of Salesforce's, which has nothing to say of what went well
  return true;
}

async function create(http: Http, home: Home, values: Values, who: Who): Promise<Saved> {
  const called = [values["FirstName"], values["LastName"]].filter(Boolean).join(" ") || who.email || who.phone;
  const json = { ...values, LastName: values["LastName"] || called, Company: values["Company"] || called };
  const add = (headers: Readonly<Record<string, string>>, accept: readonly string[]) =>
    http.post(below(home.root, path`/sobjects/Lead`), { host: home.host, json, headers, accept });
  const made = await add({}, ["DUPLICATES_DETECTED"]);
  if (made.status === 201) return saved(home, made.json(Made).id, "created");
  const { ids, allowSave } = likened(made);
  // Rules liken by name too: only one who bears the number or the address is the same person.
  const [same] = ids.length === 0 ? [] : await readAll(http, home, ids, who);
  if (same) return change(http, home, same, values, who);
  if (!allowSave) return refuse({ kind: "Conflict" });
  return saved(home, (await add(WARNED, [])).json(Made).id, "created");
}
const Made = z.object({ id: z.string() });

const Rule = z.object({
  allowSave: z.catch(z.boolean(), false),
  matchResults: z.catch(z.array(z.object({ matchRecords: z.catch(z.array(z.object({ record: z.object({ Id: z.string() }) })), []) })), []),
});
/** Salesforce itself misspells the name of what a rule found. */
const Likened = z.tuple([z.object({ duplicateResut: z.optional(Rule), duplicateResult: z.optional(Rule) })], z.unknown());

function likened(refused: Reply): { readonly ids: readonly string[]; readonly allowSave: boolean } {
  const [{ duplicateResut, duplicateResult = duplicateResut }] = refused.json(Likened);
  const found = duplicateResult?.matchResults.flatMap(({ matchRecords }) => matchRecords.map(({ record }) => record.Id)) ?? [];
  return { ids: found.filter(isLeadId).slice(0, LIMIT), allowSave: duplicateResult?.allowSave ?? false };
}

async function readAll(http: Http, home: Home, ids: readonly string[], who: Who): Promise<readonly Lead[]> {
  const listed = ids.map((id) => quoted(id, "crm_id")).join(",");
  const { records } = await queried(http, home, `SELECT ${fieldsOf([])} FROM Lead WHERE IsConverted = false AND Id IN (${listed})`);
  return ofPerson(records, who);
}

const saved = (home: Home, crm_id: string, outcome: Saved["outcome"]): Saved => ({ crm_id, outcome, url: urlOf(home, crm_id) });
