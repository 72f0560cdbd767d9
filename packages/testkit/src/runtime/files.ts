/** Plays the gateway's `FilesRpc`. A sample begins as a file of its type does. */
import { RpcTarget } from "cloudflare:workers";
import type { SampleFiles } from "../files.ts";

const MAGIC: Readonly<Record<string, readonly number[]>> = {
  "image/jpeg": [0xff, 0xd8, 0xff, 0xe0],
  "image/png": [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10],
  "application/pdf": [0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0x2e, 0x37],
  "video/mp4": [0, 0, 0, 0x18, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d],
  "audio/mpeg": [0x49, 0x44, 0x33, 4],
};
const OTHER = [0x73, 0x61, 0x6d, 0x70];
const sample = (type: string) => Uint8Array.from([...(MAGIC[type] ?? OTHER), ...new TextEncoder().encode(" a sample file".repeat(20))]);

/** The files of one call. Its methods are what a vendor's Worker may do with them. */
export class Files extends RpcTarget {
  #types: SampleFiles;
  constructor(types: SampleFiles) {
    super();
    this.#types = types;
  }
  #type(ref: string) {
    const type = this.#types[ref];
    if (type === undefined) throw new Error(`the input names no file ${ref}`);
    return type;
  }
  about(ref: string) {
    const type = this.#type(ref);
    return { name: `sample.${type.split("/")[1]}`, type, size: sample(type).length };
  }
  read(ref: string, from = 0, length = Number.POSITIVE_INFINITY) {
    return new Blob([sample(this.#type(ref)).slice(from, from + length)]).stream();
  }
  link(ref: string) {
    this.#type(ref);
    return `https://junction.example/files/${"s".repeat(43)}`;
  }
  async save({ type }: { readonly type: string }, body: ReadableStream<Uint8Array>) {
    let size = 0;
    for await (const chunk of body) size += chunk.length;
    return {
      file_id: `file_${"0".repeat(25)}`,
      url: `https://junction.example/files/${"t".repeat(43)}`,
      type,
      size_bytes: size,
      expires_at: "2030-01-01T00:00:00.000Z",
    };
  }
  progress() {}
}
