/**
 * Where vendors' requests leave. Most are met within the runtime, by the rig's Worker; here stands a server for those that take a socket
 * (connections that hang and break) or a test's own code.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer, Behaviour, Passed, Plain, Rule, Wire } from "./behaviour.ts";
import { type Arrived, readSent, type Sent, sentOf } from "./sent.ts";

export type Decide = (sent: Sent) => Behaviour | Promise<Behaviour>;

export interface Egress {
  readonly url: string;
  /** Decides what becomes of each of the vendor's requests from now on; the default passes all. */
  behave(vendor: string, how: Plain | Wire | Decide, but?: Partial<Pick<Rule, "apart" | "from">>): void;
  /** As the rig's Worker must know it. */
  rule(vendor: string): Rule | undefined;
  /** What the rig's Worker says was sent. */
  heard(vendor: string, arrived: readonly Arrived[]): Promise<void>;
  /** What the vendor was sent since the last time this was asked. */
  take(vendor: string): readonly Sent[];
  /** Bytes of the vendor's last endless body that were taken off our hands. */
  endlessBytes(vendor: string): number;
  close(): Promise<void>;
}

export type Sandbox = (vendor: string, sent: Sent) => Promise<Passed>;

const WIRES: readonly unknown[] = ["hang", "drop", "commit then drop", "break", "truncate", "endless"] satisfies readonly Wire[];
const isWire = (how: unknown): how is Wire => WIRES.includes(how);

export async function startEgress(sandbox: Sandbox): Promise<Egress> {
  const decisions = new Map<string, Decide>();
  const rules = new Map<string, Rule>();
  const taken = new Map<string, Sent[]>();
  const endless = new Map<string, number>();
  const faults: unknown[] = [];
  let version = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [vendor, sent] = await read(request);
    const behaviour = (await decisions.get(vendor)?.(sent)) ?? "pass";
    if (typeof behaviour === "object") return answer(response, behaviour);
    if (behaviour === "hang") return;
    if (behaviour === "drop") return void response.destroy();
    if (behaviour === "endless") return stream(response, vendor);
    const passed = await sandbox(vendor, sent);
    if (typeof behaviour === "function") return answer(response, behaviour({ ...passed, bytes: undefined }));
    if (behaviour === "pass") return answer(response, passed);
    if (behaviour === "commit then drop") return void response.destroy();
    const half = passed.body.slice(0, Math.ceil(passed.body.length / 2));
    if (behaviour === "truncate") return answer(response, { ...passed, body: half, bytes: undefined });
    const status = passed.status === 204 ? 200 : passed.status; // a 204 has no body to break off in
    response.writeHead(status, { ...passed.headers, "content-length": String(passed.body.length + 100) });
    response.write(half || " ", () => response.destroy());
  }
  function stream(response: ServerResponse, vendor: string): void {
    let size = 0;
    const chunk = Buffer.alloc(65_536, " ");
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      while (!response.destroyed) {
        size += chunk.length;
        endless.set(vendor, size);
        if (size > 1024 ** 3) return void response.destroy();
        if (!response.write(chunk)) return void response.once("drain", more);
      }
    };
    more();
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      faults.push(error); // ours, not the vendor's: told at close
      response.destroy();
    });
  });
  server.keepAliveTimeout = 600_000; // closing an idle connection just as it is used again would look like a vendor's fault
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behave(vendor, how, { apart = [], from = 0 } = {}) {
      const outside = typeof how === "function" ? how : isWire(how) ? () => how : undefined;
      if (outside) decisions.set(vendor, outside);
      else decisions.delete(vendor);
      rules.set(vendor, { version: ++version, apart, from, how: typeof how === "function" || isWire(how) ? "ask" : how });
    },
    rule: (vendor) => rules.get(vendor),
    async heard(vendor, arrived) {
      const sent = await Promise.all(arrived.map(sentOf));
      if (sent.length > 0) taken.set(vendor, [...(taken.get(vendor) ?? []), ...sent]);
    },
    take(vendor) {
      const all = taken.get(vendor) ?? [];
      taken.delete(vendor);
      return all;
    },
    endlessBytes: (vendor) => endless.get(vendor) ?? 0,
    close: () => close(server, faults),
  };
}

async function close(server: Server, faults: readonly unknown[]): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  if (faults.length > 0) throw new AggregateError(faults, "the recording egress failed");
}

async function read(request: IncomingMessage): Promise<readonly [vendor: string, Sent]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [, vendor = "", host = "", rest = ""] = /^\/([^/]+)\/([^/?]+)(.*)$/s.exec(request.url ?? "") ?? [];
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) for (const one of [value ?? []].flat()) headers.append(name, one);
  return [vendor, await readSent({ method: request.method ?? "", host, rest, headers, bytes: Buffer.concat(chunks) })];
}

function answer(response: ServerResponse, { status, headers, body, bytes }: Answer): void {
  const { "content-length": _, "transfer-encoding": __, "content-encoding": ___, ...rest } = headers ?? {};
  response.writeHead(status, rest);
  response.end(status === 204 ? undefined : (bytes ?? body));
}
