/**
 * The ground the benchmark runs on: a copy of the project in which the catalog has 60 tools and no vendor's rate limit, and the
 * sandbox is the fast stand-in. The copy is started as any project is, so no code of the product knows of the benchmark.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Catalog } from "@junction/core";
import { projectRoot } from "../project.ts";

/** As many tools as a contractor with a dozen integrations sees. */
export const TOOLS = 60;

export interface Ground {
  readonly root: string;
  remove(): void;
}

const COPIED = ["mcp-gateway", "migrations", "packages", "scripts", "workers", "package.json", "wrangler.toml"];
const STAND_IN = `name = "junction-sandbox"
main = "../../scripts/bench/workers/stand-in.ts"
compatibility_date = "2026-11-01"
`;

/** `billed`: with entries that count what the platform would bill, for the count alone. */
export function prepareGround({ from = projectRoot, billed = false }: { readonly from?: string; readonly billed?: boolean } = {}): Ground {
  const root = mkdtempSync(join(tmpdir(), "junction-bench-"));
  const copy = (path: string) => {
    // Of node_modules only the links of the workspace matter, and they are relative: they lead to the copies.
    if (existsSync(join(from, path))) cpSync(join(from, path), join(root, path), { recursive: true, verbatimSymlinks: true });
  };
  for (const path of COPIED) copy(path);
  linkModules(from, root);
  const path = join(root, "packages/catalog/catalog.gen.json");
  writeFileSync(path, JSON.stringify(padded(JSON.parse(readFileSync(path, "utf8")) as Catalog)));
  writeFileSync(join(root, "packages/sandbox/wrangler.toml"), STAND_IN);
  if (billed) {
    replaceMain(root, "wrangler.toml", "scripts/bench/workers/billed-gateway.ts");
    replaceMain(root, "workers/vault/wrangler.toml", "../../scripts/bench/workers/billed-vault.ts");
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function linkModules(from: string, root: string): void {
  const [theirs, ours] = [join(from, "node_modules"), join(root, "node_modules")];
  mkdirSync(ours);
  for (const name of readdirSync(theirs)) if (name !== "@junction") symlinkSync(join(theirs, name), join(ours, name));
  cpSync(join(theirs, "@junction"), join(ours, "@junction"), { recursive: true, verbatimSymlinks: true });
}

function padded({ tools, vendors }: Catalog): Catalog {
  const copies = Array.from({ length: TOOLS - tools.length }, (_, index) => {
    const tool = tools[index % tools.length];
    if (!tool) throw new Error("the catalog has no tools");
    const again = Math.floor(index / tools.length) + 2;
    return { ...tool, id: `${tool.id}_${again}`, title: `${tool.title} ${again}` };
  });
  return { tools: [...tools, ...copies], vendors: vendors.map(({ limit: _, ...vendor }) => vendor) };
}

function replaceMain(root: string, path: string, main: string): void {
  const text = readFileSync(join(root, path), "utf8");
  const replaced = text.replace(/^main = ".*"$/m, `main = "${main}"`);
  if (replaced === text) throw new Error(`${basename(path)} names no main`);
  writeFileSync(join(root, path), replaced);
}
