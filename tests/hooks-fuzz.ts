/** Whatever anyone sends to the hook routes: methods, addresses, headers, encodings and bodies, well-formed and not. Seeded. */
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { addressOf, type Signed, signed } from "./deliveries.ts";
import { heapsOf } from "./heaps.ts";
import type { Mesh } from "./mesh.ts";

export interface FuzzReport {
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that were answered as none may be. */
  readonly odd: readonly string[];
  /** What was stored, and how much of it was not sealed. */
  readonly rows: number;
  readonly unsealed: number;
  /** Files in which something that was sent can be read. */
  readonly readable: readonly string[];
  /** Our Workers whose heap was looked at → the least it held, in KiB, in each fifth of the run: what stays once garbage is collected. */
  readonly heaps: Readonly<Record<string, readonly number[]>>;
}

export const CANARY = "canary-of-the-fuzz";
const CONTRACTOR = "fuzz";
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "LOCK"];
/** Those that are written to by their own addresses; all others by any. */
export const VENDORS = ["stripe", "twilio", "square", "vapi"];
/** All that a hook may be answered with; 503 is said where nothing could be stored, which here is never so. */
const ANSWERS = [200, 400, 401, 404, 405, 411, 413, 414, 429, 431];
const CONCURRENT = 16;
const HEAP_EVERY = 50;

type Draw = () => number;
/** Mulberry32: the same numbers for the same seed. */
function random(state: number): Draw {
  let a = state;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const one = <T>(draw: Draw, from: readonly T[]): T => from[Math.floor(draw() * from.length)] as T;

/** Sends `requests` requests; the mesh must be one whose state is in `stateDir`. */
export async function fuzz(mesh: Mesh, stateDir: string, { requests, seed }: { requests: number; seed: number }): Promise<FuzzReport> {
  const draw = random(seed);
  // Stripe has a secret, so that what is forged is refused; the others have none, so that whatever comes is kept.
  const secret = `whsec_${"f022".repeat(8)}`;
  await mesh.api("POST", "/connections/stripe/webhook-secret", { action: "set", secret }, { contractor: CONTRACTOR });
  const addresses: string[] = [];
  for (const vendor of VENDORS) addresses.push(new URL(await addressOf(mesh, CONTRACTOR, vendor)).pathname);
  const good = await signed(mesh, { vendor: "stripe", url: mesh.url + (addresses[0] ?? ""), secret, count: 20, entities: 5, seed });
  const statuses: Record<string, number> = {};
  const odd: string[] = [];
  const heaps = await heapsOf(mesh);
  let next = 0;
  const lane = async () => {
    while (next < requests) {
      const index = next++;
      if (index % HEAP_EVERY === 0) await heaps.look(Math.floor((index / requests) * 5));
      const raw = made(draw, addresses, good);
      const status = await answered(mesh.url, raw, draw() < 0.03);
      statuses[status ?? "cut off"] = (statuses[status ?? "cut off"] ?? 0) + 1;
      if (status !== null && !ANSWERS.includes(status)) odd.push(`${status}: ${raw.toString("latin1", 0, 300)}`);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT }, lane));
  heaps.close();
  const { results } = await mesh.db.prepare("SELECT payload FROM events").all<{ payload: string }>();
  return {
    ...{ statuses, odd, heaps: heaps.least },
    rows: results.length,
    unsealed: results.filter(({ payload }) => !/^1\.[A-Za-z0-9+/=_-]+$/.test(payload)).length,
    readable: filesWith(stateDir, CANARY),
  };
}

