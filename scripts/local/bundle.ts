/** Bundles Workers as `wrangler deploy` does, all in one pass, so that what they share is parsed once. What was bundled before, of files that are still the same, is taken as it is. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { BuildOptions } from "esbuild";
import * as z from "zod";
import { writeIfChanged } from "../project.ts";
import { aside } from "./aside.ts";

const OPTIONS = {
  bundle: true,
  write: true,
  metafile: true,
  format: "esm",
  target: "es2024",
  platform: "browser",
  mainFields: ["workerd", "browser", "module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*"],
  loader: { ".txt": "text", ".html": "text", ".sql": "text", ".bin": "binary" },
  define: { "process.env.NODE_ENV": '"production"' },
  // Node, the runtime and V8 each hold the text. Names stay as they are, and lines short: someone reads the traces.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 200,
  logLevel: "silent", // a failure throws with the same words
} as const satisfies BuildOptions;

type Entries = Readonly<Record<string, string>>;

/** What was read, each file as it was then, and the folder that holds what came of it. */
const Kept = z.object({ read: z.record(z.string(), z.string()), folder: z.string() });
type Kept = z.output<typeof Kept>;

/** Worker name → its entry's path; gives the path of each one's bundled module. `root`: the project, under whose .junction/ it is kept. */
export async function bundle(root: string, entries: Entries): Promise<(name: string) => string> {
  const before = kept(root, entries);
  const isSame = before !== null && Object.entries(before.read).every(([path, was]) => stamp(join(root, path)) === was);
  const { folder } = isSame ? before : Kept.parse(JSON.parse(await aside("bundle.ts", [root, JSON.stringify(entries)])));
  return (name) => join(root, FOLDER, folder, `${name}.js`);
}

const FOLDER = ".junction/bundled";
const record = (root: string, entries: Entries) =>
  join(root, FOLDER, `${createHash("sha256").update(JSON.stringify({ entries, OPTIONS })).digest("hex")}.json`);

function kept(root: string, entries: Entries): Kept | null {
  const path = record(root, entries);
  return existsSync(path) ? Kept.parse(JSON.parse(readFileSync(path, "utf8"))) : null;
}

const stamp = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs} ${stat.ino}` : "none";
};

/** Several processes may do so at once: each writes a folder of its own, and the last one's is what the record names. */
async function build(root: string, entries: Entries): Promise<Kept> {
  const esbuild = await import("esbuild");
  const began = Date.now();
  mkdirSync(join(root, FOLDER), { recursive: true });
  removeOld(join(root, FOLDER), began - 3_600_000);
  const outdir = mkdtempSync(join(root, FOLDER, "of-"));
  const { metafile } = await esbuild.build({ ...OPTIONS, absWorkingDir: root, entryPoints: { ...entries }, outdir });
  // The lockfile, too: it decides what an import leads to, and which bundler it is.
  const files = ["pnpm-lock.yaml", ...Object.keys(metafile.inputs)];
  const made = { read: Object.fromEntries(files.map((path) => [path, stamp(join(root, path))])), folder: basename(outdir) };
  // What was changed meanwhile may have been read before.
  if (files.every((path) => (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0) < began))
    writeIfChanged(record(root, entries), JSON.stringify(made));
  return made;
}

/** Removes what no record names any more, and nothing that a start under way may be about to read. */
function removeOld(folder: string, before: number): void {
  const names = readdirSync(folder);
  const records = names.filter((name) => name.endsWith(".json")).map((name) => readFileSync(join(folder, name), "utf8"));
  for (const name of names)
    if (name.startsWith("of-") && statSync(join(folder, name)).mtimeMs < before && !records.some((text) => text.includes(`"${name}"`)))
      rmSync(join(folder, name), { recursive: true, force: true });
}

if (import.meta.main) {
  const [root = "", entries = "{}"] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await build(root, JSON.parse(entries) as Entries)));
}
