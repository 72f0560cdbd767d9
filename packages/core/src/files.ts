/** A contractor's files, as a vendor's Worker reaches those of one call: by a capability that comes with the ask and ends with it. */

export interface FileInfo {
  readonly name: string;
  /** The media type, as far as its first bytes bear it out. */
  readonly type: string;
  readonly size: number;
}
/** A file that was kept: the shape of the tools' `SavedFile`. */
export interface KeptFile {
  readonly file_id: string;
  readonly url: string;
  readonly type: string;
  readonly size_bytes: number;
  readonly expires_at: string;
}

/** `ref`: as it stands in the call's input. No other file can be had by it. */
export interface FilesRpc {
  about(ref: string): Promise<FileInfo>;
  /** The bytes from `from` on, `length` of them or all; each ask gives a stream of its own. */
  read(ref: string, from?: number, length?: number): Promise<ReadableStream<Uint8Array>>;
  /** A public https address at which a vendor can fetch it for an hour. */
  link(ref: string): Promise<string>;
  /** Keeps a file for the contractor. `size`: where it is known. */
  save(
    about: { readonly name: string; readonly type: string; readonly size?: number },
    body: ReadableStream<Uint8Array>,
  ): Promise<KeptFile>;
  /** How far the work is, 0 to 1: shown to whoever asks after it. */
  progress(done: number): Promise<void>;
}

/** The keyword of the catalog's JSON Schemas that marks a file: of an input its limits, of an output `saved`. */
export const FILE = "x-junction-file";

/** What a tool takes: `image/jpeg`, or `image/*` for all of a kind. */
export interface FileLimits {
  readonly types: readonly string[];
  readonly max_bytes: number;
}
/** A file that an input names, and where it stands: `photos.0`. */
export interface NamedFile {
  readonly field: string;
  readonly ref: string;
  readonly limits: FileLimits;
}

type Schema = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Schema => typeof value === "object" && value !== null && !Array.isArray(value);

/** The files an input names, as its schema says where. */
export function namedFiles(schema: unknown, input: unknown, field = ""): readonly NamedFile[] {
  if (!isObject(schema) || input === undefined || input === null) return [];
  const limits = schema[FILE];
  if (isObject(limits)) return typeof input === "string" ? [{ field, ref: input, limits: limits as unknown as FileLimits }] : [];
  const below = (name: string) => (field === "" ? name : `${field}.${name}`);
  const choices = [schema["anyOf"], schema["oneOf"], schema["allOf"]].flatMap((list) => (Array.isArray(list) ? list : []));
  const found = choices.flatMap((choice) => namedFiles(choice, input, field));
  if (Array.isArray(input)) found.push(...input.flatMap((item, index) => namedFiles(schema["items"], item, below(String(index)))));
  const properties = schema["properties"];
  if (isObject(properties) && isObject(input))
    for (const [name, of] of Object.entries(properties)) found.push(...namedFiles(of, input[name], below(name)));
  return found;
}

/** Whether a contract takes or gives files. */
export const hasFiles = (schema: unknown): boolean =>
  isObject(schema) ? FILE in schema || Object.values(schema).some(hasFiles) : Array.isArray(schema) && schema.some(hasFiles);
