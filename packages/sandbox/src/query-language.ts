/** The SELECT of SOQL and COQL, as far as emulators play them: read to its last character, so that a quote too many is an error. */

export type Cell = string | number | boolean | null;
/** A value as it was written: `quoted` tells `'5'` from `5`. */
export interface Literal {
  readonly value: Cell;
  readonly quoted: boolean;
}
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly field: string; readonly operator: string; readonly literals: readonly Literal[] };
export interface Select {
  /** Empty where rows are only counted. */
  readonly fields: readonly string[];
  /** The alias a count is given, or empty; undefined where rows are wanted. */
  readonly count: string | undefined;
  readonly from: string;
  readonly where: Condition | undefined;
  readonly order: readonly { readonly field: string; readonly down: boolean }[];
  readonly limit: number | undefined;
}
/** A text that is no SELECT. */
export class BadQuery extends Error {}

interface Token {
  readonly kind: "word" | "text" | "number" | "time" | "sign";
  readonly text: string;
}
const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\\p{Cc}]|\\[nNrRtTbBfF"'\\_%])*')|(?<time>\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?)|(?<number>-?\d+(?:\.\d+)?)|(?<word>[A-Za-z][\w.]*)|(?<sign>[<>!]=|<>|[(),=<>]))/uy;
const WRITTEN: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function tokensOf(query: string): readonly Token[] {
  const tokens: Token[] = [];
  const whole = query.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < whole.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(whole)?.groups;
    const [kind, text] = Object.entries(groups ?? {}).find(([, found]) => found !== undefined) ?? [];
    if (kind === undefined || text === undefined) throw new BadQuery(`unexpected token: '${whole.slice(at, at + 10)}'`);
    tokens.push({ kind: kind as Token["kind"], text });
  }
  return tokens;
}

/** Reads a query. `pairs`: as COQL wants it, no more than two conditions between a pair of parentheses. */
export function readSelect(query: string, { pairs }: { readonly pairs: boolean }): Select {
  const tokens = tokensOf(query);
  let at = 0;
  const peek = (): string => (tokens[at]?.kind === "text" ? "'" : (tokens[at]?.text.toUpperCase() ?? ""));
  const unexpected = (): never => {
    throw new BadQuery(`unexpected token: '${tokens[at]?.text ?? "<EOF>"}'`);
  };
  const skip = (word: string): boolean => {
    if (peek() !== word) return false;
    at++;
    return true;
  };
  const need = (word: string): void => {
    if (!skip(word)) unexpected();
  };
  const take = (kind: Token["kind"]): string => {
    const token = tokens[at];
    if (token?.kind !== kind) return unexpected();
    at++;
    return token.text;
  };
  const listOf = <T>(one: () => T): readonly T[] => {
    const all = [one()];
    while (skip(",")) all.push(one());
    return all;
  };
  const literal = (): Literal => {
    const token = tokens[at++];
    if (token?.kind === "text")
      return { value: token.text.slice(1, -1).replace(/\\(.)/g, (_, by: string) => WRITTEN[by.toLowerCase()] ?? by), quoted: true };
    if (token?.kind === "number") return { value: Number(token.text), quoted: false };
    if (token?.kind === "time") return { value: token.text, quoted: false };
    const word = { TRUE: true, FALSE: false, NULL: null }[token?.text.toUpperCase() ?? ""];
    if (token?.kind === "word" && word !== undefined) return { value: word, quoted: false };
    at--;
    return unexpected();
  };
  const simple = (): Condition => {
    if (skip("(")) {
      const inner = condition();
      need(")");
      return inner;
    }
    const field = take("word");
    if (!skip("IN")) return { field, operator: take("sign"), literals: [literal()] };
    need("(");
    const literals = listOf(literal);
    need(")");
    return { field, operator: "IN", literals };
  };
  const condition = (): Condition => {
    const all = [simple()];
    const by = peek();
    if (by !== "AND" && by !== "OR") return all[0] ?? unexpected();
    while (skip(by)) all.push(simple());
    // Neither language says which of the two would go first.
    if (peek() === "AND" || peek() === "OR" || (pairs && all.length > 2)) unexpected();
    return by === "AND" ? { all } : { any: all };
  };

  need("SELECT");
  let [count, fields]: [string | undefined, readonly string[]] = [undefined, []];
  if (skip("COUNT")) {
    need("(");
    if (peek() !== ")") take("word");
    need(")");
    count = skip("AS") ? take("word") : "";
  } else fields = listOf(() => take("word"));
  need("FROM");
  const from = take("word");
  const where = skip("WHERE") ? condition() : undefined;
  const ordered = skip("ORDER");
  if (ordered) need("BY");
  const order = ordered
    ? listOf(() => {
        const field = take("word");
        const down = skip("DESC");
        if (!down) skip("ASC");
        return { field, down };
      })
    : [];
  const limit = skip("LIMIT") ? Number(take("number")) : undefined;
  if (at < tokens.length) unexpected();
  return { fields, count, from, where, order, limit };
}

/** Every comparison of a condition. */
export function comparisons(where: Condition | undefined): readonly Extract<Condition, { readonly field: string }>[] {
  if (where === undefined) return [];
  if ("field" in where) return [where];
  return ("all" in where ? where.all : where.any).flatMap(comparisons);
}

const TIME = /^\d{4}-\d\d-\d\dT/;
/** Texts regardless of case, times as moments. */
function order(one: Cell, other: Cell): number {
  if (typeof one === "string" && typeof other === "string" && TIME.test(one) && TIME.test(other))
    return Date.parse(one) - Date.parse(other);
  if (typeof one === "number" && typeof other === "number") return one - other;
  const [a, b] = [String(one ?? "").toLowerCase(), String(other ?? "").toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(where: Condition, cell: (field: string) => Cell): boolean {
  if ("all" in where) return where.all.every((one) => holds(one, cell));
  if ("any" in where) return where.any.some((one) => holds(one, cell));
  const own = cell(where.field);
  return where.literals.some(({ value }) => {
    if (own === null || value === null) return (own === value) === (where.operator === "=" || where.operator === "IN");
    const by = order(own, value);
    const signs: Readonly<Record<string, boolean>> = {
      "=": by === 0,
      IN: by === 0,
      "<": by < 0,
      ">": by > 0,
      "<=": by <= 0,
      ">=": by >= 0,
    };
    return signs[where.operator] ?? by !== 0;
  });
}

/** The rows a query picks, in its order, before any limit. */
export function picked<T>(rows: readonly T[], query: Select, cell: (row: T, field: string) => Cell): readonly T[] {
  const { where } = query;
  const kept = where ? rows.filter((row) => holds(where, (field) => cell(row, field))) : rows;
  return kept.toSorted((one, other) => {
    for (const { field, down } of query.order) {
      const by = order(cell(one, field), cell(other, field));
      if (by !== 0) return down ? -by : by;
    }
    return 0;
  });
}
