/** Files in the place of a contractor's: what an action is handed when the suite calls it. */
import { hasFiles, namedFiles } from "@junction/core";
import type { Tool } from "@junction/tools";
import * as z from "zod";
import { inputSchema } from "./samples.ts";

/** Reference → the media type of the file it leads to. */
export type SampleFiles = Readonly<Record<string, string>>;

/** The files of a call, as data that the rig's Worker makes a capability of; undefined where the tool's contract has none, as in dispatch. */
export function sampleFiles(tool: Tool, input: unknown): SampleFiles | undefined {
  const schema = inputSchema(tool.input);
  if (!hasFiles(schema) && !hasFiles(z.toJSONSchema(tool.output, { io: "output", unrepresentable: "any" }))) return undefined;
  return Object.fromEntries(
    namedFiles(schema, input).map(({ ref, limits: { types } }) => [ref, types[0]?.replace("/*", "/mp4") ?? "application/pdf"]),
  );
}

/** Source of the class by which the rig's Worker plays the gateway's `FilesRpc`. A sample begins as a file of its type does. */
export const FILES_OF_A_CALL = `
const MAGIC = {
  "image/jpeg": [0xff, 0xd8, 0xff, 0xe0], "image/png": [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10], "application/pdf": [0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0x2e, 0x37],
  "video/mp4": [0, 0, 0, 0x18, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d], "audio/mpeg": [0x49, 0x44, 0x33, 4],
};
const sample = (type) => Uint8Array.from([...(MAGIC[type] ?? [0x73, 0x61, 0x6d, 0x70]), ...new TextEncoder().encode(" a sample file".repeat(20))]);
class Files extends RpcTarget {
  #types;
  constructor(types) { super(); this.#types = types; }
  #type(ref) {
    const type = this.#types[ref];
    if (type === undefined) throw new Error("the input names no file " + ref);
    return type;
  }
  about(ref) {
    const type = this.#type(ref);
    return { name: "sample." + type.split("/")[1], type, size: sample(type).length };
  }
  read(ref, from = 0, length = Infinity) {
    return new Blob([sample(this.#type(ref)).slice(from, from + length)]).stream();
  }
  link(ref) {
    this.#type(ref);
    return "https://junction.example/files/" + "s".repeat(43);
  }
  async save({ name, type }, body) {
    let size = 0;
    for await (const chunk of body) size += chunk.length;
    return {
      file_id: "file_" + "0".repeat(25), url: "https://junction.example/files/" + "t".repeat(43), type, size_bytes: size,
      expires_at: "2030-01-01T00:00:00.000Z",
    };
  }
  progress() {}
}`;
