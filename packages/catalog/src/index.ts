/** The generated catalog, typed, and the few questions everyone asks of it. */
import { type Catalog, type CatalogPlanned, type CatalogTool, type CatalogVendor, JUNCTION, NAMES_VENDOR } from "@junction/core";
import generated from "../catalog.gen.json" with { type: "json" };
import { type Found, indexTools, rankTools, type ToolIndex } from "./search.ts";

/** Checked against its schema where it is generated, so not again in every isolate that starts. */
export const catalog = generated as unknown as Catalog;

const vendors = new Map(catalog.vendors.map((vendor) => [vendor.id, vendor]));
/** The tools there are for anybody to call; Junction's own machinery has more. */
export const publicTools: readonly CatalogTool[] = catalog.tools.filter(({ internal }) => !internal);
const tools = new Map(publicTools.map((tool) => [tool.id, tool]));
const machinery = new Map(catalog.tools.map((tool) => [tool.id, tool]));
const serving = new Map<string, CatalogVendor[]>();
for (const vendor of catalog.vendors)
  for (const { tool, first } of vendor.actions) {
    const others = serving.get(tool) ?? [];
    serving.set(tool, first ? [vendor, ...others] : [...others, vendor]);
  }

export const vendorById = (id: string): CatalogVendor | undefined => vendors.get(id);
/** A vendor on the roadmap. */
export const plannedById = (id: string): CatalogPlanned | undefined => catalog.planned.find((one) => one.id === id);
/** Those that are going to serve a tool, by its id or its wire name. */
export const plannedFor = (tool: string, planned = catalog.planned): readonly CatalogPlanned[] =>
  planned.filter(({ tools }) => tools.some((id) => id === tool || id.replace(/[/-]/g, "_") === tool));
export const toolById = (id: string): CatalogTool | undefined => tools.get(id);
/** The same, with those of Junction's own machinery. */
export const anyTool = (id: string): CatalogTool | undefined => machinery.get(id);
/** The platforms that a tool's input chooses between, as ids of vendors; empty where it has no such choice. */
export function platformsOf({ input }: Pick<CatalogTool, "input">): readonly string[] {
  const fields = Object.values((input["properties"] ?? {}) as Readonly<Record<string, { readonly enum?: readonly string[] }>>);
  return fields.find((field) => NAMES_VENDOR in field)?.enum ?? [];
}
/** The vendors that implement a tool: the default, then the others in the order of their ids. */
export const vendorsServing = (tool: string): readonly CatalogVendor[] => serving.get(tool) ?? [];
/** Whether Junction itself serves a tool. */
export const isBuiltIn = (tool: string): boolean => catalog.builtIn.some((action) => action.tool === tool);
/** How this vendor implements a tool: whether a repeat is safe, whether it can be asked afterwards. */
export const actionOf = (vendor: string, tool: string): CatalogVendor["actions"][number] | undefined =>
  (vendor === JUNCTION ? catalog.builtIn : vendors.get(vendor)?.actions)?.find((action) => action.tool === tool) ??
  (vendor === JUNCTION && tools.get(tool)?.background ? { tool, ...STARTS } : undefined);
/** Work is started under the effect's key, so that a repeat finds it. */
const STARTS = { idempotent: true, probe: false, scopes: [] };

let index: ToolIndex | undefined;
/** The tools a request in plain words is about, the best first. The index is made when it is first asked, not in every isolate that starts. */
export function searchTools(request: string, most?: number): readonly Found[] {
  index ??= indexTools(publicTools);
  return rankTools(index, request, most);
}
