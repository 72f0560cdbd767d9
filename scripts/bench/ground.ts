/**
 * The ground the benchmark runs on: a copy of the project in which the catalog has 60 tools and no vendor's rate limit, and the
 * sandbox is the fast stand-in. The copy is started as any project is, so no code of the product knows of the benchmark.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import type { Catalog } from "@junction/core";
import { projectRoot } from "../project.ts";

/** As many tools as a contractor with a dozen integrations sees. */
export const TOOLS = 60;

export interface Ground {
  readonly root: string;
  remove(): void;
}

const CALLED = ["crm/send_sms", "crm/geocode_address"];
const WORKERS = ["vault", "twilio", "google-maps", "node_modules", "package.json"];
/** The Workers of vendors that nothing measured here calls. */
const left = ([folder, name]: readonly string[]) => folder === "workers" && name !== undefined && !WORKERS.includes(name);
const COPIED = ["mcp-gateway", "migrations", "packages", "workers", "package.json", "tsconfig.json", "wrangler.toml"];
/**
 * The settings app is left out: its build takes seconds, and the local runtime puts a router of its own before a Worker that
 * has assets, which on the platform is no code of ours.
 */
const SETTINGS = "packages/settings-ui";
const STAND_IN = `name = "junction-sandbox"
main = "../../scripts/bench/workers/stand-in.ts"
compatibility_date = "2026-11-01"
`;

export interface GroundOptions {
  /** Another checkout of the project, to measure it with this one's benchmark. */
  readonly from?: string | undefined;
  /** With entries that count what the platform would bill: for the count alone. */
  readonly billed?: boolean;
  /** Keeps state on the disk, not in memory. */
  readonly disk?: boolean;
}

/** A file system in memory: `fsync` takes no time there. On a disk it stops the whole runtime, and the ratios are others. */
const MEMORY = "/dev/shm";

export function prepareGround({ from = projectRoot, billed = false, disk = false }: GroundOptions = {}): Ground {
  const root = mkdtempSync(join(!disk && existsSync(MEMORY) ? MEMORY : tmpdir(), "junction-bench-"));
  const remove = () => rmSync(root, { recursive: true, force: true });
  process.once("exit", remove); // memory is not given back by itself
  const copy = (path: string) => {
    // Of node_modules only the links of the workspace matter, and they are relative: they lead to the copies.
    const filter = (source: string) => source !== join(from, SETTINGS) && !left(relative(from, source).split(sep));
    if (existsSync(join(from, path))) cpSync(join(from, path), join(root, path), { recursive: true, verbatimSymlinks: true, filter });
  };
  for (const path of COPIED) copy(path);
  cpSync(join(projectRoot, "scripts"), join(root, "scripts"), { recursive: true });
  rewrite(root, "wrangler.toml", (text) => text.replace(/^\[assets\]\n(?:[^\n[]*\n|[^\n[]+=[^\n]*\n)*/m, ""));
  linkModules(from, root);
  const path = join(root, "packages/catalog/catalog.gen.json");
  writeFileSync(path, JSON.stringify(padded(JSON.parse(readFileSync(path, "utf8")) as Catalog)));
  writeFileSync(join(root, "packages/sandbox/wrangler.toml"), STAND_IN);
  if (billed) {
    replaceMain(root, "wrangler.toml", "scripts/bench/workers/billed-gateway.ts");
    replaceMain(root, "workers/vault/wrangler.toml", "../../scripts/bench/workers/billed-vault.ts");
  }
  return { root, remove };
}

function linkModules(from: string, root: string): void {
  const [theirs, ours] = [join(from, "node_modules"), join(root, "node_modules")];
  mkdirSync(ours);
  for (const name of readdirSync(theirs)) if (name !== "@junction") symlinkSync(join(theirs, name), join(ours, name));
  cpSync(join(theirs, "@junction"), join(ours, "@junction"), { recursive: true, verbatimSymlinks: true });
}

/** Exactly as many tools, those that are called among them, and no limit that would make the mesh wait. */
function padded({ tools: all, vendors, ...rest }: Catalog): Catalog {
  const tools = all.filter(({ internal }) => !internal);
  const called = tools.filter(({ id }) => CALLED.includes(id));
  const kept = [...called, ...tools.filter(({ id }) => !CALLED.includes(id))].slice(0, TOOLS);
  const copies = Array.from({ length: TOOLS - kept.length }, (_, index) => {
    const tool = kept[index % kept.length];
    if (!tool) throw new Error("the catalog has no tools");
    const again = Math.floor(index / kept.length) + 2;
    return { ...tool, id: `${tool.id}_${again}`, title: `${tool.title} ${again}` };
  });
  return { ...rest, tools: [...kept, ...copies], vendors: vendors.map(({ limit: _, ...vendor }) => vendor) };
}

const replaceMain = (root: string, path: string, main: string) =>
  rewrite(root, path, (text) => text.replace(/^main = ".*"$/m, `main = "${main}"`));

function rewrite(root: string, path: string, change: (text: string) => string): void {
  const text = readFileSync(join(root, path), "utf8");
  const changed = change(text);
  if (changed === text) throw new Error(`${path} is not as the benchmark knows it`);
  writeFileSync(join(root, path), changed);
}
