/** `npm run generate`: writes everything that follows from the folders of workers/. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Catalog } from "@junction/core";
import { definitionSchema } from "@junction/workflow/schema";
import { buildCatalog } from "./catalog.ts";
import { projectRoot, writeIfChanged } from "./project.ts";
import { buildSettings } from "./settings.ts";
import { toolsPage, vendorPage } from "./vendor-docs.ts";
import { type Exemption, vendorsPage } from "./vendor-grid.ts";
import { generateWorkers, removeOthers } from "./workers.ts";

/** What is committed, besides what stands under .junction/: `npm run check` holds these to the code. */
export const COMMITTED = ["packages/catalog/catalog.gen.json", "docs/vendors", "docs/tools.md", "packages/workflow/workflow.schema.json"];

/** Writes entries, configurations, the catalog and the vendors' pages; gives back the paths that changed. */
export async function generate(root: string): Promise<string[]> {
  generateWorkers(root);
  const catalog = await buildCatalog(root);
  const pages = new Map(catalog.vendors.map((vendor) => [`${vendor.id}.md`, vendorPage(vendor, catalog)]));
  pages.set("README.md", vendorsPage(catalog, await exemptions(root, catalog)));
  const files = new Map([
    ["packages/catalog/catalog.gen.json", JSON.stringify(catalog, null, 2) + "\n"],
    ["docs/tools.md", toolsPage(catalog)],
    ["packages/workflow/workflow.schema.json", JSON.stringify(definitionSchema(), null, 2) + "\n"],
    ...[...pages].map(([name, page]) => [`docs/vendors/${name}`, page] as const),
  ]);
  removeOthers(join(root, "docs/vendors"), [...pages.keys()]);
  const changed = [...files].filter(([path, content]) => writeIfChanged(join(root, path), content)).map(([path]) => path);
  await buildSettings(root);
  return changed;
}

/** What each vendor's contract file excuses it from. */
async function exemptions(root: string, { vendors }: Catalog): Promise<Map<string, readonly Exemption[]>> {
  const found = new Map<string, readonly Exemption[]>();
  for (const { id } of vendors) {
    const path = join(root, "workers", id, `${id}.contract.ts`);
    if (!existsSync(path)) continue;
    const { default: contract } = (await import(pathToFileURL(path).href)) as {
      readonly default?: { readonly exempt?: readonly Exemption[] };
    };
    found.set(id, contract?.exempt ?? []);
  }
  return found;
}

if (import.meta.main) {
  const changed = await generate(projectRoot);
  console.info(changed.length === 0 ? "Everything generated is up to date." : changed.map((path) => `wrote ${path}`).join("\n"));
}
