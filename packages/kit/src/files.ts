/** Files as an action has them: by reference, streamed, never whole in memory unless it asks for the bytes. */
import type { FileInfo, FilesRpc, KeptFile } from "@junction/core";
import { VendorFailure } from "./failure.ts";
import { isBroken, meter } from "./transfer.ts";

/** A file of the call's input. */
export interface OpenFile extends FileInfo {
  /** All of it. Each reading of this property is a stream of its own, so another attempt starts from the beginning. */
  readonly body: ReadableStream<Uint8Array>;
  /** A part of it: to go on after a cut, or to send it in chunks. */
  part(from: number, length?: number): ReadableStream<Uint8Array>;
  /** A public https address that is good for an hour, for vendors that fetch media themselves. */
  link(): Promise<string>;
  /** The whole, for vendors that take it within JSON: only where the tool's contract keeps it small. */
  bytes(): Promise<Uint8Array>;
  base64(): Promise<string>;
}
/** What an action gives to be kept. A stream of unknown length is taken as well. */
export interface NewFile {
  readonly name: string;
  readonly type: string;
  readonly size?: number | undefined;
  readonly body: ReadableStream<Uint8Array> | Uint8Array | string;
}
export interface Files {
  /** `ref`: a field of the input that the contract declares by `FileRef`. */
  open(ref: string): Promise<OpenFile>;
  /** Its answer is what a field of the output with the schema `SavedFile` wants. */
  save(file: NewFile): Promise<KeptFile>;
  /** How far long work is, 0 to 1. */
  progress(done: number): void;
}

/** The files of one call; `rpc` is absent where the tool's contract names none. */
export const filesOf = (rpc: FilesRpc | undefined, tool: string): Files => {
  const reach = (): FilesRpc => {
    if (rpc) return rpc;
    throw new Error(`the contract of ${tool} neither takes nor gives a file`);
  };
  const files: Files = {
    async open(ref) {
      const { name, type, size } = await reach().about(ref);
      const tell = seldom((at: number) => files.progress(at / size));
      const part = (from: number, length = size - from) => {
        const stream = later(() => reach().read(ref, from, length), length);
        let at = from;
        meter(stream, (bytes) => {
          at += bytes;
          tell(at);
        });
        return stream;
      };
      const bytes = async () => new Uint8Array(await new Response(part(0)).arrayBuffer());
      return {
        ...{ name, type, size, part, bytes },
        get body() {
          return part(0);
        },
        link: () => reach().link(ref),
        base64: async () => base64(await bytes()),
      };
    },
    async save({ name, type, size, body }) {
      const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
      const length = bytes instanceof Uint8Array ? bytes.byteLength : size;
      const about = { name, type, ...(length !== undefined && { size: length }) };
      const stream = bytes instanceof Uint8Array ? new Blob([bytes]).stream() : bytes;
      try {
        return await reach().save(about, stream);
      } catch (error) {
        if (!isBroken(stream)) throw error;
        throw new VendorFailure({ kind: "VendorUnavailable", sent: true }, { status: 0, message: "the file broke off" });
      }
    },
    // Nobody waits for it, and a file's fate does not hang on it.
    progress: (done) =>
      void rpc?.progress(done).catch((error: unknown) => console.warn(JSON.stringify({ at: "files", error: String(error) }))),
  };
  return files;
};

const TELL_MS = 1_000;
/** Passes on what it is told, at most once a second. */
function seldom(tell: (at: number) => void): (at: number) => void {
  let last = 0;
  return (at) => {
    const now = Date.now();
    if (now - last < TELL_MS) return;
    last = now;
    tell(at);
  };
}

/** A stream of known length, which flows as somebody reads it. */
function later(open: () => Promise<ReadableStream<Uint8Array>>, length: number): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(length);
  const filled = async () => (await open()).pipeTo(writable);
  filled().catch((error: unknown) => writable.abort(error).catch(() => undefined)); // whoever reads is told; it may be aborted already
  return readable;
}

/** In pieces: `String.fromCharCode` takes no more arguments than a stack holds. */
function base64(bytes: Uint8Array): string {
  const PIECE = 0x6000; // a multiple of three, so that no piece but the last is padded
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) text += btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  return text;
}
