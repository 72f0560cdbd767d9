/** Bytes on their way into the bucket: as they come, never a whole file in memory. */
import { HEAD_BYTES } from "./sniff.ts";

/** Too many of them, or not as many as was said. */
export class WrongLength extends Error {}

const CHUNK_BYTES = 65_536;
/** R2 wants parts of one size, of at least 5 MiB, but for the last. */
const PART_BYTES = 8 * 1024 * 1024;

/** What has been read of a stream so far, and the rest. */
export interface Begun {
  readonly head: Uint8Array;
  readonly rest: ReadableStreamBYOBReader;
  readonly ended: boolean;
}

/** Reads as much as tells what it is. */
export async function begin(body: ReadableStream<Uint8Array>): Promise<Begun> {
  const rest = body.getReader({ mode: "byob" });
  let head = new Uint8Array(0);
  while (head.byteLength < HEAD_BYTES) {
    const { done, value } = await rest.read(new Uint8Array(CHUNK_BYTES));
    if (done || value === undefined) return { head, rest, ended: true };
    head = joined(head, value);
  }
  return { head, rest, ended: false };
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> => {
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
};

/** Puts what was begun, and all that comes, under the key; gives its size. `size`: where it is known, it must be right. */
export async function put(
  bucket: R2Bucket,
  key: string,
  begun: Begun,
  { size, most, moved }: { readonly size: number | undefined; readonly most: number; readonly moved: () => void },
): Promise<number> {
  try {
    return size === undefined ? await putParts(bucket, key, begun, { most, moved }) : await putWhole(bucket, key, begun, { size, moved });
  } catch (error) {
    await begun.rest.cancel(error).catch(() => undefined); // it may be the broken one
    throw error;
  }
}

async function putWhole(
  bucket: R2Bucket,
  key: string,
  { head, rest, ended }: Begun,
  { size, moved }: { readonly size: number; readonly moved: () => void },
): Promise<number> {
  const { readable, writable } = new FixedLengthStream(size);
  const writer = writable.getWriter();
  const written = async () => {
    let count = 0;
    const write = async (chunk: Uint8Array) => {
      count += chunk.byteLength;
      if (count > size) throw new WrongLength(`more than the ${size} bytes it was said to have`);
      await writer.write(chunk);
      moved();
    };
    try {
      if (head.byteLength > 0) await write(head);
      for (let [done, space] = [ended, new Uint8Array(CHUNK_BYTES)]; !done; ) {
        const read: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> = await rest.read(space);
        done = read.done || read.value === undefined;
        if (done || !read.value) break;
        await write(read.value);
        space = new Uint8Array(read.value.buffer); // it has been taken: the same memory again, or garbage would pile up
      }
      if (count < size) throw new WrongLength(`${count} of the ${size} bytes it was said to have`);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => undefined); // the bucket's end is told, and throws the same
      throw error;
    }
  };
  const [stored, source] = await Promise.allSettled([bucket.put(key, readable), written()]);
  if (source.status === "rejected") throw source.reason;
  if (stored.status === "rejected") throw stored.reason;
  return size;
}

/** Of a length nobody knows: by parts, of which one at a time is held. What is small is put in one. */
async function putParts(
  bucket: R2Bucket,
  key: string,
  { head, rest, ended }: Begun,
  { most, moved }: { readonly most: number; readonly moved: () => void },
): Promise<number> {
  let [total, filled] = [0, 0];
  const part = new Uint8Array(PART_BYTES);
  let upload: R2MultipartUpload | undefined;
  const parts: R2UploadedPart[] = [];
  const flush = async () => {
    upload ??= await bucket.createMultipartUpload(key);
    parts.push(await upload.uploadPart(parts.length + 1, part.subarray(0, filled)));
    filled = 0;
  };
  try {
    let chunk: Uint8Array | undefined = head;
    let space = new Uint8Array(CHUNK_BYTES);
    for (let done = ended; chunk !== undefined; ) {
      total += chunk.byteLength;
      moved();
      if (total > most) throw new WrongLength(`more than ${most} bytes`);
      for (let at = 0; at < chunk.byteLength; ) {
        const taken = chunk.subarray(at, at + PART_BYTES - filled);
        part.set(taken, filled);
        filled += taken.byteLength;
        at += taken.byteLength;
        if (filled === PART_BYTES) await flush();
      }
      const read: ReadableStreamReadResult<Uint8Array<ArrayBuffer>> | undefined = done ? undefined : await rest.read(space);
      done = read === undefined || read.done;
      chunk = read?.value;
      if (read?.value) space = new Uint8Array(read.value.buffer); // copied above before it is read into again
    }
    if (upload === undefined) await bucket.put(key, part.slice(0, filled));
    else {
      if (filled > 0) await flush();
      await upload.complete(parts);
    }
    return total;
  } catch (error) {
    await upload
      ?.abort()
      .catch((failed: unknown) => console.warn(JSON.stringify({ at: "files", what: "not aborted", error: String(failed) })));
    throw error;
  }
}
