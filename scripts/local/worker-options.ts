/** What wrangler makes of the Workers' configurations. It is kept beside them, since loading wrangler costs more than all else a start loads. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { V4WorkerOptionsShape } from "miniflare";
import { writeIfChanged } from "../project.ts";
import { aside } from "./aside.ts";

type Options = Readonly<Record<string, V4WorkerOptionsShape>>;
interface Kept {
  readonly of: string;
  readonly options: Options;
}

/** The options of each folder's `wrangler.json`, by folder. */
export async function workerOptions(root: string, folders: readonly string[]): Promise<Options> {
  const of = hash(root, folders);
  const path = join(root, ".junction/worker-options.json");
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Kept) : undefined;
  if (kept?.of === of) return kept.options;
  const options = JSON.parse(await aside("worker-options.ts", [root, JSON.stringify(folders)])) as Options;
  writeIfChanged(path, JSON.stringify({ of, options } satisfies Kept));
  return options;
}

/** Of the configurations and of wrangler's own version. */
function hash(root: string, folders: readonly string[]): string {
  const sum = createHash("sha256")
    .update(root)
    .update(readFileSync(join(import.meta.dirname, "../../pnpm-lock.yaml")));
  for (const folder of folders) sum.update(`${folder}\0`).update(readFileSync(join(root, folder, "wrangler.json")));
  return sum.digest("hex");
}

if (import.meta.main) {
  const [root = "", folders = "[]"] = process.argv.slice(2);
  const { unstable_getMiniflareWorkerOptions: optionsOf } = await import("wrangler");
  const read = (folder: string) => [folder, optionsOf(join(root, folder, "wrangler.json")).workerOptions];
  process.stdout.write(JSON.stringify(Object.fromEntries((JSON.parse(folders) as string[]).map(read))));
}
