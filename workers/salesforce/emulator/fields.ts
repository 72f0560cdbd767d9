/** The fields of the sandbox's Lead, as Salesforce describes them. */
import type { Cell } from "@junction/sandbox";

export interface Field {
  readonly type: string;
  readonly label?: string;
  readonly required?: true;
  /** Set by Salesforce alone. */
  readonly own?: true;
  readonly preset?: Cell;
  readonly values?: readonly string[];
  readonly most?: number;
}
const own = (type: string): Field => ({ type, own: true });

export const FIELDS: Readonly<Record<string, Field>> = {
  Id: own("id"),
  FirstName: { type: "string", most: 40 },
  LastName: { type: "string", required: true, most: 80 },
  Name: own("string"),
  Company: { type: "string", required: true, most: 255 },
  Title: { type: "string", most: 128 },
  Email: { type: "email", most: 80 },
  Phone: { type: "phone", most: 40 },
  MobilePhone: { type: "phone", label: "Mobile", most: 40 },
  Website: { type: "url", most: 255 },
  Description: { type: "textarea", most: 32_000 },
  Street: { type: "textarea", most: 255 },
  City: { type: "string", most: 40 },
  State: { type: "string", label: "State/Province", most: 80 },
  PostalCode: { type: "string", label: "Zip/Postal Code", most: 20 },
  Country: { type: "string", most: 80 },
  LeadSource: { type: "picklist", label: "Lead Source", values: ["Web", "Phone Inquiry", "Partner Referral", "Other"] },
  Status: {
    ...{ type: "picklist", label: "Lead Status", preset: "Open - Not Contacted" },
    values: ["Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted"],
  },
  Rating: { type: "picklist", values: ["Hot", "Warm", "Cold"] },
  AnnualRevenue: { type: "currency", label: "Annual Revenue" },
  NumberOfEmployees: { type: "int", label: "Employees" },
  DoNotCall: { type: "boolean", label: "Do Not Call", preset: false },
  Services__c: { type: "multipicklist", label: "Services", values: ["Plumbing", "Heating", "Roofing"] },
  Next_Visit__c: { type: "date", label: "Next visit" },
  IsConverted: { ...own("boolean"), preset: false },
  ConvertedContactId: own("reference"),
  CreatedDate: own("datetime"),
  LastModifiedDate: own("datetime"),
  SystemModstamp: own("datetime"),
};

export const described = Object.entries(FIELDS).map(([name, { type, label, required, own: set, preset, values, most }]) => ({
  ...{ name, label: label ?? name.replace(/(?<=[a-z])(?=[A-Z])/g, " "), type, length: most ?? 0, custom: name.endsWith("__c") },
  ...{ nillable: !required && type !== "boolean" && name !== "Id", defaultedOnCreate: preset !== undefined || set === true },
  ...{ createable: !set, updateable: !set },
  picklistValues: (values ?? []).map((value) => ({ value, label: value, active: true, defaultValue: value === preset, validFor: null })),
}));

const NUMBERS = ["int", "double", "currency", "percent"];
/** How SOQL wants a value of the type written. */
export const isQuoted = (type: string): boolean => ![...NUMBERS, "boolean", "date", "datetime"].includes(type);

/** What is wrong with a value, as Salesforce's code and words; undefined if nothing is. */
export function flaw(name: string, value: unknown): readonly [code: string, message: string] | undefined {
  const { type = "", most, required } = FIELDS[name] ?? {};
  if (value === null || value === "") return required ? ["REQUIRED_FIELD_MISSING", `Required fields are missing: [${name}]`] : undefined;
  if (NUMBERS.includes(type) || type === "boolean")
    return coerced(name, value) === null
      ? ["JSON_PARSER_ERROR", `Cannot deserialize instance of ${type} from VALUE_STRING value ${String(value)}`]
      : undefined;
  if (typeof value !== "string") return ["JSON_PARSER_ERROR", `Cannot deserialize instance of ${type} from ${JSON.stringify(value)}`];
  if (most !== undefined && value.length > most)
    return ["STRING_TOO_LONG", `${name}: data value too large: ${value.slice(0, 20)} (max length=${most})`];
  if (type === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return ["INVALID_EMAIL_ADDRESS", `Email: invalid email address: ${value}`];
  return undefined;
}

/** A value as it is kept: Salesforce reads numbers and booleans from texts too. Null where it cannot. */
export function coerced(name: string, value: unknown): Cell {
  const { type = "" } = FIELDS[name] ?? {};
  const text = typeof value === "string" ? value : String(value);
  if (value === "" || value === null) return null;
  if (NUMBERS.includes(type)) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
  if (type === "boolean") return /^(true|false)$/i.test(text) ? text.toLowerCase() === "true" : null;
  return text;
}
