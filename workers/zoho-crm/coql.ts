/** COQL with a caller's values in it. https://www.zoho.com/crm/developer/docs/api/v8/COQL-Overview.html */
import { refuse } from "@junction/kit";

/** A text as COQL writes it, between quotes: the backslash first, without which a text that ends in one would take the closing quote along. */
export const quoted = (text: string, what: string): string =>
  /\p{Cc}/u.test(text)
    ? refuse({ kind: "InvalidRequest", issues: [`${what} must be text in one line`] })
    : `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** The name of a field, which COQL has no quotes for: so nothing but a name passes. */
export const fieldName = (name: string): string =>
  /^[a-zA-Z][a-zA-Z0-9_]{0,99}$/.test(name)
    ? name
    : refuse({ kind: "InvalidRequest", issues: ["fields has a name that is none of Zoho's: take those crm/list_crm_fields gives"] });

/** A record's id: digits alone, and more than fit in a number. */
export const isId = (text: string | undefined): text is string => /^[1-9]\d{9,19}$/.test(text ?? "");

/** Conditions in pairs: of more than two without parentheses COQL takes none. */
export const all = (conditions: readonly string[]): string => conditions.reduce((before, one) => `(${before} and ${one})`);
export const any = (conditions: readonly string[]): string => conditions.reduce((before, one) => `(${before} or ${one})`);
