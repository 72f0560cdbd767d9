/** Brings a local D1 database to its migrations folder's state, in the bookkeeping `wrangler d1 migrations apply` uses. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Miniflare, V4WorkerOptions } from "miniflare";

/** The Worker that migrates, beside what else it is given. */
export const keeperWorker = (options: Partial<V4WorkerOptions>): V4WorkerOptions & { readonly name: string } => ({
  ...options,
  name: KEEPER,
  compatibilityDate: "2026-11-01",
  modulesRoot: import.meta.dirname,
  modules: [{ type: "ESModule", path: join(import.meta.dirname, "keeper.mjs") }],
});
export const KEEPER = "junction-keeper";

/** Applies what is lacking of a folder, each file whole or not at all, to a database that the keeper has under this binding. */
export async function migrate(mf: Miniflare, binding: string, folder: string): Promise<void> {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : [];
  const files = names.sort().map((name) => ({ name, statements: statementsOf(readFileSync(join(folder, name), "utf8")) }));
  const keeper = await mf.getWorker(KEEPER);
  const reply = await keeper.fetch("http://keeper/", { method: "POST", body: JSON.stringify({ binding, files }) });
  if (!reply.ok) throw new Error(`${folder} could not be applied: ${await reply.text()}`);
}

/** A migration's statements, by drizzle's marks: wrangler, which a deployment has, reads them without, and is too heavy for a start. */
export const statementsOf = (sql: string): string[] => sql.split("--> statement-breakpoint").map((statement) => statement.trim());
