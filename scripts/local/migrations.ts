/** Brings a local D1 database to its migrations folder's state, in the bookkeeping `wrangler d1 migrations apply` uses. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import type { Keeper } from "./keeper.ts";

/** Applies what is lacking of a folder, each file whole or not at all, to a database that the keeper has under this binding. */
export async function migrate(keeper: Keeper, mf: Miniflare, binding: string, folder: string): Promise<void> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
  const files = names.sort().map((name) => ({ name, statements: statementsOf(readFileSync(join(folder, name), "utf8")) }));
  await keeper.ask(mf, { order: "migrate", binding, files });
}

/** A migration's statements, by drizzle's marks: wrangler, which a deployment has, reads them without, and is too heavy for a start. */
export const statementsOf = (sql: string): string[] => sql.split("--> statement-breakpoint").map((statement) => statement.trim());
