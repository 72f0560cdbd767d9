/** The gateway's database as it is deployed, migrated and empty, for tests. */
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { migrate } from "../../../../scripts/local/migrations.ts";
import { projectRoot } from "../../../../scripts/project.ts";

export interface OpenD1 {
  readonly db: D1Database;
  close(): Promise<void>;
}

export async function openD1(): Promise<OpenD1> {
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "holder",
          compatibilityDate: "2026-11-01",
          modules: [{ type: "ESModule", path: "holder.mjs", contents: "export default {};" }],
          d1Databases: { DB: "junction" },
        },
      ],
    }),
  );
  const db = await mf.getD1Database("DB", "holder");
  await migrate(db, join(projectRoot, "migrations"));
  return { db: db as unknown as D1Database, close: () => mf.dispose() }; // Miniflare's own copy of the same interface
}
