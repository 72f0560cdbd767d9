/** The fields a lead has in this organization. https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm */
import { below, type Http, path } from "@junction/kit";
import type { listCrmFields } from "@junction/tools";
import * as z from "zod/mini";
import type { Home } from "./leads.ts";

type Field = z.input<typeof listCrmFields.output>["fields"][number];

const Described = z.object({
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      type: z.string(),
      nillable: z.boolean(),
      defaultedOnCreate: z.boolean(),
      createable: z.boolean(),
      updateable: z.boolean(),
      picklistValues: z.nullish(z.array(z.object({ value: z.string(), label: z.nullish(z.string()), active: z.boolean() }))),
    }),
  ),
});

/** Salesforce's word for a type → the tool's. */
const TYPES: Readonly<Record<string, Field["type"]>> = {
  ...{ string: "text", textarea: "text", encryptedstring: "text", combobox: "text" },
  ...{ int: "number", long: "number", double: "number", currency: "number", percent: "number" },
  ...{ boolean: "boolean", date: "date", datetime: "datetime", email: "email", phone: "phone", url: "url" },
  ...{ picklist: "choice", multipicklist: "choices" },
};

export async function fieldsOfLead(http: Http, { host, root }: Home): Promise<Field[]> {
  const { fields } = (await http.get(below(root, path`/sobjects/Lead/describe`), { host })).json(Described);
  return fields.map(({ name, label, type, nillable, defaultedOnCreate, createable, updateable, picklistValues }): Field => {
    const options = picklistValues?.filter(({ active }) => active).map(({ value, label: words }) => ({ value, label: words ?? value }));
    return {
      ...{ name, label, type: TYPES[type] ?? "other", required: createable && !nillable && !defaultedOnCreate, read_only: !updateable },
      ...(options && options.length > 0 && { options }),
    };
  });
}
