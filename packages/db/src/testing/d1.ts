/** The gateway's database as it is deployed, migrated and empty, for tests. */
import { join } from "node:path";
import { newKeeper } from "../../../../scripts/local/keeper.ts";
import { migrate } from "../../../../scripts/local/migrations.ts";
import { convertV4MiniflareOptions, Miniflare } from "../../../../scripts/local/miniflare.ts";
import { projectRoot } from "../../../../scripts/project.ts";
import { D1_DOOR, d1At } from "./d1-door.ts";

export interface OpenD1 {
  readonly db: D1Database;
  close(): Promise<void>;
}

export async function openD1(): Promise<OpenD1> {
  const keeper = newKeeper({ d1Databases: { DB: "junction" } });
  const mf = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "holder",
          compatibilityDate: "2026-11-01",
          modules: [
            {
              type: "ESModule",
              path: "holder.mjs",
              contents: `const d1 = ${D1_DOOR};\nexport default { fetch: async (request, env) => d1(await request.json(), env) };`,
            },
          ],
          d1Databases: { DB: "junction" },
        },
        keeper.worker,
      ],
    }),
  );
  await migrate(keeper, mf, "DB", join(projectRoot, "migrations"));
  return { db: d1At(() => mf.ready), close: () => mf.dispose() };
}
