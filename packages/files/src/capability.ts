/** What a vendor's Worker is handed for one call: its own files by the names the input has for them, and a place to keep new ones. */
import { RpcTarget } from "cloudflare:workers";
import type { FileInfo, FilesRpc, KeptFile } from "@junction/core";
import type { FileRow } from "@junction/db";
import { type Files, keyOf, LINK_MS } from "./files.ts";
import { keep } from "./keep.ts";
import { link, shown } from "./links.ts";

export interface Granted {
  readonly contractor: string;
  /** As the input names them → the file. */
  readonly rows: ReadonlyMap<string, FileRow>;
  progress?(done: number): void;
}

/** Every method of it may be called by the vendor's Worker, and what it holds may not be had. */
export class CallFiles extends RpcTarget implements FilesRpc {
  readonly #files: Files;
  readonly #granted: Granted;

  constructor(files: Files, granted: Granted) {
    super();
    this.#files = files;
    this.#granted = granted;
  }

  async about(ref: string): Promise<FileInfo> {
    const { name, type, size } = rowOf(this.#granted, ref);
    return { name, type, size };
  }
  async read(ref: string, from = 0, length?: number): Promise<ReadableStream<Uint8Array>> {
    const row = rowOf(this.#granted, ref);
    const range = { offset: from, length: Math.min(length ?? row.size, row.size - from) };
    const object = await this.#files.bucket.get(keyOf(row), { range });
    if (!object) throw new Error(`the bytes of ${row.id} are gone`);
    return object.body;
  }
  async link(ref: string): Promise<string> {
    return link(this.#files, rowOf(this.#granted, ref), Date.now() + LINK_MS);
  }
  async save(
    { name, type, size }: { readonly name: string; readonly type: string; readonly size?: number },
    body: ReadableStream<Uint8Array>,
  ): Promise<KeptFile> {
    const kept = await keep(this.#files, { contractor: this.#granted.contractor, name, type, size, kept: "result" }, body);
    if ("refused" in kept) throw new Error(`the file ${kept.refused}`);
    return shown(this.#files, kept);
  }
  async progress(done: number): Promise<void> {
    this.#granted.progress?.(Math.min(Math.max(done, 0), 1));
  }
}

function rowOf({ rows }: Granted, ref: string): FileRow {
  const row = rows.get(ref);
  if (!row) throw new Error("this call's input names no such file");
  return row;
}
