/** Bundles Workers as `wrangler deploy` does, all in one pass, so that what they share is parsed once. What was bundled before, of files that are still the same, is taken as it is. */
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type BuildOptions, build, version } from "esbuild";
import * as z from "zod";
import { sha256 } from "../../packages/core/src/index.ts";

const OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  target: "es2024",
  platform: "browser",
  mainFields: ["workerd", "browser", "module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["cloudflare:*"],
  loader: { ".txt": "text", ".html": "text", ".sql": "text", ".bin": "binary" },
  define: { "process.env.NODE_ENV": '"production"' },
  keepNames: true,
  logLevel: "silent", // a failure throws with the same words
} as const satisfies BuildOptions;

/** What was read, each file as it was then, and what came of it. */
const Kept = z.object({ read: z.record(z.string(), z.string()), bundled: z.record(z.string(), z.string()) });
type Kept = z.output<typeof Kept>;

/** Worker name → its entry's path; gives Worker name → the bundled module. `root`: the project, under whose .junction/ it is kept. */
export async function bundle(root: string, entries: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
  const kept = join(root, ".junction/bundled", `${await sha256(JSON.stringify([version, entries]))}.json`);
  const before = read(kept);
  if (before && Object.entries(before.read).every(([path, was]) => stamp(join(root, path)) === was))
    return new Map(Object.entries(before.bundled));
  const began = Date.now();
  const outdir = "/bundled";
  const { outputFiles, metafile } = await build({ ...OPTIONS, absWorkingDir: root, entryPoints: { ...entries }, outdir });
  const name = (path: string) => path.slice(path.indexOf("bundled") + "bundled/".length, -".js".length);
  const bundled = Object.fromEntries(outputFiles.map(({ path, text }) => [name(path), text]));
  // The lockfile, too: it decides what an import leads to.
  const files = ["pnpm-lock.yaml", ...Object.keys(metafile.inputs)];
  // What was changed meanwhile may have been read before.
  if (files.every((path) => (statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0) < began))
    write(kept, { read: Object.fromEntries(files.map((path) => [path, stamp(join(root, path))])), bundled });
  return new Map(Object.entries(bundled));
}

const stamp = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs} ${stat.ino}` : "none";
};

function read(path: string): Kept | null {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  return Kept.parse(JSON.parse(text));
}

/** Several processes may do so at once: each writes a file of its own, and the last one stays. */
function write(path: string, kept: Kept): void {
  mkdirSync(dirname(path), { recursive: true });
  const own = `${path}.${process.pid}`;
  try {
    writeFileSync(own, JSON.stringify(kept));
    renameSync(own, path);
  } finally {
    rmSync(own, { force: true });
  }
}
