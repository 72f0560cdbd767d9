/** The properties a contact has in the sandbox's account. https://developers.hubspot.com/docs/api-reference/crm-properties-v3 */
import { invalid } from "./errors.ts";

interface Property {
  readonly name: string;
  readonly label: string;
  readonly type: "string" | "number" | "bool" | "date" | "datetime" | "enumeration" | "phone_number";
  readonly fieldType: string;
  readonly options?: readonly string[];
  readonly readOnly?: true;
  readonly own?: true;
}
const text = (name: string, label: string, fieldType = "text"): Property => ({ name, label, type: "string", fieldType });
const calculated = (name: string, label: string, type: Property["type"], fieldType: string): Property => ({
  ...{ name, label, type, fieldType },
  readOnly: true,
});
const PROPERTIES: readonly Property[] = [
  text("email", "Email"),
  text("firstname", "First Name"),
  text("lastname", "Last Name"),
  text("phone", "Phone Number", "phonenumber"),
  text("mobilephone", "Mobile Phone Number", "phonenumber"),
  text("company", "Company Name"),
  text("address", "Street Address"),
  text("city", "City"),
  text("state", "State/Region"),
  text("zip", "Postal Code"),
  text("country", "Country/Region"),
  text("website", "Website URL"),
  text("jobtitle", "Job Title"),
  {
    ...{ name: "lifecyclestage", label: "Lifecycle Stage", type: "enumeration", fieldType: "radio" },
    options: ["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist", "other"],
  },
  {
    ...{ name: "hs_lead_status", label: "Lead Status", type: "enumeration", fieldType: "radio" },
    options: ["NEW", "OPEN", "IN_PROGRESS", "UNQUALIFIED", "ATTEMPTED_TO_CONTACT", "CONNECTED"],
  },
  { name: "roof_age", label: "Age of the roof", type: "number", fieldType: "number", own: true },
  { name: "wants_financing", label: "Wants financing", type: "bool", fieldType: "booleancheckbox", own: true, options: ["true", "false"] },
  { name: "visit_on", label: "Visit on", type: "date", fieldType: "date", own: true },
  {
    ...{ name: "services", label: "Services", type: "enumeration", fieldType: "checkbox", own: true },
    options: ["plumbing", "heating", "roofing"],
  },
  calculated("createdate", "Create Date", "datetime", "date"),
  calculated("lastmodifieddate", "Last Modified Date", "datetime", "date"),
  calculated("hs_object_id", "Record ID", "number", "number"),
  calculated("hs_searchable_calculated_phone_number", "Calculated Phone Number without country code", "string", "calculation_equation"),
  calculated("hs_searchable_calculated_mobile_number", "Calculated Mobile Number without country code", "string", "calculation_equation"),
];
const BY_NAME = new Map(PROPERTIES.map((property) => [property.name, property]));

export const isKnown = (name: string): boolean => BY_NAME.has(name);

/** How HubSpot compares a property's values: as numbers, for times too, or as texts. */
export function comparable(name: string, value: string): number | string {
  const { type } = BY_NAME.get(name) ?? {};
  if (type === "number") return Number(value);
  if (type === "date" || type === "datetime") return /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return value.toLowerCase();
}

/** The value as HubSpot stores it; ends the request if it takes none such. */
export function storable(name: string, value: unknown): string {
  const property = BY_NAME.get(name);
  if (!property) return invalid(`Property "${name}" does not exist`, name, "PROPERTY_DOESNT_EXIST");
  if (property.readOnly) return invalid(`"${name}" is a read only property`, name, "READ_ONLY_VALUE");
  if (typeof value !== "string") return invalid(`Invalid input JSON: ${name} must be a string`);
  const given = value.trim();
  if (given === "") return given;
  const { type, fieldType, options } = property;
  const parts = fieldType === "checkbox" ? given.split(";") : [given];
  if (options && parts.some((part) => !options.includes(part)))
    return invalid(`${given} was not one of the allowed options: [${options.join(", ")}]`, name, "INVALID_OPTION");
  if (type === "number" && !Number.isFinite(Number(given))) return invalid(`${given} was not a valid number.`, name, "INVALID_DOUBLE");
  if (type === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(given)) return invalid(`${given} was not a valid date.`, name, "INVALID_DATE");
  return given;
}

/** As the API lists them. */
export const definitions = () =>
  PROPERTIES.map(({ name, label, type, fieldType, options = [], readOnly = false, own = false }) => ({
    ...{ name, label, type, fieldType, description: "", groupName: "contactinformation", displayOrder: -1 },
    options: options.map((value, displayOrder) => ({ value, label: titled(value), displayOrder, hidden: false })),
    ...{ calculated: fieldType.startsWith("calculation"), externalOptions: false, hasUniqueValue: name === "email", hidden: false },
    ...{ hubspotDefined: !own, formField: !readOnly, archived: false },
    modificationMetadata: { archivable: own, readOnlyDefinition: !own, readOnlyValue: readOnly },
  }));
const titled = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1).toLowerCase().replaceAll("_", " ");
