/** The audit of calls in D1. */
import { and, desc, eq, getTableColumns, lt, type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { calls } from "./schema.ts";

export type CallRecord = typeof calls.$inferSelect;

/** Writes call records; one that is already there is replaced, since an unknown outcome may be settled later. */
export async function saveCalls(db: D1Database, records: readonly CallRecord[]): Promise<void> {
  if (records.length === 0) return;
  // One JSON parameter: D1 allows 100 bound parameters a statement, and a row has a dozen.
  const columns = Object.entries(getTableColumns(calls));
  const names = sql.raw(columns.map(([, { name }]) => `"${name}"`).join(", "));
  const values = sql.raw(columns.map(([key]) => `value ->> '$.${key}'`).join(", "));
  await drizzle(db).run(sql`INSERT OR REPLACE INTO calls (${names}) SELECT ${values} FROM json_each(${JSON.stringify(records)})`);
}

export interface CallFilter {
  readonly contractor: string;
  readonly tool?: string | undefined;
  readonly vendor?: string | undefined;
  readonly state?: string | undefined;
  /** Only those that started before this time, epoch milliseconds. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listCalls(db: D1Database, filter: CallFilter): Promise<CallRecord[]> {
  const wanted: (SQL | undefined)[] = [
    eq(calls.contractor, filter.contractor),
    filter.tool === undefined ? undefined : eq(calls.tool, filter.tool),
    filter.vendor === undefined ? undefined : eq(calls.vendor, filter.vendor),
    filter.state === undefined ? undefined : eq(calls.state, filter.state),
    filter.before === undefined ? undefined : lt(calls.startedAt, filter.before),
  ];
  return drizzle(db)
    .select()
    .from(calls)
    .where(and(...wanted))
    .orderBy(desc(calls.startedAt), desc(calls.id))
    .limit(filter.limit);
}
