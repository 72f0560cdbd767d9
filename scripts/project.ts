/** Where things stand in the project's folder, and how the names of Workers and bindings follow from the folders' names. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const projectRoot = resolve(import.meta.dirname, "..");

const VENDOR_ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** The Workers of the house that no vendor may be named after. */
export const HOUSE_WORKERS = ["gateway", "vault", "sandbox"] as const;

/** Why an id cannot name a vendor, or undefined where it can. */
export function badVendorId(id: string): string | undefined {
  if (!VENDOR_ID.test(id)) return `"${id}" is no vendor id: lower-case words joined by single dashes, such as google-calendar`;
  if (HOUSE_WORKERS.some((name) => name === id)) return `"${id}" is the name of a Worker of the house`;
  return undefined;
}

/** Every folder of workers/ that holds `<id>.ts`, sorted. The folder list is the only list of vendors there is. */
export function vendorIds(root: string): string[] {
  const ids: string[] = [];
  for (const entry of readdirSync(join(root, "workers"), { withFileTypes: true })) {
    const { name } = entry;
    if (!entry.isDirectory() || name === "vault" || name === "node_modules") continue;
    const sources = readdirSync(join(root, "workers", name)).filter((file) => file.endsWith(".ts"));
    if (sources.length === 0) continue; // what git leaves of a folder whose files moved
    const bad = badVendorId(name);
    if (bad !== undefined) throw new Error(`workers/${name}: ${bad}`);
    if (sources.includes(`${name}.planned.ts`) && !sources.includes(`${name}.ts`)) continue; // see plannedIds
    if (!sources.includes(`${name}.ts`)) throw new Error(`workers/${name} has no ${name}.ts: a vendor's file is named as its folder`);
    ids.push(name);
  }
  return ids.sort();
}

/** Every folder of workers/ that holds `<id>.planned.ts` and no `<id>.ts` yet: in the catalog, and nowhere else. */
export const plannedIds = (root: string): string[] =>
  readdirSync(join(root, "workers"))
    .filter((id) => existsSync(join(root, "workers", id, `${id}.planned.ts`)) && !existsSync(join(root, "workers", id, `${id}.ts`)))
    .sort();

/** Whether a vendor tells us of events: its webhook is a file of its own. */
export const isHooked = (root: string, id: string): boolean => existsSync(join(root, "workers", id, "webhook.ts"));

/** A vendor's Worker: `junction-google-calendar`. */
export const workerName = (id: string): string => `junction-${id}`;

/** The gateway's binding to a vendor's Worker: `VENDOR_GOOGLE_CALENDAR`. */
export const vendorBinding = (id: string): string => `VENDOR_${id.toUpperCase().replaceAll("-", "_")}`;

/** Writes a file if its content differs, whole or not at all, so that parallel runs and watchers see no half-written file. */
export function writeIfChanged(path: string, content: string): boolean {
  if (existsSync(path) && readFileSync(path, "utf8") === content) return false;
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
  return true;
}
