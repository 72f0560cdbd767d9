/** What goes into a call: texts with their values in, in the form that the tool takes. */
import { placeholdersOf, render, type Values } from "./template.ts";

/** A text came out as something that its field does not take. */
export class BadValue extends Error {
  override readonly name = "BadValue";
}

/** Only what is there: contracts refuse a field they do not know, and one that is undefined is left out of JSON anyway. */
export const given = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));
export const each = (texts: Readonly<Record<string, string>>, write: (text: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, write(text)]));
export const filled = (texts: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
/** An ISO 8601 time with offset, with its seconds; `what` names the field it is for. */
export function instant(value: string, what: string): string {
  if (!INSTANT.test(value) || Number.isNaN(Date.parse(value)))
    throw new BadValue(
      `${what} is “${value.slice(0, 60)}”. It must be a date and time with its offset, such as 2026-11-20T09:00:00-05:00.`,
    );
  return value.replace(/(T\d\d:\d\d)(?=Z|[+-])/, "$1:00");
}

export type Property = Readonly<Record<string, unknown>>;
export const properties = (schema: Property | undefined): Readonly<Record<string, Property>> =>
  (schema?.["properties"] ?? {}) as Readonly<Record<string, Property>>;

/** Arguments with their placeholders filled in. One placeholder alone becomes a number or a yes/no where the tool takes that. */
export function filledIn(
  args: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Property>>,
  values: Values,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, deep(value, values, known[name])]));
}
function deep(value: unknown, values: Values, schema?: Property): unknown {
  if (Array.isArray(value)) return value.map((one) => deep(one, values, schema?.["items"] as Property | undefined));
  if (typeof value === "object" && value !== null) return filledIn(value as Readonly<Record<string, unknown>>, properties(schema), values);
  if (typeof value !== "string") return value;
  const text = render(value, values);
  if (placeholdersOf(value).length === 0) return text;
  const type = schema?.["type"];
  if ((type === "number" || type === "integer") && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (type === "boolean" && /^(true|false|yes|no)$/i.test(text)) return /^(true|yes)$/i.test(text);
  return text;
}
