/** Files out of nothing: as large as wanted, the same each time, and never held whole. They begin as a file of their type does. */

/** A file of `bytes` bytes; another seed is another file. */
export interface Generated {
  readonly bytes: number;
  readonly seed: number;
  readonly type: string;
}

const HEADS: Readonly<Record<string, readonly number[]>> = {
  "image/jpeg": [0xff, 0xd8, 0xff, 0xe0, 0, 0x10, 0x4a, 0x46, 0x49, 0x46, 0],
  "image/png": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "video/mp4": [0, 0, 0, 0x18, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6f, 0x6d, 0, 0, 2, 0, 0x69, 0x73, 0x6f, 0x6d, 0x6d, 0x70, 0x34, 0x31],
  "video/quicktime": [0, 0, 0, 0x14, 0x66, 0x74, 0x79, 0x70, 0x71, 0x74, 0x20, 0x20, 0, 0, 0, 0, 0x71, 0x74, 0x20, 0x20],
  "audio/mpeg": [0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 0],
  "audio/wav": [0x52, 0x49, 0x46, 0x46, 0x24, 0, 0, 0, 0x57, 0x41, 0x56, 0x45],
  "application/pdf": [0x25, 0x50, 0x44, 0x46, 0x2d, 0x31, 0x2e, 0x37, 0x0a],
};
/** Name's ending → its type. */
export const TYPES: Readonly<Record<string, string>> = {
  ...{ jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", mp4: "video/mp4", mov: "video/quicktime" },
  ...{ mp3: "audio/mpeg", mpeg: "audio/mpeg", wav: "audio/wav", pdf: "application/pdf", txt: "text/plain", html: "text/html" },
};

const CHUNK = 65_536;

/** Its bytes, chunk by chunk. */
export function* generated({ bytes, seed, type }: Generated): Generator<Uint8Array<ArrayBuffer>> {
  const pattern = new Uint8Array(CHUNK);
  let x = seed * 2_654_435_761 + 1;
  for (let at = 0; at < CHUNK; at++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    pattern[at] = type.startsWith("text/") ? 97 + ((x >>> 24) % 26) : x >>> 24;
  }
  for (let from = 0, part = 0; from < bytes; from += CHUNK, part++) {
    const chunk = pattern.slice(0, Math.min(CHUNK, bytes - from));
    if (part === 0) chunk.set((HEADS[type] ?? []).slice(0, chunk.length));
    // No two chunks are alike, or a part that came twice or not at all would not be noticed.
    else if (chunk.length >= 4 && !type.startsWith("text/")) new DataView(chunk.buffer).setUint32(0, part);
    yield chunk;
  }
}

/** The same as a stream, whose length the platform tells. */
export function generatedStream(file: Generated): ReadableStream<Uint8Array> {
  const { readable, writable } = new FixedLengthStream(file.bytes);
  const written = async () => {
    const writer = writable.getWriter();
    let written = 0;
    for (const chunk of generated(file)) {
      await writer.write(chunk);
      // As from a network: what is always there at once would keep everybody else in this process waiting.
      if (++written % 4 === 0) await scheduler.wait(0);
    }
    await writer.close();
  };
  written().catch((error: unknown) => console.warn(`sandbox: a generated file was not read to its end: ${String(error)}`));
  return readable;
}
