/** The catalog: what every vendor's code says of itself, gathered into one committed file. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Catalog, type CatalogTool } from "@junction/core";
import { describePlanned, describeTool, describeVendor, type Planned, type Vendor } from "@junction/kit";
import {
  cancelWork,
  cancelWorkflowRun,
  checkServiceArea,
  getCallRouting,
  getWork,
  getWorkflowRun,
  listWebhookEndpoints,
  listWorkflowRuns,
  postToSocial,
  sendWebhook,
  setCallRouting,
  setServiceArea,
  startWorkflow,
} from "@junction/tools";
import { isHooked, plannedIds, vendorIds } from "./project.ts";

/** What Junction serves itself: a repeat with the same key finds the run that is there. */
const BUILT_IN = [
  cancelWorkflowRun,
  checkServiceArea,
  getCallRouting,
  cancelWork,
  getWork,
  getWorkflowRun,
  listWebhookEndpoints,
  listWorkflowRuns,
  postToSocial,
  sendWebhook,
  setCallRouting,
  setServiceArea,
  startWorkflow,
];

/** Imports each vendor's file and describes it: sorted, so that the same folders give the same bytes. */
export async function buildCatalog(root: string): Promise<Catalog> {
  const tools = new Map<string, CatalogTool>(BUILT_IN.map((tool) => [tool.id, describeTool(tool)]));
  const vendors: Catalog["vendors"] = [];
  for (const id of vendorIds(root)) {
    const described = describeVendor(await importFile<Vendor>(root, id, `${id}.ts`));
    if (described.vendor.id !== id)
      throw new Error(`workers/${id}/${id}.ts calls itself "${described.vendor.id}": the id is the folder's name`);
    if (described.vendor.webhook && !isHooked(root, id))
      throw new Error(`the webhook of ${id} must stand in workers/${id}/webhook.ts: its Worker is given what receives by that`);
    vendors.push(described.vendor);
    for (const tool of described.tools) {
      const known = tools.get(tool.id);
      if (known !== undefined && !isDeepStrictEqual(known, tool))
        throw new Error(`${id} states ${tool.id} differently from another vendor: take the contract from packages/tools`);
      tools.set(tool.id, tool);
    }
  }
  const planned: Catalog["planned"] = [];
  for (const id of plannedIds(root)) {
    const vendor = describePlanned(await importFile<Planned>(root, id, `${id}.planned.ts`));
    if (vendor.id !== id) throw new Error(`workers/${id}/${id}.planned.ts calls itself "${vendor.id}": the id is the folder's name`);
    planned.push(vendor);
  }
  const builtIn = BUILT_IN.map(({ id }) => ({ tool: id, idempotent: true, probe: false, scopes: [] }));
  return Catalog.parse({ vendors, planned, tools: [...tools.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), builtIn });
}

async function importFile<T>(root: string, id: string, file: string): Promise<T> {
  const module: { readonly default?: T } = await import(pathToFileURL(join(root, "workers", id, file)).href);
  if (module.default === undefined) throw new Error(`workers/${id}/${file} has no default export: export default ….provides({ … })`);
  return module.default;
}
