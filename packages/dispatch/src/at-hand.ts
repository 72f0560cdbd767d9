/** A call's files, brought to hand once it may be made, and once for all its attempts. */
import { type CatalogTool, type FilesRpc, hasFiles, NAMES_VENDOR } from "@junction/core";

/** `issues`: what is wrong with them, one a field, in our words. */
export type FilesAtHand = { readonly files: FilesRpc } | { readonly issues: readonly string[] };

export interface FilesAsk {
  readonly contractor: string;
  /** The tool's input as JSON Schema, which says where files stand and what they may be. */
  readonly schema: unknown;
  readonly input: unknown;
  /** Epoch milliseconds. */
  readonly deadline: number;
  /** Told how far a vendor says it is, 0 to 1. */
  readonly progress?: (done: number) => void;
}

const known = new Map<string, boolean>();

/** Whether a tool takes or gives files: only then is anything of them asked for, or handed to its vendor. */
export function usesFiles({ id, input, output }: CatalogTool): boolean {
  const found = known.get(id) ?? (hasFiles(input) || hasFiles(output));
  known.set(id, found);
  return found;
}

/** The vendor that an input asks for by name, where its schema has a field for that. */
export function namedVendor({ input: schema }: CatalogTool, input: unknown): string | undefined {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const [field] = Object.entries(properties).find(([, of]) => NAMES_VENDOR in of) ?? [];
  const value = field === undefined ? undefined : (input as Readonly<Record<string, unknown>>)[field];
  return typeof value === "string" ? value : undefined;
}
