/** As much of D1 as the vault uses, over Node's SQLite: its SQL runs as it is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

const MIGRATION = join(import.meta.dirname, "../../workers/vault/migrations/0001_vault.sql");

export function openD1(): D1Database {
  const db = new DatabaseSync(":memory:");
  db.exec(readFileSync(MIGRATION, "utf8"));
  const prepared = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const statement = (sql: string) => {
    const known = prepared.get(sql) ?? db.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  const prepare = (sql: string, values: readonly SQLInputValue[] = []) => ({
    bind: (...bound: SQLInputValue[]) => prepare(sql, bound),
    first: async () => statement(sql).get(...values) ?? null,
    all: async () => ({ results: statement(sql).all(...values) }),
    run: async () => ({ meta: { changes: Number(statement(sql).run(...values).changes) } }),
    now: () => ({ results: statement(sql).all(...values), meta: { changes: 0 } }),
  });
  const batch = async (all: readonly ReturnType<typeof prepare>[]) => all.map((one) => one.now());
  return { prepare, batch } as unknown as D1Database;
}
