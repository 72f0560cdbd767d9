/** The fields a person has in the sandbox's account. https://developers.pipedrive.com/docs/api/v1/PersonFields */
import { refuse } from "@junction/sandbox";
import { invalid } from "./errors.ts";

const key = (digit: string): string => digit.repeat(40);
interface Field {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly options?: readonly string[];
}
const BUILT_IN: readonly Field[] = [
  { code: "name", name: "Name", type: "varchar" },
  { code: "emails", name: "Email", type: "varchar" },
  { code: "phones", name: "Phone", type: "phone" },
  { code: "org_id", name: "Organization", type: "org" },
  { code: "owner_id", name: "Owner", type: "user" },
  { code: "add_time", name: "Person created", type: "date" },
  { code: "update_time", name: "Update time", type: "date" },
];
const CUSTOM: readonly Field[] = [
  { code: key("a"), name: "Age of the roof", type: "double" },
  { code: key("b"), name: "Heard of us by", type: "enum", options: ["A neighbour", "The van", "Search"] },
  { code: key("c"), name: "Services", type: "set", options: ["Plumbing", "Heating", "Roofing"] },
  { code: key("d"), name: "Gate code", type: "varchar" },
  { code: key("e"), name: "Budget", type: "monetary" },
  { code: key("f"), name: "Visit on", type: "date" },
];

export const definitions = () =>
  [...BUILT_IN, ...CUSTOM].map(({ code, name, type, options }) => ({
    ...{ field_code: code, field_name: name, field_type: type },
    options: options?.map((label, at) => ({ id: at + 1, label })) ?? null,
    subfields: type === "monetary" ? [{ field_code: "currency", field_name: "Currency", field_type: "varchar" }] : null,
    ...{ is_custom_field: CUSTOM.some((field) => field.code === code), is_optional_response_field: false },
  }));

/** The custom fields as they are stored; ends the request where the API does not take a value. It converts nothing. */
export function storable(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [code, value] of Object.entries(values)) {
    const field = CUSTOM.find((one) => one.code === code) ?? refuse(invalid(`Parameter custom_fields: ${code} is not allowed`));
    const isOption = (id: unknown): boolean => typeof id === "number" && id >= 1 && id <= (field.options?.length ?? 0);
    const right: Readonly<Record<string, () => boolean>> = {
      double: () => typeof value === "number",
      enum: () => isOption(value),
      set: () => Array.isArray(value) && value.every(isOption),
      monetary: () => typeof value === "object",
      date: () => typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value),
    };
    if (value !== null && !(right[field.type] ?? (() => typeof value === "string"))())
      refuse(invalid(`Validation failed: custom_fields: ${code}: invalid ${field.type}`));
  }
  return values;
}
