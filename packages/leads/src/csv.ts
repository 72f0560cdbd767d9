/** Leads in a CSV file: which column is what, and row by row what is wrong with it. */
import type { LeadKey } from "@junction/db";
import Papa from "papaparse";
import { e164, emailAddress } from "./reach.ts";

export const MOST_ROWS = 5_000;
const MOST_COLUMNS = 100;
const MOST_TEXT = 5_000;

/** What a column holds: `first_name` and `last_name` make a name; `custom.<field>` is a field of the contractor's own. */
export type Column = "name" | "first_name" | "last_name" | "phone" | "email" | `custom.${string}` | "ignore";
/** The line it begins on, 1 being the file's first; the field is the column's heading, or null for the whole row. */
export interface RowError {
  readonly line: number;
  readonly field: string | null;
  readonly message: string;
}
export interface LeadRow {
  readonly line: number;
  readonly name: string | null;
  readonly phones: readonly string[];
  readonly emails: readonly string[];
  readonly custom: Readonly<Record<string, string>>;
}
export interface ReadCsv {
  readonly columns: readonly { readonly heading: string; readonly holds: Column }[];
  readonly rows: readonly LeadRow[];
  /** How many rows there are, those with errors too. */
  readonly count: number;
  readonly errors: readonly RowError[];
}

const KNOWN: readonly (readonly [RegExp, Column])[] = [
  [/^(?:full |contact |customer |client |lead )?name$/, "name"],
  [/^(?:customer|client|contact|lead)$/, "name"],
  [/^(?:first ?name|given ?name|forename)$/, "first_name"],
  [/^(?:last ?name|family ?name|surname)$/, "last_name"],
  [
    /^(?:(?:primary|home|work|mobile|cell|other|business) ?)?(?:tele)?phone(?: ?(?:number|no|\d))?$|^(?:mobile|cell|tel)(?: ?(?:number|no))?$/,
    "phone",
  ],
  [/^(?:(?:primary|home|work|other|business) ?)?e ?mail(?: ?(?:address|\d))?$/, "email"],
];
/** What a heading is taken to hold: a person's fields by their usual names, anything else as a field of the contractor's own. */
export function columnOf(heading: string): Column {
  const words = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  if (words === "") return "ignore";
  return KNOWN.find(([pattern]) => pattern.test(words))?.[1] ?? `custom.${words.replaceAll(" ", "_").slice(0, 100)}`;
}

/** Reads a file; `given` says what columns hold by their headings, over what their names say. A file that is none gives one error. */
export function readCsv(text: string, given: Readonly<Record<string, Column>>): ReadCsv {
  const records = recordsOf(text.replace(/^\uFEFF/, ""));
  const [header, ...rest] = records;
  const failed = (message: string): ReadCsv => ({
    columns: [],
    rows: [],
    count: 0,
    errors: [{ line: header?.line ?? 1, field: null, message }],
  });
  if (header === undefined) return failed("The file is empty: its first line must name the columns.");
  if (header.cells.length > MOST_COLUMNS) return failed(`The file has ${header.cells.length} columns; at most ${MOST_COLUMNS} are read.`);
  if (rest.length > MOST_ROWS) return failed(`The file has ${rest.length} rows; at most ${MOST_ROWS} are read at once. Split it.`);
  const columns = header.cells.map((cell) => {
    const heading = cell.trim();
    return { heading, holds: (Object.hasOwn(given, heading) ? given[heading] : undefined) ?? columnOf(heading) };
  });
  const unknown = Object.keys(given).find((heading) => !columns.some((column) => column.heading === heading));
  if (unknown !== undefined)
    return failed(
      `There is no column “${unknown.slice(0, 100)}”. The file's columns are ${columns.map(({ heading }) => `“${heading}”`).join(", ")}.`,
    );
  if (!columns.some(({ holds }) => holds === "phone" || holds === "email"))
    return failed("No column holds a phone number or an email address: a lead is recognised by one of them. Say which column does.");
  const errors: RowError[] = [];
  const rows = rest.flatMap((record) => {
    const read = readRow(record, columns);
    errors.push(...read.errors);
    return read.row ? [read.row] : [];
  });
  return { columns, rows, count: rest.length, errors };
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  readonly broken: boolean;
}
/** The file's records with the line each begins on; empty lines are none. */
function recordsOf(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  let line = 1;
  let from = 0;
  Papa.parse<string[]>(text, {
    step({ data, errors, meta }) {
      if (data.some((cell) => cell.trim() !== ""))
        records.push({ line, cells: data, broken: errors.some(({ type }) => type === "Quotes") });
      line += text.slice(from, meta.cursor).split(/\r\n|\r|\n/).length - 1;
      from = meta.cursor;
    },
  });
  return records;
}

function readRow({ line, cells, broken }: CsvRecord, columns: ReadCsv["columns"]): { row: LeadRow | null; errors: RowError[] } {
  const errors: RowError[] = [];
  const wrong = (field: string | null, message: string) => errors.push({ line, field, message });
  if (broken) wrong(null, "A quotation mark is opened and not closed, or not doubled within a quoted cell.");
  else if (cells.length > columns.length)
    wrong(null, `The row has ${cells.length} cells, and the file ${columns.length} columns: quote a cell that holds a comma.`);
  const phones = new Set<string>();
  const emails = new Set<string>();
  const custom: Record<string, string> = {};
  const names: { [part in "name" | "first_name" | "last_name"]?: string } = {};
  for (const [index, { heading, holds }] of columns.entries()) {
    const cell = cells[index]?.trim() ?? "";
    if (cell === "" || holds === "ignore") continue;
    if (cell.length > MOST_TEXT) wrong(heading, `At most ${MOST_TEXT} characters; it has ${cell.length}.`);
    else if (holds === "phone") {
      const phone = e164(cell);
      if (phone === null)
        wrong(heading, `“${short(cell)}” is no phone number that is sure: write it with its country code, such as +12025550123.`);
      else phones.add(phone);
    } else if (holds === "email") {
      const email = emailAddress(cell);
      if (email === null) wrong(heading, `“${short(cell)}” is no email address, such as ann@example.com.`);
      else emails.add(email);
    } else if (holds === "name" || holds === "first_name" || holds === "last_name") {
      if (cell.length > 200) wrong(heading, `A name has at most 200 characters; it has ${cell.length}.`);
      else names[holds] = cell;
    } else custom[holds.slice("custom.".length)] = cell;
  }
  if (errors.length === 0 && phones.size === 0 && emails.size === 0)
    wrong(null, "The row has neither a phone number nor an email address.");
  if (errors.length > 0) return { row: null, errors };
  const name = names.name ?? ([names.first_name, names.last_name].filter(Boolean).join(" ") || null);
  return { row: { line, name, phones: [...phones], emails: [...emails], custom }, errors };
}

const short = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 39)}…`);

/** What a row's person is recognised by. */
export const keysOfRow = ({ phones, emails }: Pick<LeadRow, "phones" | "emails">): LeadKey[] => [
  ...phones.map((value) => ({ kind: "phone", value })),
  ...emails.map((value) => ({ kind: "email", value })),
];
