/** Bytes on their way: never a whole file in memory, and never a connection on which nothing moves. */

/** So long may nothing move. */
const IDLE_MS = 30_000;

/** A limit of time, as a signal. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Something moved. */
  touch(): void;
  /** It is over: what still moves is stopped. */
  end(): void;
}

/** A fixed time for all of it. */
export function within(ms: number): Limit {
  return { signal: AbortSignal.timeout(ms), touch: () => undefined, end: () => undefined };
}

/** As long as bytes move, and not beyond `deadline`, epoch milliseconds. */
export function whileMoving(deadline: number, idleMs = IDLE_MS): Limit {
  const controller = new AbortController();
  let moved = Date.now();
  const look = (): void => {
    const now = Date.now();
    const left = Math.min(deadline - now, moved + idleMs - now);
    if (left <= 0) controller.abort(new Error("nothing moves, or the time is up"));
    else timer = setTimeout(look, left);
  };
  let timer = setTimeout(look, Math.max(0, Math.min(deadline - moved, idleMs)));
  return {
    signal: controller.signal,
    touch: () => {
      moved = Date.now();
    },
    end: () => {
      clearTimeout(timer);
      controller.abort(new Error("it is over"));
    },
  };
}

/** A stream whose length is known, or bytes. */
export type Piece = Uint8Array | { readonly size: number; readonly body: ReadableStream<Uint8Array> };
const sizeOf = (piece: Piece): number => (piece instanceof Uint8Array ? piece.byteLength : piece.size);

/** A body in pieces, of a length that is known before the first is sent. */
export interface Streamed {
  readonly length: number;
  /** Moves them, and tells `limit` of each that the other side took; what goes wrong breaks the stream. */
  open(limit: Limit): ReadableStream<Uint8Array>;
}

/** Of a stream that somebody wants to know the progress of: who is told how many bytes were taken. */
const meters = new WeakMap<ReadableStream, (bytes: number) => void>();
export const meter = (stream: ReadableStream<Uint8Array>, moved: (bytes: number) => void): void => void meters.set(stream, moved);

/** The pieces one after the other: as bytes where all are at hand. */
export function joined(pieces: readonly Piece[]): Uint8Array | Streamed {
  const length = pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  const bytes = pieces.filter((piece) => piece instanceof Uint8Array);
  if (bytes.length === pieces.length) return whole(bytes, length);
  return {
    length,
    open(limit) {
      // The platform says the length of such a stream to the other side; of any other it would send chunks, which many uploads refuse.
      const { readable, writable } = new FixedLengthStream(length);
      move(pieces, writable, limit).catch(() => undefined); // whoever reads is told
      return readable;
    },
  };
}

function whole(all: readonly Uint8Array[], length: number): Uint8Array {
  const one = new Uint8Array(length);
  let at = 0;
  for (const bytes of all) {
    one.set(bytes, at);
    at += bytes.byteLength;
  }
  return one;
}

/** Streams whose source broke before its end: whoever reads one elsewhere is told in words that say nothing. */
const broken = new WeakSet<ReadableStream>();
export const isBroken = (stream: ReadableStream): boolean => broken.has(stream);

/** What is read, as it comes, with the limit told of each chunk. */
export function watched(body: ReadableStream<Uint8Array>, length: number | undefined, limit: Limit): ReadableStream<Uint8Array> {
  const { readable, writable } = length === undefined ? new IdentityTransformStream() : new FixedLengthStream(length);
  move([{ size: length ?? 0, body }], writable, limit)
    .catch(() => broken.add(readable)) // whoever reads is told
    .finally(limit.end);
  return readable;
}

const CHUNK_BYTES = 65_536;

async function move(pieces: readonly Piece[], to: WritableStream<Uint8Array>, limit: Limit): Promise<void> {
  const writer = to.getWriter();
  let reader: ReadableStreamBYOBReader | undefined;
  const stop = () => {
    void reader?.cancel(limit.signal.reason).catch(() => undefined); // broken already: nothing is left to stop
    void writer.abort(limit.signal.reason).catch(() => undefined);
  };
  limit.signal.addEventListener("abort", stop, { once: true });
  try {
    for (const piece of pieces) {
      if (piece instanceof Uint8Array) {
        await writer.write(piece);
        continue;
      }
      reader = piece.body.getReader({ mode: "byob" });
      for (let space = new Uint8Array(CHUNK_BYTES); ; ) {
        const { done, value } = await reader.read(space);
        if (done || value === undefined) break;
        const { byteLength } = value; // before it is handed over
        await writer.write(value);
        limit.touch();
        meters.get(piece.body)?.(byteLength);
        space = new Uint8Array(value.buffer); // what was written has been taken: the same memory again, or garbage would pile up
      }
    }
    await writer.close();
  } catch (error) {
    await Promise.allSettled([reader?.cancel(error), writer.abort(error)]); // either may be the broken one
    throw error;
  } finally {
    limit.signal.removeEventListener("abort", stop);
  }
}
