/**
 * The load, in a process of its own: plain sockets, one request at a time on each, every answer looked at. It takes some 20 µs
 * of a core for a request, so that the runtime is what limits.
 */
import { connect, type Socket } from "node:net";
import type { Load, Loaded } from "./generator.ts";

const END = Buffer.from("\r\n\r\n");
const LAST_CHUNK = Buffer.from("0\r\n\r\n");
const FAILED = Buffer.from(`"isError":true`);

process.on("message", (load: Load) => {
  run(load).then(
    (loaded) => process.send?.(loaded),
    (error) => process.send?.({ error: String(error) }),
  );
});

async function run({ url, method, headers, body, each, expect, connections, ms, ...ask }: Load): Promise<Loaded> {
  const { hostname, port, pathname } = new URL(url);
  const written = (one: Pick<Load, "headers" | "body">) => {
    const length = one.body && { "content-length": Buffer.byteLength(one.body) };
    const lines = Object.entries({ host: `${hostname}:${port}`, ...one.headers, ...length });
    return Buffer.from(
      `${method} ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${one.body}`,
    );
  };
  const requests = (each ?? [{ headers, body }]).map(written);
  const most = Math.min(ask.most, each?.length ?? ask.most);
  const wanted = expect.map((text) => Buffer.from(text));
  const took: number[] = [];
  const wrong: string[] = [];
  let failures = 0;
  let begun = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  const until = start + ms;
  let last = "";
  const right = (answer: Buffer) =>
    answer.indexOf(" 20", 8, "latin1") === 8 && wanted.every((text) => answer.includes(text)) && !answer.includes(FAILED);
  const one = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let [parts, size, needed, sent]: [Buffer[], number, number, number] = [[], 0, 0, 0];
      const next = () => {
        if (performance.now() >= until || begun >= most) return void socket.end(resolve);
        const request = requests[begun++ % requests.length];
        [parts, size, needed] = [[], 0, 0];
        sent = performance.now();
        if (request) socket.write(request);
      };
      socket.on("data", (part) => {
        parts.push(part);
        size += part.length;
        if (needed === 0) needed = lengthOf(parts.length === 1 ? part : Buffer.concat(parts));
        if (needed > 0 ? size < needed : !part.subarray(-LAST_CHUNK.length).equals(LAST_CHUNK)) return;
        took.push(performance.now() - sent);
        const answer = parts.length === 1 ? part : Buffer.concat(parts);
        if (!right(answer)) {
          failures++;
          if (wrong.length < 3) wrong.push(answer.toString("utf8").slice(0, 1500));
        } else if (last === "") last = answer.toString("utf8").slice(0, 3000);
        next();
      });
      socket.on("error", reject);
      socket.on("close", () => (begun < most && performance.now() < until ? reject(new Error(`${url} closed the connection`)) : resolve()));
      socket.setNoDelay(true);
      next();
    });
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(Number(port), hostname)));
  await Promise.all(sockets.map(one));
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? Number.NaN;
  return { answers: took.length, failures, wrong, sample: last, ms: elapsed, p50: at(0.5), p99: at(0.99), cpuMs: (user + system) / 1000 };
}

/** The whole answer's length once its head has come: 0 before, -1 where it comes in chunks. */
function lengthOf(answer: Buffer): number {
  const end = answer.indexOf(END);
  if (end < 0) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.toString("latin1", 0, end))?.[1];
  return length === undefined ? -1 : end + END.length + Number(length);
}

const opened = (port: number, host: string) =>
  new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, host, () => resolve(socket));
    socket.once("error", reject);
  });
