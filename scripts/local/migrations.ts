/** Brings a local D1 database to its migrations folder's state, in the bookkeeping `wrangler d1 migrations apply` uses. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare } from "miniflare";

type Database = Awaited<ReturnType<Miniflare["getD1Database"]>>;

/** A migration's statements, by drizzle's marks: wrangler, which a deployment has, reads them without, and is too heavy for a start. */
export const statementsOf = (sql: string): string[] => sql.split("--> statement-breakpoint").map((statement) => statement.trim());

/** Applies what is lacking, each file whole or not at all; gives back the names applied now. */
export async function migrate(database: Database, folder: string): Promise<string[]> {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
  await database
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const done = new Set(results.map(({ name }) => name));
  const lacking = files.filter((name) => !done.has(name)).sort();
  for (const name of lacking) {
    const statements = statementsOf(readFileSync(join(folder, name), "utf8"));
    const mark = database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name);
    await database.batch([...statements.map((statement) => database.prepare(statement)), mark]);
  }
  return lacking;
}
