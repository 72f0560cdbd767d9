/** A tool's arguments as flags, from its JSON Schema: `amount_cents` is `--amount-cents`, a whole number. */
import type { CatalogTool } from "@junction/core";
import { type Flag, type Read, UsageError } from "./flags.ts";

type Schema = Readonly<Record<string, unknown>>;
const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

export const INPUT_FLAG: Flag = { name: "json-input", about: "all arguments as one JSON object; single flags win over it" };
export const KEY_FLAG: Flag = {
  name: "idempotency-key",
  about: "your own name for this one effect, 1 to 200 characters: a repeat with the same name does nothing twice",
};
const OURS = ["json", "help", INPUT_FLAG.name, KEY_FLAG.name];

const flagName = (argument: string): string => argument.replaceAll("_", "-");

function argumentsOf(tool: CatalogTool): readonly (readonly [name: string, schema: Schema])[] {
  const { properties } = tool.input;
  if (!isSchema(properties)) return [];
  return Object.entries(properties).flatMap(([name, schema]) =>
    isSchema(schema) && !OURS.includes(flagName(name)) ? [[name, schema]] : [],
  );
}

const requiredOf = (tool: CatalogTool): readonly unknown[] => (Array.isArray(tool.input["required"]) ? tool.input["required"] : []);

/** The flags of a tool. An argument may also be given by its own name: `--amount_cents`. */
export function toolFlags(tool: CatalogTool): readonly Flag[] {
  return argumentsOf(tool).map(([name, schema]) => ({
    name: flagName(name),
    kind: schema["type"] === "boolean" ? "switch" : "value",
    many: schema["type"] === "array",
    about: `${kindOf(schema)}${describedAs(schema)}${requiredOf(tool).includes(name) ? " (required)" : ""}`,
  }));
}

const describedAs = ({ description }: Schema): string => (typeof description === "string" ? `: ${description}` : "");

function kindOf(schema: Schema): string {
  const { type, items } = schema;
  if (Array.isArray(schema["enum"])) return `one of ${schema["enum"].join(", ")}`;
  if (type === "integer") return `a whole number${boundsOf(schema)}`;
  if (type === "number") return `a number${boundsOf(schema)}`;
  if (type === "boolean") return "yes or no";
  if (type === "array")
    return isSchema(items) && isScalar(items) ? `${kindOf(items)}; may be given more than once` : "JSON; may be given more than once";
  return type === "string" ? "text" : "JSON";
}

function boundsOf({ minimum, maximum }: Schema): string {
  const bounds = [typeof minimum === "number" && `from ${minimum}`, typeof maximum === "number" && `to ${maximum}`].filter(Boolean);
  return bounds.length === 0 ? "" : ` ${bounds.join(" ")}`;
}

const isScalar = ({ type }: Schema): boolean => type === "string" || type === "integer" || type === "number" || type === "boolean";

/** The tool's input, typed as its schema wants it. What the schema says beyond the types, the gateway checks. */
export function toolInput(tool: CatalogTool, read: Read): Record<string, unknown> {
  const input = wholeInput(read.one(INPUT_FLAG.name));
  for (const [name, schema] of argumentsOf(tool)) {
    const flag = flagName(name);
    if (schema["type"] === "boolean") {
      const on = read.on(flag);
      if (on !== undefined) input[name] = on;
      continue;
    }
    const texts = read.all(flag);
    const [text] = texts;
    if (text === undefined) continue;
    input[name] = schema["type"] === "array" ? listOf(flag, schema, texts) : typed(flag, schema, text);
  }
  const lacking = argumentsOf(tool).filter(([name]) => requiredOf(tool).includes(name) && !(name in input));
  if (lacking.length > 0)
    throw new UsageError(
      [`${tool.id} needs more:`, ...lacking.map(([name, schema]) => `  --${flagName(name)}  ${kindOf(schema)}${describedAs(schema)}`)].join(
        "\n",
      ),
    );
  return input;
}

function wholeInput(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  const value = json(INPUT_FLAG.name, text);
  if (!isSchema(value)) throw new UsageError(`--${INPUT_FLAG.name} must be a JSON object such as '{"to": "+12025550123"}'.`);
  return { ...value };
}

function listOf(flag: string, schema: Schema, texts: readonly string[]): unknown {
  const items = isSchema(schema["items"]) ? schema["items"] : {};
  const [only = ""] = texts;
  if (texts.length === 1 && only.trimStart().startsWith("[")) return json(flag, only);
  return texts.map((text) => typed(flag, items, text));
}

function typed(flag: string, schema: Schema, text: string): unknown {
  const allowed = schema["enum"];
  if (Array.isArray(allowed) && schema["type"] === "string") {
    if (allowed.includes(text)) return text;
    throw new UsageError(`--${flag} must be one of ${allowed.join(", ")}.`);
  }
  switch (schema["type"]) {
    case "string":
      return text;
    case "integer":
    case "number": {
      const number = Number(text);
      if (text.trim() === "" || !Number.isFinite(number) || (schema["type"] === "integer" && !Number.isInteger(number)))
        throw new UsageError(`--${flag} must be ${kindOf(schema)}${describedAs(schema)}.`);
      return number;
    }
    case "boolean":
      if (text !== "true" && text !== "false") throw new UsageError(`--${flag} must be true or false.`);
      return text === "true";
    default:
      return json(flag, text);
  }
}

function json(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--${flag} must be JSON.`); // the parser's own words quote the text
  }
}
