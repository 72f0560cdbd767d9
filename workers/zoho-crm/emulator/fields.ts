/** The fields of the sandbox's Leads module, as Zoho describes them. */
export type Value = string | number | boolean | null | readonly string[] | { readonly id: string; readonly name: string };
export interface Field {
  readonly type: string;
  readonly required?: true;
  /** Set by Zoho alone. */
  readonly own?: true;
  readonly values?: readonly string[];
  readonly most?: number;
}
export const FIELDS: Readonly<Record<string, Field>> = {
  id: { type: "bigint", own: true },
  First_Name: { type: "text", most: 40 },
  Last_Name: { type: "text", required: true, most: 80 },
  Full_Name: { type: "text", own: true },
  Company: { type: "text", required: true, most: 200 },
  Email: { type: "email", most: 100 },
  Secondary_Email: { type: "email", most: 100 },
  Phone: { type: "phone", most: 30 },
  Mobile: { type: "phone", most: 30 },
  Website: { type: "website", most: 450 },
  Lead_Source: { type: "picklist", values: ["-None-", "Advertisement", "Employee Referral", "Online Store", "Web Download"] },
  Lead_Status: { type: "picklist", values: ["-None-", "Attempted to Contact", "Contacted", "Lost Lead"] },
  Services: { type: "multiselectpicklist", values: ["Plumbing", "Heating", "Roofing"] },
  Annual_Revenue: { type: "currency" },
  No_of_Employees: { type: "integer" },
  Email_Opt_Out: { type: "boolean" },
  Next_Visit: { type: "date" },
  Street: { type: "text", most: 250 },
  City: { type: "text", most: 100 },
  State: { type: "text", most: 100 },
  Zip_Code: { type: "text", most: 30 },
  Description: { type: "textarea", most: 32_000 },
  Owner: { type: "ownerlookup", own: true },
  Created_Time: { type: "datetime", own: true },
  Modified_Time: { type: "datetime", own: true },
};

export const described = Object.entries(FIELDS).map(([api_name, { type, required, own, values, most }], at) => ({
  ...{ id: `640000000000000${String(at).padStart(4, "0")}`, api_name, field_label: api_name.replaceAll("_", " "), data_type: type },
  ...{ system_mandatory: required ?? false, read_only: own ?? false, field_read_only: own ?? false, length: most ?? 0, visible: true },
  pick_list_values: (values ?? []).map((value) => ({ display_value: value, actual_value: value, type: "used" })),
}));

const NUMBERS = ["integer", "bigint", "double", "currency", "percent"];
const EXPECTED: Readonly<Record<string, string>> = {
  currency: "double",
  multiselectpicklist: "jsonarray",
  picklist: "string",
  website: "string",
};
/** How COQL wants a value of the type written. */
export const isQuoted = (name: string): boolean => name === "id" || ![...NUMBERS, "boolean"].includes(FIELDS[name]?.type ?? "");

/** Zoho's details of what is wrong with a value; undefined if nothing is. It reads no number from a text. */
export function flaw(name: string, value: unknown): Readonly<Record<string, unknown>> | undefined {
  const { type = "", most } = FIELDS[name] ?? {};
  if (value === null) return undefined;
  const number = NUMBERS.includes(type);
  const fits = number
    ? typeof value === "number"
    : type === "boolean"
      ? typeof value === "boolean"
      : type === "multiselectpicklist"
        ? Array.isArray(value)
        : typeof value === "string";
  if (!fits) return { api_name: name, expected_data_type: EXPECTED[type] ?? type };
  if (typeof value !== "string") return undefined;
  if (most !== undefined && value.length > most) return { api_name: name, maximum_length: most };
  if (type === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)) return { api_name: name, expected_data_type: "email" };
  return undefined;
}
