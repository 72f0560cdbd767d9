/** SOQL with a caller's values in it. https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
import { refuse } from "@junction/kit";

// The backslash first: without that, a text that ends in one would take the closing quote along.
const ESCAPES = [
  ["\\", "\\\\"],
  ["'", "\\'"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
] as const;

/** A text as SOQL writes it, between quotes. What SOQL has no writing for is refused. */
export function quoted(text: string, what: string): string {
  const plain = ESCAPES.reduce((so, [from, to]) => so.replaceAll(from, to), text);
  return /\p{Cc}/u.test(plain)
    ? refuse({ kind: "InvalidRequest", issues: [`${what} has a control character: leave it out`] })
    : `'${plain}'`;
}

/** The name of a field, which SOQL has no quotes for: so nothing but a name passes. */
export const fieldName = (name: string): string =>
  /^[a-zA-Z][a-zA-Z0-9]*(_[a-zA-Z0-9]+)*(__c)?$/.test(name) && name.length <= 60
    ? name
    : refuse({ kind: "InvalidRequest", issues: ["fields has a name that is none of Salesforce's: take those crm/list_crm_fields gives"] });

/** An id of a lead, of 15 or 18 characters. Every other is of another kind, or of another CRM. */
export const isLeadId = (text: string | undefined): text is string => /^00Q(?:[a-zA-Z0-9]{12}|[a-zA-Z0-9]{15})$/.test(text ?? "");
