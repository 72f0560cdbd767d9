/** A person's fields, the company's own among them. https://developers.pipedrive.com/docs/api/v1/PersonFields */
import { type Http, path, refuse } from "@junction/kit";
import type { listCrmFields } from "@junction/tools";
import * as z from "zod/mini";
import type { At, Person } from "./persons.ts";

const Definition = z.object({
  field_code: z.string(),
  field_name: z.string(),
  field_type: z.string(),
  is_custom_field: z.boolean(),
  options: z.nullish(z.array(z.object({ id: z.pipe(z.union([z.number(), z.string()]), z.transform(String)), label: z.string() }))),
});
type Definition = z.output<typeof Definition>;
type Field = z.output<typeof listCrmFields.output>["fields"][number];
type Value = string | number | boolean | null;

const TYPES: Readonly<Record<string, Field["type"]>> = {
  ...{ varchar: "text", varchar_auto: "text", text: "text", phone: "phone", int: "number", double: "number" },
  ...{ boolean: "boolean", date: "date", enum: "choice", set: "choices" },
};
/** The type of a field that can be written as one value; what has parts of its own (money, an address) cannot. */
const simpleType = ({ is_custom_field, field_type }: Definition) => (is_custom_field ? TYPES[field_type] : undefined);

export async function definitions(http: Http, at: At): Promise<readonly Definition[]> {
  const reply = await http.get(path`/api/v2/personFields`, { ...at, query: { limit: 500 } });
  return reply.json(z.object({ data: z.array(Definition) })).data;
}

export function fieldOf(definition: Definition): Field {
  const { field_code, field_name, field_type, options } = definition;
  const type = TYPES[field_type] ?? "other";
  const listed = type === "choice" || type === "choices" ? (options ?? []).map(({ id, label }) => ({ value: id, label })) : [];
  return {
    ...{ name: field_code, label: field_name, type, required: field_code === "name" },
    ...{ read_only: simpleType(definition) === undefined, ...(listed.length > 0 && { options: listed }) },
  };
}

/** The value of one of a person's fields; several choices are given with semicolons between them. */
export function fieldValue(person: Pick<Person, "custom_fields"> & Readonly<Record<string, unknown>>, name: string): Value {
  const value = person.custom_fields?.[name] ?? person[name];
  if (Array.isArray(value)) return value.map((one: unknown) => String(one)).join(";");
  const plain = typeof value === "object" && value !== null && "value" in value ? value.value : value;
  return typeof plain === "string" || typeof plain === "number" || typeof plain === "boolean" ? plain : null;
}

/** The values under Pipedrive's own types, which it does not convert. */
export function written(fields: Readonly<Record<string, Value>>, known: readonly Definition[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const definition = known.find(({ field_code }) => field_code === name);
      const type = definition && simpleType(definition);
      if (type === undefined) return wrong(name, "is none of the person's fields that can be written; crm/list_crm_fields gives those");
      if (value === null || value === "") return [name, null];
      return [name, converted(name, value, type, definition?.options ?? [])];
    }),
  );
}
function converted(
  name: string,
  value: string | number | boolean,
  type: Field["type"],
  options: readonly { readonly id: string }[],
): unknown {
  if (type === "boolean") return value === true || value === "true";
  if (type === "number") return Number.isFinite(Number(value)) ? Number(value) : wrong(name, "must be a number");
  const chosen = String(value).split(";");
  if (type !== "choice" && type !== "choices") return String(value);
  if (chosen.some((id) => !options.some((option) => option.id === id)))
    wrong(name, `must be ${options.map(({ id }) => id).join(" or ")}: the value of an option, not its label`);
  return type === "choice" ? Number(value) : chosen.map(Number);
}
const wrong = (name: string, words: string): never => refuse({ kind: "InvalidRequest", issues: [`fields.${name.slice(0, 80)} ${words}`] });
