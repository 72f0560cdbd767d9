/** Keeps credentials out of a vendor's words: some repeat the key they refuse, or the whole request. */
import type { Signed } from "./auth.ts";
import type { Fields } from "./fields.ts";

/** Shorter values are left alone: they would blank out half the text, and no vendor's secret is so short. */
const SHORTEST = 6;

/** What must not be repeated of a signed request: the credential's values, and what was made of them for the header. */
export function spoken(fields: Fields, signed: Signed): readonly string[] {
  const headers = Object.values(signed.headers).map((value) => value.slice(value.indexOf(" ") + 1)); // without the scheme's name
  const values = [...Object.values(fields), ...headers].filter((value) => value !== undefined && value.length >= SHORTEST);
  // The longest first: one may hold another.
  return values.flatMap((value) => (value ? [value, encodeURIComponent(value)] : [])).sort((a, b) => b.length - a.length);
}

/** The text with each of the values blanked out. Done before a text is cut, or the cut could leave half a secret. */
export const redact = (text: string, values: readonly string[]): string =>
  values.reduce((clean, value) => clean.replaceAll(value, "••••"), text);
