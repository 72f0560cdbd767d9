/** SHA-256 (FIPS 180-4) that goes on from one request to the next, which the platform's own cannot: for uploads that come in parts. */

const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && !Array.from({ length: 17 }, (_, d) => d + 2).some((d) => d < n && n % d === 0),
);
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
const K = Int32Array.from(PRIMES.slice(0, 64), (prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal, of what came so far; more may come. */
  hex(): string;
  /** One that goes on from here by itself. */
  fork(): RunningHash;
}

interface At {
  readonly state: Int32Array;
  readonly block: Uint8Array;
  readonly filled: number;
  readonly total: number;
}

export function runningHash(from: At = { state: Int32Array.from(START), block: new Uint8Array(64), filled: 0, total: 0 }): RunningHash {
  const [state, words, block] = [from.state.slice(), new Int32Array(64), from.block.slice()];
  let { filled, total } = from;
  return {
    update(bytes) {
      total += bytes.byteLength;
      let at = 0;
      if (filled > 0) {
        at = Math.min(64 - filled, bytes.byteLength);
        block.set(bytes.subarray(0, at), filled);
        filled += at;
        if (filled < 64) return;
        compress(state, words, block, 0);
      }
      for (; at + 64 <= bytes.byteLength; at += 64) compress(state, words, bytes, at);
      block.set(bytes.subarray(at));
      filled = bytes.byteLength - at;
    },
    fork: () => runningHash({ state, block, filled, total }),
    hex() {
      const [ending, end] = [Int32Array.from(state), new Uint8Array(filled < 56 ? 64 : 128)];
      end.set(block.subarray(0, filled));
      end[filled] = 0x80;
      const view = new DataView(end.buffer);
      view.setUint32(end.length - 8, Math.floor((total * 8) / 2 ** 32));
      view.setUint32(end.length - 4, (total * 8) % 2 ** 32);
      for (let at = 0; at < end.length; at += 64) compress(ending, words, end, at);
      return [...ending].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    },
  };
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const of = (array: Int32Array | Uint8Array, at: number): number => array[at] ?? 0;

function compress(state: Int32Array, w: Int32Array, bytes: Uint8Array, from: number): void {
  for (let i = 0, at = from; i < 16; i++, at += 4)
    w[i] = (of(bytes, at) << 24) | (of(bytes, at + 1) << 16) | (of(bytes, at + 2) << 8) | of(bytes, at + 3);
  for (let i = 16; i < 64; i++) {
    const [before, last] = [of(w, i - 15), of(w, i - 2)];
    const s0 = turned(before, 7) ^ turned(before, 18) ^ (before >>> 3);
    const s1 = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
    w[i] = (of(w, i - 16) + s0 + of(w, i - 7) + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = [
    of(state, 0),
    of(state, 1),
    of(state, 2),
    of(state, 3),
    of(state, 4),
    of(state, 5),
    of(state, 6),
    of(state, 7),
  ];
  for (let i = 0; i < 64; i++) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + of(K, i) + of(w, i)) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, at) => {
    state[at] = (of(state, at) + word) | 0;
  });
}
