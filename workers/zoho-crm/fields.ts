/** The fields a lead has in this account. https://www.zoho.com/crm/developer/docs/api/v8/field-meta.html */
import { type Http, path } from "@junction/kit";
import type { listCrmFields } from "@junction/tools";
import * as z from "zod/mini";
import type { Home } from "./leads.ts";

export type Field = z.input<typeof listCrmFields.output>["fields"][number];

const Described = z.object({
  fields: z.array(
    z.object({
      api_name: z.string(),
      field_label: z.string(),
      data_type: z.string(),
      system_mandatory: z.nullish(z.boolean()),
      read_only: z.nullish(z.boolean()),
      field_read_only: z.nullish(z.boolean()),
      pick_list_values: z.nullish(z.array(z.object({ display_value: z.nullish(z.string()), actual_value: z.string() }))),
    }),
  ),
});

/** Zoho's word for a type → the tool's. */
const TYPES: Readonly<Record<string, Field["type"]>> = {
  ...{ text: "text", textarea: "text" },
  ...{ integer: "number", bigint: "number", double: "number", currency: "number", percent: "number" },
  ...{ boolean: "boolean", date: "date", datetime: "datetime", email: "email", phone: "phone", website: "url" },
  ...{ picklist: "choice", multiselectpicklist: "choices" },
};

export async function fieldsOfLead(http: Http, { at }: Home): Promise<Field[]> {
  const { fields } = (await http.get(path`/crm/v8/settings/fields`, { ...at, query: { module: "Leads" } })).json(Described);
  return fields.map(({ api_name, field_label, data_type, system_mandatory, read_only, field_read_only, pick_list_values }): Field => {
    const options = pick_list_values?.map(({ actual_value, display_value }) => ({
      value: actual_value,
      label: display_value ?? actual_value,
    }));
    return {
      ...{ name: api_name, label: field_label, type: TYPES[data_type] ?? "other" },
      ...{ required: system_mandatory ?? false, read_only: (read_only ?? false) || (field_read_only ?? false) },
      ...(options && options.length > 0 && { options }),
    };
  });
}
