/** Saves a lead: by its id, or as the one person with this number or address, or as a new one. What became of it stands inside a 200. */
import { type Http, path, type Reply, refuse } from "@junction/kit";
import type { syncLead } from "@junction/tools";
import * as z from "zod/mini";
import { fieldName, isId } from "./coql.ts";
import { type Field, fieldsOfLead } from "./fields.ts";
import { byId, byPerson, type Home, type Lead, ofPerson, type Who } from "./leads.ts";

type Input = z.output<typeof syncLead.input>;
type Saved = z.input<typeof syncLead.output>;
type Value = string | number | boolean | null | readonly string[];
type Values = Readonly<Record<string, Value>>;

/** What is to be stored, under Zoho's names. Fields named in so many words go before what is meant by others. */
function valuesOf({ name, phone, email, company, fields }: Input): Values {
  const words = name?.trim().split(/\s+/) ?? [];
  const own = {
    // Both, even if there is only one: else the new last name would stand after the old first name.
    ...(name !== undefined && { First_Name: words.slice(0, -1).join(" ") || null, Last_Name: words.at(-1) || null }),
    ...{ Phone: phone, Email: email, Company: company },
  };
  const given = Object.entries(fields).map(([field, value]) => [fieldName(field), value] as const);
  return Object.fromEntries([...Object.entries(own), ...given].flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])));
}

export async function save(http: Http, home: Home, input: Input): Promise<Saved> {
  const { crm_id, phone, email } = input;
  const values = valuesOf(input);
  if (isId(crm_id) && (await update(http, home, crm_id, values))) return saved(home, crm_id, "updated");
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
  const has = Phone === who.phone && ofPerson([known], { phone: who.phone }).length > 0;
  if (!(await update(http, home, known.id, has ? others : values))) refuse({ kind: "Conflict" });
  return saved(home, known.id, "updated");
}

async function update(http: Http, home: Home, id: string, values: Values): Promise<boolean> {
  const told = await written(http, home, values, (record) =>
    http.put(path`/crm/v8/Leads/${id}`, { ...home.at, json: { data: [record] }, accept: [404, "INVALID_DATA"] }),
  );
  return told !== "gone";
}

async function create(http: Http, home: Home, values: Values, who: Who): Promise<Saved> {
  const called = [values["First_Name"], values["Last_Name"]].filter(Boolean).join(" ") || who.email || who.phone || "";
  const whole = { ...values, Last_Name: values["Last_Name"] || called, Company: values["Company"] || called };
  const told = await written(http, home, whole, (record) =>
    http.post(path`/crm/v8/Leads`, { ...home.at, json: { data: [record] }, accept: ["INVALID_DATA", "DUPLICATE_DATA"] }),
  );
  if (told === "gone") return refuse({ kind: "Conflict" });
  if (told.code !== "DUPLICATE_DATA") return saved(home, told.details.id ?? refuse({ kind: "VendorUnavailable", sent: true }), "created");
  // Another was quicker, or was written in a way that no query finds. Another field may be unique too: then it is not this person.
  const taken = told.details.duplicate_record?.id ?? told.details.id;
  const other = taken === undefined ? undefined : await byId(http, home, taken, []);
  return other && ofPerson([other], who).length > 0 ? change(http, home, other, values, who) : refuse({ kind: "Conflict" });
}

const Told = z.object({
  code: z.string(),
  message: z.catch(z.string(), ""),
  details: z.catch(
    z.object({
      id: z.optional(z.string()),
      api_name: z.optional(z.string()),
      expected_data_type: z.optional(z.string()),
      duplicate_record: z.optional(z.object({ id: z.string() })),
    }),
    {},
  ),
});
type Told = z.output<typeof Told>;
const Record = z.object({ data: z.tuple([Told], z.unknown()) });

/** Writes a record; `gone`: there is none of this id. A value that is of another type than its field is written once more as that type. */
async function written(http: Http, home: Home, values: Values, write: (record: Values) => Promise<Reply>): Promise<Told | "gone"> {
  const first = told(await write(values));
  if (first === "gone" || first.code !== "INVALID_DATA") return first;
  const field = first.details.api_name;
  const texts = Object.values(values).some((value) => typeof value === "string");
  const typed = texts && first.details.expected_data_type !== undefined ? fitted(values, await fieldsOfLead(http, home)) : values;
  if (field !== undefined && typed[field] === values[field]) return unfit(field);
  const second = told(await write(typed));
  return second !== "gone" && second.code === "INVALID_DATA" ? unfit(second.details.api_name) : second;
}
const unfit = (field: string | undefined): never =>
  refuse({ kind: "InvalidRequest", ...(field !== undefined && { issues: [`the vendor refused the value of ${field}`] }) });

function told(reply: Reply): Told | "gone" {
  if (reply.status === 404) return "gone";
  const { data } = reply.json(
    z.union([
      Record,
      z.pipe(
        Told,
        z.transform((one) => ({ data: [one] })),
      ),
    ]),
  );
  const [one] = data;
  if (one === undefined) return refuse({ kind: "VendorUnavailable", sent: true });
  return one.code === "INVALID_DATA" && (one.details.api_name === "id" || /\bid given seems to be invalid/.test(one.message))
    ? "gone"
    : one;
}

/** Texts made what their fields take: Zoho reads no number, and no list, from a text. */
function fitted(values: Values, fields: readonly Field[]): Values {
  const as = (name: string, value: Value): Value => {
    const type = fields.find((field) => field.name === name)?.type;
    if (typeof value !== "string") return value;
    if (type === "number") return /^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim()) ? Number(value) : value;
    if (type === "boolean") return /^(true|false)$/i.test(value) ? value.toLowerCase() === "true" : value;
    return type === "choices" ? value.split(";").map((one) => one.trim()) : value;
  };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, as(name, value)]));
}

const saved = (home: Home, crm_id: string, outcome: Saved["outcome"]): Saved => ({ crm_id, outcome, url: home.url(crm_id) });
