/** The settings app's build: `packages/settings-ui/dist`, which the gateway serves. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { plannedIds, vendorIds } from "./project.ts";

const APP = "packages/settings-ui";
/** Whose names for things the app shows. */
const CORE = "packages/core/src";
const STAMP = ".sources";

/**
 * Builds the app if its sources are not those of the last build; says whether it did. The stamp is a hash of what goes in, so a
 * warm start reads a few dozen small files and no bundler. The old build is swapped for the new one whole.
 */
export async function buildSettings(root: string): Promise<boolean> {
  const app = join(root, APP);
  if (!existsSync(join(app, "vite.config.ts"))) return false;
  const dist = join(app, "dist");
  const wanted = sourcesHash(root);
  const stamp = join(dist, STAMP);
  const isBuilt = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (isBuilt()) return false;
  const { build } = await import("vite");
  const work = join(root, ".junction");
  mkdirSync(work, { recursive: true });
  const drafts = mkdtempSync(join(work, "settings-"));
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production"; // a test's own value would make it a development build
  try {
    await build({
      configFile: join(app, "vite.config.ts"),
      logLevel: "warn",
      mode: "production",
      build: { outDir: join(drafts, "new"), emptyOutDir: true },
    });
    writeFileSync(join(drafts, "new", STAMP), wanted);
    if (!isBuilt()) swap(dist, drafts); // a run beside this one may have been first
  } finally {
    if (before === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = before;
    rmSync(drafts, { recursive: true, force: true });
  }
  return true;
}

function swap(dist: string, drafts: string): void {
  if (existsSync(dist)) renameSync(dist, join(drafts, "old"));
  renameSync(join(drafts, "new"), dist);
}

/** Everything the build reads: the app's own files, core's, the vendors' logos, and which versions of packages are installed. */
function sourcesHash(root: string): string {
  const hash = createHash("sha256");
  const logos = [...vendorIds(root), ...plannedIds(root)].map((id) => `workers/${id}/logo.svg`);
  const own = [`${APP}/src`, `${APP}/public`, CORE].flatMap((folder) => filesUnder(root, folder));
  for (const path of [...own, `${APP}/index.html`, `${APP}/vite.config.ts`, ...logos].sort()) {
    if (!existsSync(join(root, path))) continue; // a vendor may have no logo
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  const manifest = (folder: string) =>
    JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
      readonly version?: string;
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly devDependencies?: Readonly<Record<string, string>>;
    };
  const { dependencies, devDependencies } = manifest(APP);
  for (const name of Object.keys({ ...dependencies, ...devDependencies }).sort())
    if (!name.startsWith("@junction/")) hash.update(`${name} ${manifest(`${APP}/node_modules/${name}`).version}\0`);
  return hash.digest("hex");
}

function filesUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
