/** The files a call names, brought to hand before its vendor is asked for anything. */
import { type FilesRpc, type NamedFile, namedFiles } from "@junction/core";
import { type FileRow, getFiles } from "@junction/db";
import { CallFiles } from "./capability.ts";
import { fetched } from "./fetched.ts";
import type { Files } from "./files.ts";
import { isOf } from "./sniff.ts";
import { bytesInWords } from "./words.ts";

export interface FilesAsk {
  readonly contractor: string;
  /** The tool's input as JSON Schema, which says where files stand and what they may be. */
  readonly schema: unknown;
  readonly input: unknown;
  /** Epoch milliseconds. */
  readonly deadline: number;
  progress?(done: number): void;
}
/** `issues`: one a field, what is there and what is allowed. */
export type AtHand = { readonly files: FilesRpc } | { readonly issues: readonly string[] };

export async function atHand(files: Files, { contractor, schema, input, deadline, progress }: FilesAsk): Promise<AtHand> {
  const named = namedFiles(schema, input);
  const ids = named.flatMap(({ ref }) => (isId(ref) ? [ref] : []));
  const own = new Map((ids.length === 0 ? [] : await getFiles(files.db, contractor, ids, Date.now())).map((row) => [row.id, row]));
  const [rows, issues] = [new Map<string, FileRow>(), [] as string[]];
  for (const { field, ref, limits } of named) {
    const known = rows.get(ref);
    const found = known ?? (isId(ref) ? (own.get(ref) ?? NONE) : await fetched(files, ref, wanted(contractor, limits), deadline));
    const wrong = "refused" in found ? found.refused : unfit(found, limits);
    if (wrong !== null) issues.push(`${field}: ${wrong}`);
    else if (!("refused" in found)) rows.set(ref, found);
  }
  return issues.length > 0 ? { issues } : { files: new CallFiles(files, { contractor, rows, ...(progress && { progress }) }) };
}

const isId = (ref: string): boolean => ref.startsWith("file_");
/** The same for another contractor's as for none. */
const NONE = { refused: "there is no such file, or it has expired; give the file_id of one that is there, or a public https address" };
const wanted = (contractor: string, { types, max_bytes }: NamedFile["limits"]) => ({ contractor, types, most: max_bytes });

function unfit({ type, size }: FileRow, { types, max_bytes }: NamedFile["limits"]): string | null {
  if (!isOf(type, types)) return `is ${type}; ${types.join(", ")} is allowed`;
  return size > max_bytes ? `is ${bytesInWords(size)}; at most ${bytesInWords(max_bytes)} is allowed` : null;
}