function made(draw: Draw, addresses: readonly string[], good: readonly Signed[]): Buffer {
  const path = pathOf(draw, addresses);
  const message = one(draw, good);
  const kind = draw();
  const method = kind < 0.75 ? "POST" : one(draw, METHODS);
  let body = bodyOf(draw, message);
  const headers: string[] = ["host: junction.example", "connection: close"];
  if (draw() < 0.4) for (const [name, value] of Object.entries(message.headers)) headers.push(`${name}: ${value}`);
  for (let more = Math.floor(draw() * 4); more > 0; more--) headers.push(headerOf(draw));
  if (draw() < 0.02) headers.push(`x-long: ${"l".repeat(Math.floor(draw() * 30_000))}`);
  const framing = draw();
  if (framing < 0.8) headers.push(`content-length: ${body.length}`);
  else if (framing < 0.9) {
    headers.push("transfer-encoding: chunked");
    const broken = draw() < 0.3;
    body = Buffer.concat([Buffer.from(`${broken ? "zz" : body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
  } else headers.push(`content-length: ${one(draw, ["0", String(body.length + 10), "-1", "1e9", "99999999999999999999"])}`);
  return Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

function pathOf(draw: Draw, addresses: readonly string[]): string {
  const address = one(draw, addresses);
  if (draw() < 0.75)
    return address + (draw() < 0.2 ? `?${one(draw, ["a=1", "hub.mode=subscribe&hub.challenge=x", "%", "a=%00", "=&&"])}` : "");
  return one(draw, [
    "/hooks",
    "/hooks/",
    "/hooks//",
    "/hooks/stripe",
    "/hooks/stripe/",
    "/hooks/stripe/app",
    "/hooks/stripe/../../hooks/x",
    "/hooks/%2e%2e/x",
    "/hooks/nobody/x.y",
    `/hooks/stripe/${"a".repeat(64)}.${"b".repeat(32)}`,
    `/hooks/__proto__/${"a".repeat(8)}.${"b".repeat(32)}`,
    "/hooks/constructor/constructor",
    `${address}/`,
    `${address}/..`,
    `${address}%00`,
    address.toUpperCase(),
    address.slice(0, -1),
    `/hooks/${"x".repeat(3000)}`,
  ]);
}

function headerOf(draw: Draw): string {
  const name = one(draw, [
    "x-twilio-signature",
    "stripe-signature",
    "x-square-hmacsha256-signature",
    "content-type",
    "content-encoding",
    "accept",
    "x-a",
  ]);
  return `${name}: ${one(draw, [
    "gzip",
    "application/json",
    "application/x-www-form-urlencoded; charset=\u00ff",
    "multipart/form-data; boundary=",
    "t=,v1=",
    "t=9999999999999999999,v1=00",
    `t=${Math.floor(Date.now() / 1000)},v1=${"a".repeat(64)}`,
    "====",
    "\u00e9\u00ff",
    "",
    "null",
  ])}`;
}

function bodyOf(draw: Draw, message: Signed): Buffer {
  const kind = draw();
  const length = Math.floor(draw() ** 4 * 200_000);
  if (kind < 0.2) return Buffer.from(message.body);
  if (kind < 0.35) return Buffer.from(message.body.slice(0, Math.floor(draw() * message.body.length)));
  if (kind < 0.5)
    return Buffer.concat([Buffer.from(CANARY), Buffer.from(Array.from({ length: length >> 4 }, () => Math.floor(draw() * 256)))]);
  if (kind < 0.6) return Buffer.from(`{"${CANARY}":${"[".repeat(Math.min(length, 20_000))}`);
  if (kind < 0.7) return Buffer.from(`Body=${CANARY}&${"a=%ff&".repeat(length >> 3)}`);
  if (kind < 0.8) return Buffer.from(JSON.stringify({ id: CANARY, type: null, data: { object: "x".repeat(length) } }), "utf16le");
  if (kind < 0.82) return Buffer.alloc(1024 * 1024 + Math.floor(draw() * 3 - 1), CANARY);
  if (kind < 0.9) return Buffer.alloc(0);
  return Buffer.from(`\ufeff${CANARY}\u0000\ud83d${"é".repeat(length >> 2)}`);
}

/** The status it was answered with; null where the connection ended before one came. `cut`: ends it itself, half-way. */
function answered(origin: string, raw: Buffer, cut: boolean): Promise<number | null> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(Number(port), hostname);
    const end = () => {
      socket.destroy();
      resolve(/^HTTP\/1\.1 (\d{3})/.test(said) ? Number(said.slice(9, 12)) : null);
    };
    socket.setTimeout(3_000, end); // a request that never ends is never answered
    socket.on("data", (data) => {
      said += data.toString("latin1");
      if (/^HTTP\/1\.1 \d{3}/.test(said)) end();
    });
    socket.on("close", end);
    socket.on("error", end);
    socket.write(cut ? raw.subarray(0, raw.length >> 1) : raw, () => cut && end());
  });
}

/** The state's files that hold these words, but those of the sandbox. */
export function filesWith(stateDir: string, words: string): string[] {
  return readdirSync(join(stateDir, "storage"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !path.includes("sandbox") && readFileSync(path).includes(words));
}
