/** The catalog: what every vendor's code says of itself, gathered into one committed file. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Catalog, type CatalogTool } from "@junction/core";
import { describeTool, describeVendor, type Vendor } from "@junction/kit";
import {
  cancelWorkflowRun,
  getCallRouting,
  getWork,
  getWorkflowRun,
  listWebhookEndpoints,
  listWorkflowRuns,
  postToSocial,
  sendWebhook,
  setCallRouting,
  startWorkflow,
} from "@junction/tools";
import { vendorIds } from "./project.ts";

/** What Junction serves itself: a repeat with the same key finds the run that is there. */
const BUILT_IN = [
  cancelWorkflowRun,
  getCallRouting,
  getWork,
  getWorkflowRun,
  listWebhookEndpoints,
  listWorkflowRuns,
  postToSocial,
  sendWebhook,
  setCallRouting,
  startWorkflow,
];

/** Imports each vendor's file and describes it: sorted, so that the same folders give the same bytes. */
export async function buildCatalog(root: string): Promise<Catalog> {
  const tools = new Map<string, CatalogTool>(BUILT_IN.map((tool) => [tool.id, describeTool(tool)]));
  const vendors: Catalog["vendors"] = [];
  for (const id of vendorIds(root)) {
    const described = describeVendor(await importVendor(root, id));
    if (described.vendor.id !== id)
      throw new Error(`workers/${id}/${id}.ts calls itself "${described.vendor.id}": the id is the folder's name`);
    vendors.push(described.vendor);
    for (const tool of described.tools) {
      const known = tools.get(tool.id);
      if (known !== undefined && !isDeepStrictEqual(known, tool))
        throw new Error(`${id} states ${tool.id} differently from another vendor: take the contract from packages/tools`);
      tools.set(tool.id, tool);
    }
  }
  const builtIn = BUILT_IN.map(({ id }) => ({ tool: id, idempotent: true, probe: false, scopes: [] }));
  return Catalog.parse({ vendors, tools: [...tools.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), builtIn });
}

async function importVendor(root: string, id: string): Promise<Vendor> {
  const module: { readonly default?: Vendor } = await import(pathToFileURL(join(root, "workers", id, `${id}.ts`)).href);
  if (module.default === undefined) throw new Error(`workers/${id}/${id}.ts has no default export: export default ….provides({ … })`);
  return module.default;
}
