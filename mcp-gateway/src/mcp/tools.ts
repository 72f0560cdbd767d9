/** The tools as agents see them: built once for each isolate, not for each request. */
import { publicTools } from "@junction/catalog";
import { type CatalogTool, FILE, StartedWork } from "@junction/core";
import { findTool, wireName } from "@junction/dispatch";
import * as z from "zod";

export type Names = "wire" | "canonical";

/** The argument every tool with an effect has besides its own, so that an agent can repeat a call safely. */
export const IDEMPOTENCY_KEY = "idempotency_key";
const IDEMPOTENCY_KEY_SCHEMA = {
  type: "string",
  minLength: 1,
  maxLength: 200,
  description: "your own name for this one effect: a repeat with it gives the first result, and does nothing twice",
};

export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly outputSchema: { readonly type: "object"; readonly [key: string]: unknown };
  readonly annotations: Readonly<Record<string, boolean | string>>;
}

function listed(tool: CatalogTool, names: Names): ListedTool {
  const reads = tool.effect === "read";
  const properties = { ...(tool.input["properties"] as object), ...(!reads && { [IDEMPOTENCY_KEY]: IDEMPOTENCY_KEY_SCHEMA }) };
  return {
    name: names === "wire" ? wireName(tool.id) : tool.id,
    title: tool.title,
    description: tool.background ? `${tool.description} ${ASKED_AFTER}` : tool.description,
    inputSchema: { ...short({ ...tool.input, properties }), type: "object" },
    outputSchema: { ...short(tool.background ? STARTED : tool.output), type: "object" },
    annotations: {
      readOnlyHint: reads,
      destructiveHint: tool.effect === "destroy" || tool.effect === "spend",
      idempotentHint: reads,
      openWorldHint: true,
    },
  };
}

/** What a caller of a background tool gets at once. */
const ASKED_AFTER = "It answers at once with a work_id; crm/get_work tells how it goes.";
const STARTED = z.toJSONSchema(StartedWork, { io: "output" });

type Schema = Readonly<Record<string, unknown>>;

/** A schema without the patterns that only spell out a named format, a sixth of the list and of what an agent reads of it, and without our own keywords. */
function short(schema: Schema): Schema {
  const spelled = typeof schema["format"] === "string" || FILE in schema;
  const left = (name: string) =>
    name === "$schema" || name.startsWith("x-junction-") || (spelled && (name === "pattern" || name === "examples"));
  const pruned = Object.entries(schema).filter(([name]) => !left(name));
  return Object.fromEntries(pruned.map(([name, value]) => [name, inner(value)]));
}
const inner = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(inner) : typeof value === "object" && value !== null ? short(value as Schema) : value;

const all: Readonly<Record<Names, readonly ListedTool[]>> = {
  wire: publicTools.map((tool) => listed(tool, "wire")),
  canonical: publicTools.map((tool) => listed(tool, "canonical")),
};
const everything: Readonly<Record<Names, string>> = { wire: JSON.stringify(all.wire), canonical: JSON.stringify(all.canonical) };

/** The tools an agent may use, in the catalog's order. The list does not depend on which connections work. */
export function toolsFor(allowed: readonly string[] | null, names: Names): readonly ListedTool[] {
  return allowed === null ? all[names] : all[names].filter(({ name }) => allowed.includes(findTool(name)?.id ?? ""));
}

/** The same as JSON, without making it anew for those who may use everything. */
export const toolsJsonFor = (allowed: readonly string[] | null, names: Names): string =>
  allowed === null ? everything[names] : JSON.stringify(toolsFor(allowed, names));
