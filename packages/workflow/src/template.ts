/**
 * Texts with placeholders: `Hi {{first_name|there}}`. What stands after `|` is said where there is no value. A value is put in once and
 * never read as a template itself, and is escaped for where it goes.
 */
import { didYouMean, nearest } from "./nearest.ts";

/** Where a text goes. `line`: a text of one line, such as a subject. `json`: inside a JSON string. */
export type Goes = "text" | "line" | "html" | "url" | "json";
/** A placeholder's name → its value; undefined or empty where there is none. */
export type Values = (placeholder: string) => string | undefined;

/** What may be named at a place. */
export interface Scope {
  readonly names: readonly ScopeName[];
  /** Beginnings after which any name may follow: `lead.custom.`, `input.`. */
  readonly open: readonly ScopeName[];
  /** Names that exist, and why they cannot be used here. */
  readonly barred: ReadonlyMap<string, string>;
}
export interface ScopeName {
  readonly name: string;
  readonly words: string;
  /** It may have no value, so that it asks for a fallback: why, in words. */
  readonly unsure?: string | undefined;
}

export interface TemplateIssue {
  /** `unknown`: there is no such name anywhere. `misplaced`: there is, and at this place it has no value, or may have none. */
  readonly kind: "unknown" | "misplaced";
  readonly placeholder: string;
  /** Where it begins in the text. */
  readonly at: number;
  readonly message: string;
  readonly near: readonly string[];
}

/** A placeholder has no value and no fallback: the text is not sent with a hole in it. */
export class MissingValue extends Error {
  override readonly name = "MissingValue";
  readonly placeholder: string;
  constructor(placeholder: string) {
    super(`{{${placeholder}}} has no value here. Give it one, or say what stands in its place: {{${placeholder}|…}}.`);
    this.placeholder = placeholder;
  }
}

type Piece = { readonly text: string } | { readonly name: string; readonly fallback: string | undefined; readonly at: number };

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const NAME = /^[A-Za-z_][\w-]*(\.[^.{}|\s][^.{}|]*)*$/;

function pieces(template: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const inside = match[1] ?? "";
    if (match.index > end) found.push({ text: template.slice(end, match.index) });
    const bar = inside.indexOf("|");
    const name = (bar < 0 ? inside : inside.slice(0, bar)).trim();
    found.push({ name, fallback: bar < 0 ? undefined : inside.slice(bar + 1).trim(), at: match.index });
    end = match.index + match[0].length;
  }
  if (end < template.length) found.push({ text: template.slice(end) });
  return found;
}

/** The placeholders a text names, each once. */
export const placeholdersOf = (template: string): string[] => [
  ...new Set(pieces(template).flatMap((piece) => ("name" in piece ? [piece.name] : []))),
];

/** The first placeholder of a text that has neither a value nor a fallback; null where each has one. */
export const missingIn = (template: string, values: Values): string | null =>
  pieces(template).flatMap((piece) => ("name" in piece && piece.fallback === undefined && !values(piece.name) ? [piece.name] : []))[0] ??
  null;

/** What is wrong with a text's placeholders. `lenient`: a missing value is no matter at this place, as in a condition. */
export function check(template: string, scope: Scope, lenient = false): TemplateIssue[] {
  const issues: TemplateIssue[] = [];
  let at = 0;
  for (const piece of pieces(template)) {
    if ("name" in piece) {
      issues.push(...checkName(piece.name, piece.at, scope, lenient || piece.fallback !== undefined));
      continue;
    }
    const where = template.indexOf(piece.text, at);
    const brace = /\{\{|\}\}/.exec(piece.text);
    at = where + piece.text.length;
    if (brace === null) continue;
    const message = `A placeholder is not complete: it is written {{name}}, and “${piece.text.slice(brace.index, brace.index + 20)}” is not.`;
    issues.push({
      kind: "unknown",
      placeholder: piece.text.slice(brace.index, brace.index + 40),
      at: where + brace.index,
      message,
      near: [],
    });
  }
  return issues;
}

function checkName(placeholder: string, at: number, scope: Scope, lenient: boolean): TemplateIssue[] {
  const known = scope.names.find(({ name }) => name === placeholder) ?? scope.open.find(({ name }) => fits(placeholder, name));
  if (known !== undefined) {
    if (known.unsure === undefined || lenient) return [];
    const message = `{{${placeholder}}} may have no value: ${known.unsure}. Say what stands in its place: {{${placeholder}|…}}.`;
    return [{ kind: "misplaced", placeholder, at, message, near: [`${placeholder}|…`] }];
  }
  const barred = scope.barred.get(placeholder);
  if (barred !== undefined)
    return [{ kind: "misplaced", placeholder, at, message: `{{${placeholder}}} cannot be used here: ${barred}.`, near: [] }];
  const near = nearest(placeholder, [...scope.names.map(({ name }) => name), ...scope.barred.keys()]);
  const message =
    placeholder === ""
      ? "A placeholder is empty: write a name between {{ and }}."
      : `There is no {{${placeholder.slice(0, 60)}}} here.${didYouMean(near, (name) => `{{${name}}}`)}`;
  return [{ kind: "unknown", placeholder, at, message, near }];
}

const fits = (placeholder: string, open: string): boolean =>
  placeholder.startsWith(open) && placeholder.length > open.length && placeholder.length <= 200 && NAME.test(placeholder);

/** The text with its values in it. Throws `MissingValue` for a placeholder with neither value nor fallback. */
export function render(template: string, values: Values, goes: Goes = "text"): string {
  return written(template, values, goes, (name) => {
    throw new MissingValue(name);
  });
}

/** The same, where nothing stands for a missing value: conditions, and fields that are left out when they are empty. */
export const renderLoosely = (template: string, values: Values, goes: Goes = "text"): string => written(template, values, goes, () => "");

function written(template: string, values: Values, goes: Goes, missing: (name: string) => string): string {
  const all = pieces(template);
  const out = all.map((piece, index) => {
    if ("text" in piece) return piece.text;
    const own = values(piece.name);
    const value = own === undefined || own.trim() === "" ? (piece.fallback ?? missing(piece.name)) : own;
    return goes === "url" && index === 0 ? address(value, piece.name, all.length === 1) : ESCAPES[goes](value);
  });
  return goes === "line" ? out.join("").replace(LINES, " ").trim() : out.join("");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what would end a line, or a header
const LINES = /[\u0000-\u001f\u007f\u2028\u2029]+/g;
const HTML: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const ESCAPES: Readonly<Record<Goes, (value: string) => string>> = {
  text: (value) => value,
  line: (value) => value,
  html: (value) => value.replace(/[&<>"']/g, (sign) => HTML[sign] ?? sign),
  url: (value) => encodeURIComponent(value.toWellFormed()),
  json: (value) => JSON.stringify(value).slice(1, -1),
};

/** A value that begins an address is its scheme and host: it must be one, and no `javascript:`. */
function address(value: string, name: string, whole: boolean): string {
  if (value === "") return "";
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (parsed?.protocol !== "https:" && parsed?.protocol !== "http:") throw new MissingValue(name);
  return whole ? parsed.href : value.trim();
}
