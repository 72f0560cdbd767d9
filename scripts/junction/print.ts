/** What is printed for people: tables and pairs. What came from elsewhere cannot steer the terminal. */
import { styleText } from "node:util";

/** Where a command's words go, and what it may ask. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Answers; only these go into a pipe. */
  out(text: string): void;
  /** Tells the person something, in lines of its own. */
  say(words: string): void;
  /** The beginning of a line that the person goes on with. */
  prompt(text: string): void;
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly colour: boolean;
}

// Control characters, and the marks that turn the direction of writing: a vendor's words may hold either.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const STEERING = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g;

/** The text on one line, with nothing in it that a terminal obeys. */
export const plain = (text: string): string => text.replace(STEERING, " ");

/** The answer as it came. */
export const asJson = (answer: unknown): string =>
  // JSON leaves these as they are, and some terminals obey them.
  `${JSON.stringify(answer, null, 2).replace(/[\u007f-\u009f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;

export type Cell = string | number | boolean | null | undefined;
const shown = (cell: Cell): string => (cell === null || cell === undefined || cell === "" ? "–" : plain(String(cell)));

type Format = "dim" | "red" | "green" | "yellow";

/** Columns as wide as their widest cell. `tint` may colour a cell. */
export function table(
  io: Io,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  tint?: (row: number, column: number) => Format | undefined,
): void {
  const cells = rows.map((row) => row.map(shown));
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0));
  io.out(`${paint(io, "dim", head.map(pad).join("  "))}\n`);
  for (const [at, row] of cells.entries()) {
    const painted = row.map((cell, column) => {
      const format = tint?.(at, column);
      return format === undefined ? pad(cell, column) : paint(io, format, pad(cell, column));
    });
    io.out(`${painted.join("  ")}\n`);
  }
}

/** Names and values, below each other. */
export function pairs(io: Io, entries: readonly (readonly [name: string, value: Cell])[]): void {
  const width = Math.max(0, ...entries.map(([name]) => plain(name).length));
  for (const [name, value] of entries) io.out(`${paint(io, "dim", plain(name).padEnd(width))}  ${shown(value)}\n`);
}

/** An answer of any shape: what is flat as pairs, lists of objects as tables. */
export function details(io: Io, value: unknown): void {
  const entries = Object.entries(isObject(value) ? value : { answer: value });
  const lists = entries.filter(([, inner]) => Array.isArray(inner) && inner.length > 0 && inner.every(isObject));
  pairs(
    io,
    entries.filter((entry) => !lists.includes(entry)).map(([name, inner]) => [name, flat(inner)]),
  );
  for (const [name, list] of lists) {
    const rows = list as readonly Record<string, unknown>[];
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    io.out(`\n${plain(name)}\n`);
    table(
      io,
      columns.map(plain),
      rows.map((row) => columns.map((column) => flat(row[column]))),
    );
  }
}

export const paint = (io: Io, format: Format, text: string): string =>
  io.colour ? styleText(format, text, { validateStream: false }) : text;

/** `2026-11-21 09:30:00`, in this machine's time zone. */
export function time(at: number | null): string | null {
  if (at === null) return null;
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function flat(value: unknown): Cell {
  if (Array.isArray(value) && value.every((inner) => typeof inner !== "object")) return value.join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Cell);
}
