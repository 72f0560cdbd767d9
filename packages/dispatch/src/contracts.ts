/** Tool contracts at the border: arguments against the catalog's schema, with words that say what is allowed. */
import { publicTools, searchTools, toolById } from "@junction/catalog";
import type { CatalogTool } from "@junction/core";
import { closest } from "fastest-levenshtein";
import * as z from "zod";

type Schema = Readonly<Record<string, unknown>>;
const compiled = new Map<string, z.ZodType>();

/** A tool by its id, `crm/send_sms`, or by its wire name, `crm_send_sms`. */
export function findTool(name: string): CatalogTool | undefined {
  return toolById(name) ?? byWireName.get(name);
}

/** The name a tool has on the wire: clients refuse a slash. */
export const wireName = (id: string): string => id.replace(/[/-]/g, "_");
const byWireName = new Map(publicTools.map((tool) => [wireName(tool.id), tool]));

/** Up to three tool ids: the one that is spelled nearly like `name`, and those its words are about. */
export function closestTools(name: string): string[] {
  const wanted = name.slice(0, 100);
  const left = publicTools.map(({ id }) => id);
  const nearest = closest(wanted, left);
  const about = searchTools(wanted.replace(/[^A-Za-z0-9]+/g, " "), 3).map(({ tool }) => tool.id);
  return [...new Set([nearest, ...about, ...left])].slice(0, 3);
}

/** What is wrong with the arguments, a sentence a field; empty if nothing is. */
export function argumentIssues(tool: CatalogTool, input: unknown): string[] {
  let schema = compiled.get(tool.id);
  if (!schema) {
    schema = z.fromJSONSchema(tool.input as Parameters<typeof z.fromJSONSchema>[0]);
    compiled.set(tool.id, schema);
  }
  const parsed = schema.safeParse(input);
  return parsed.success ? [] : [...new Set(parsed.error.issues.flatMap((issue) => explain(tool, issue, input)))];
}

function explain(tool: CatalogTool, issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === "unrecognized_keys") {
    const allowed = Object.keys((tool.input["properties"] ?? {}) as Schema).join(", ");
    return issue.keys.map((key) => `${[...issue.path, key].join(".").slice(0, 100)}: not an argument of ${tool.id}; allowed: ${allowed}`);
  }
  if (issue.path.length === 0)
    return [`arguments: must be an object with ${Object.keys((tool.input["properties"] ?? {}) as Schema).join(", ")}`];
  const allowed = descriptionAt(tool.input, issue.path) ?? issue.message;
  const missing = valueAt(input, issue.path) === undefined;
  return [`${issue.path.join(".")}: ${missing ? "is missing" : "is not valid"}; give ${allowed}`];
}

function descriptionAt(schema: Schema, path: readonly PropertyKey[]): string | undefined {
  let [at, found]: [Schema | undefined, string | undefined] = [schema, undefined];
  for (const key of path) {
    at = (typeof key === "number" ? at?.["items"] : (at?.["properties"] as Schema | undefined)?.[String(key)]) as Schema | undefined;
    if (typeof at?.["description"] === "string") found = at["description"];
  }
  return found;
}

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), input);
