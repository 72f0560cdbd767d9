/** The properties of a contact as a lead's fields. https://developers.hubspot.com/docs/api-reference/crm-properties-v3 */
import type { listCrmFields } from "@junction/tools";
import * as z from "zod/mini";

export const Property = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  fieldType: z.string(),
  options: z.nullish(z.array(z.object({ value: z.string(), label: z.string(), hidden: z.nullish(z.boolean()) }))),
  hidden: z.nullish(z.boolean()),
  calculated: z.nullish(z.boolean()),
  modificationMetadata: z.nullish(z.object({ readOnlyValue: z.nullish(z.boolean()) })),
});
type Field = z.output<typeof listCrmFields.output>["fields"][number];

const TYPES: Readonly<Record<string, Field["type"]>> = {
  ...{ string: "text", number: "number", bool: "boolean", date: "date", datetime: "datetime" },
  ...{ phone_number: "phone", enumeration: "choice" },
};
/** How a property is entered, where that says more than its type. */
const ENTERED: Readonly<Record<string, Field["type"]>> = { phonenumber: "phone", booleancheckbox: "boolean", checkbox: "choices" };

export function fieldOf({ name, label, type, fieldType, options, calculated, modificationMetadata }: z.output<typeof Property>): Field {
  const kind = name === "email" ? "email" : (ENTERED[fieldType] ?? TYPES[type] ?? "other");
  const listed = (options ?? []).filter(({ hidden }) => !hidden).map(({ value, label }) => ({ value, label }));
  const read_only = calculated === true || modificationMetadata?.readOnlyValue === true;
  // HubSpot takes a contact without any of them.
  return { name, label, type: kind, required: false, read_only, ...(listed.length > 0 && { options: listed }) };
}
