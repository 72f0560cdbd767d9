/** Sees to it that what is generated is there at a start, without loading every vendor's code to find that it is. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { writeIfChanged } from "../project.ts";
import { aside } from "./aside.ts";

/** Generates again if any source is not as the last such start found it. */
export async function bringGenerated(root: string): Promise<void> {
  const stamp = join(root, ".junction/generated-from");
  const sources = stampOf(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === sources) return;
  await aside("../generate.ts", []);
  writeIfChanged(stamp, sources);
}

function stampOf(root: string): string {
  const hash = createHash("sha256").update(readFileSync(join(root, "pnpm-lock.yaml")));
  const files = ["workers", "packages", "scripts"].flatMap((folder) => filesUnder(join(root, folder)));
  for (const path of files.sort()) {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path}\0${size} ${mtimeMs}\0`);
  }
  return hash.digest("hex");
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", "dist"].includes(entry.name) ? [] : filesUnder(path);
    return entry.isFile() ? [path] : [];
  });
