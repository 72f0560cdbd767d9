/** Leads from a CSV file taken in: all good rows, and each bad one named. */
import { newId } from "@junction/core";
import { type Intake, type LeadEvent, takeIn } from "@junction/db";
import { type Column, keysOfRow, type LeadRow, type ReadCsv, type RowError, readCsv } from "./csv.ts";

/** So many rows are written at once. */
const BATCH = 250;

export interface ImportAsk {
  readonly contractor: string;
  readonly csv: string;
  /** What columns hold, by their headings, over what their names say. */
  readonly columns: Readonly<Record<string, Column>>;
  /** What the leads are said to come from. */
  readonly source: string;
  /** Nothing is written. */
  readonly dryRun: boolean;
  /** What is to be told of those that are new, by the ids they get; left out: nothing. */
  readonly tell?: ((leads: readonly NewIntake[]) => Promise<readonly LeadEvent[]>) | undefined;
  readonly now: number;
}
export type NewIntake = Pick<Intake, "create" | "name" | "phone" | "email">;
export interface Imported {
  readonly columns: ReadCsv["columns"];
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  /** Whom the rows are about: fewer than there are rows, where several are about one. */
  readonly leads: readonly string[];
  readonly errors: readonly RowError[];
}

/** Takes a file in. What a row says of someone known stands from now on; their other numbers, addresses and fields stay. */
export async function importLeads(
  db: D1Database,
  { contractor, csv, columns: given, source, dryRun, tell, now }: ImportAsk,
): Promise<Imported> {
  const { columns, rows, count, errors } = readCsv(csv, given);
  const none = { columns, rows: count, created: 0, updated: 0, leads: [], errors };
  if (dryRun) return none;
  const batch = newId("import", now);
  const created = new Set<string>();
  const leads = new Set<string>();
  for (let from = 0; from < rows.length; from += BATCH) {
    const intakes = rows.slice(from, from + BATCH).map((row) => intakeOf(row, { batch, source, now }));
    for (const taken of await takeIn(db, { contractor, intakes, events: await tell?.(intakes), now })) {
      leads.add(taken.lead);
      if (taken.created) created.add(taken.lead);
    }
  }
  return { ...none, created: created.size, updated: leads.size - created.size, leads: [...leads] };
}

function intakeOf(row: LeadRow, { batch, source, now }: { readonly batch: string; readonly source: string; readonly now: number }): Intake {
  const { line, name, phones, emails, custom } = row;
  return {
    ...{ ref: String(line), create: newId("lead", now), keys: keysOfRow(row), name, custom, source, editedAt: now, sync: null },
    phone: phones[0] ?? null,
    email: emails[0] ?? null,
    entry: { id: batch, type: "lead.imported", vendor: null, words: `Imported from a file, line ${line}` },
  };
}
