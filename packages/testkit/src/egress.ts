/** Stands where vendors' requests leave: records each as it came over the wire, and passes it to the sandbox or misbehaves as told. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the vendor would get it. */
export interface Sent {
  readonly vendor: string;
  readonly method: string;
  readonly host: string;
  /** Still encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Host, path and query as they came. */
  readonly url: string;
  readonly headers: Headers;
  readonly body: string;
  /** The body as it came: of a file, what `body` as text has lost. */
  readonly bytes: Uint8Array;
  /** The fields of a form body, urlencoded or multipart; absent for any other. */
  readonly form: URLSearchParams | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** In the body's place, where that is no text. */
  readonly bytes?: Uint8Array | undefined;
}
/** What the sandbox answered. */
export type Passed = Required<Omit<Answer, "bytes">> & Pick<Answer, "bytes">;

export type Behaviour =
  | "pass" // to the sandbox and back
  | "hang"
  | "drop" // breaks the connection, having done nothing
  | "commit then drop" // carried out, and the connection broken in place of the answer
  | "break" // carried out, and the connection broken within the answer's body
  | "truncate" // carried out, and the answer's body cut in half
  | "endless"
  | Answer
  /** What the sandbox answers, changed. */
  | ((passed: Passed) => Answer);

export interface Egress {
  readonly url: string;
  /** Decides what becomes of each of the vendor's requests from now on; the default passes all. */
  behave(vendor: string, how: (sent: Sent) => Behaviour | Promise<Behaviour>): void;
  /** What the vendor was sent since the last time this was asked. */
  take(vendor: string): readonly Sent[];
  /** Bytes of the vendor's last endless body that were taken off our hands. */
  endlessBytes(vendor: string): number;
  close(): Promise<void>;
}

export type Sandbox = (sent: Sent) => Promise<Passed>;

/** `<url>/<vendor id>` is a vendor Worker's `EGRESS`. */
export async function startEgress(sandbox: Sandbox): Promise<Egress> {
  const behaviours = new Map<string, (sent: Sent) => Behaviour | Promise<Behaviour>>();
  const taken = new Map<string, Sent[]>();
  const endless = new Map<string, number>();
  const faults: unknown[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sent = await read(request, await bytesOf(request));
    taken.set(sent.vendor, [...(taken.get(sent.vendor) ?? []), sent]);
    const behaviour = (await behaviours.get(sent.vendor)?.(sent)) ?? "pass";
    if (typeof behaviour === "object") return answer(response, behaviour);
    if (behaviour === "hang") return;
    if (behaviour === "drop") return void response.destroy();
    if (behaviour === "endless") return stream(response, sent.vendor);
    const passed = await sandbox(sent);
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
    behave: (vendor, how) => void behaviours.set(vendor, how),
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

async function read(request: IncomingMessage, bytes: Buffer): Promise<Sent> {
  const [, vendor = "", host = "", rest = ""] = /^\/([^/]+)\/([^/?]+)(.*)$/s.exec(request.url ?? "") ?? [];
  const [path = "", ...query] = rest.split("?");
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) for (const one of [value ?? []].flat()) headers.append(name, one);
  return {
    vendor,
    method: request.method ?? "",
    host,
    path,
    query: new URLSearchParams(query.join("?")),
    url: `https://${host}${rest}`,
    headers,
    body: bytes.toString("utf8"),
    bytes,
    form: await formOf(headers.get("content-type") ?? "", bytes),
  };
}

async function formOf(type: string, body: Buffer): Promise<URLSearchParams | undefined> {
  if (type.startsWith("application/x-www-form-urlencoded")) return new URLSearchParams(body.toString("utf8"));
  if (!type.startsWith("multipart/form-data")) return undefined;
  const parts = await new Response(body, { headers: { "content-type": type } }).formData();
  return new URLSearchParams([...parts].map(([name, value]): [string, string] => [name, typeof value === "string" ? value : value.name]));
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, { status, headers, body, bytes }: Answer): void {
  const { "content-length": _, "transfer-encoding": __, "content-encoding": ___, ...rest } = headers ?? {};
  response.writeHead(status, rest);
  response.end(status === 204 ? undefined : (bytes ?? body));
}
