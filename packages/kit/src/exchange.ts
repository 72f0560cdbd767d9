/** One request and its answer, inside the time limit, the size limit and the manifest's hosts. Every byte to a vendor passes here. */
import type { Budget } from "@junction/core";
import { VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import { ofFamily, ownsHost } from "./hosts.ts";
import { budget, type ErrorRules } from "./status.ts";
import { type Limit, type Streamed, watched, whileMoving, within } from "./transfer.ts";

/** Where vendor traffic leaves through instead of the internet: the sandbox, or a URL. */
export type Egress = { fetch(request: Request): Promise<Response> } | string | undefined;

export interface Wire {
  readonly hosts: readonly string[];
  readonly fields: Fields;
  readonly errors: ErrorRules | undefined;
  readonly egress: Egress;
  /** Epoch milliseconds after which nothing is sent and nothing is waited for. */
  readonly deadline: number;
  /** Our own app's credential at this vendor. */
  readonly apps?: () => Promise<Fields>;
  /** The connection's own webhook secret, at least of this generation; null where none is set. */
  readonly hookSecret?: (generation: number) => Promise<string | null>;
  /** What the last answer's headers said is left. */
  budget: Budget | undefined;
  /** Requests that left, over all of an attempt; and whether one of them got no answer, and was gone on from. */
  readonly sent?: { requests: number; cut?: boolean };
}

const ATTEMPT_MS = 15_000;
const MEBIBYTE = 1024 * 1024;
const LARGEST_BODY_BYTES = 2 * MEBIBYTE;
/** A transcript of hours, each of its words with its times. */
const LARGEST_LONG_BODY_BYTES = 16 * MEBIBYTE;
const MOST_REDIRECTS = 3;
const READS = ["HEAD", "PROPFIND", "REPORT"];

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: string | FormData | Uint8Array | Streamed;
  /** As the request's option of that name. */
  readonly long?: boolean | undefined;
  /** For a file that is fetched: a redirect may lead to another of the manifest's hosts, without these headers. */
  readonly credentials?: readonly string[];
}
export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly now: number;
  /** Where the answer came from, after any redirect. */
  readonly url: URL;
}
/** An answer whose body is read as it comes. */
export interface Opened extends Omit<Exchange, "text"> {
  /** Of what the vendor itself says of its length. */
  readonly size: number | undefined;
  readonly body: ReadableStream<Uint8Array>;
}

/** Sends one request and reads its whole answer. A body that is streamed may take as long as it moves, within the ask's deadline. */
export function exchange(wire: Wire, outgoing: Outgoing): Promise<Exchange> {
  const { body, long } = outgoing;
  const streamed = typeof body === "object" && "open" in body;
  return limited(wire, outgoing, long ? withinAll : streamed ? whileMoving : withinOne, async (answered, limit) => {
    const text = await readCapped(answered.response, limit.signal, long ? LARGEST_LONG_BODY_BYTES : LARGEST_BODY_BYTES);
    limit.end();
    return { ...heard(wire, answered), text };
  });
}

/** Sends one request, and gives its answer as a stream where `wanted` says so of the head, else whole. */
export function download(wire: Wire, outgoing: Outgoing, wanted: (response: Response) => boolean): Promise<Exchange | Opened> {
  return limited(wire, outgoing, whileMoving, async (answered, limit) => {
    const { response } = answered;
    if (!wanted(response) || !response.body) {
      const text = await readCapped(response, limit.signal);
      limit.end();
      return { ...heard(wire, answered), text };
    }
    const length = response.headers.get("content-length");
    const size = length === null || response.headers.has("content-encoding") ? undefined : Number(length);
    return { ...heard(wire, answered), size, body: watched(response.body, size, limit) };
  });
}

interface Answered {
  readonly response: Response;
  readonly url: URL;
}
type Limiting = (deadline: number) => Limit;
const withinOne: Limiting = (deadline) => within(Math.min(ATTEMPT_MS, deadline - Date.now()));
const withinAll: Limiting = (deadline) => within(deadline - Date.now());

function heard(wire: Wire, { response: { status, headers }, url }: Answered) {
  const now = Date.now();
  wire.budget = budget(headers, now) ?? wire.budget;
  return { status, headers, now, url };
}

async function limited<T>(
  wire: Wire,
  outgoing: Outgoing,
  by: Limiting,
  read: (answered: Answered, limit: Limit) => Promise<T>,
): Promise<T> {
  // A bug of ours, and not to be taken for a connection that broke. A redirect below is checked for itself.
  if (!ownsHost(wire.hosts, outgoing.url.host)) throw new Error(`the manifest does not name the host ${outgoing.url.host}`);
  if (wire.deadline <= Date.now()) throw new VendorFailure({ kind: "VendorUnavailable", sent: wire.sent?.cut === true });
  const limit = by(wire.deadline);
  try {
    return await read(await answered(wire, outgoing, limit), limit);
  } catch (error) {
    const late = limit.signal.aborted;
    limit.end();
    if (error instanceof VendorFailure) throw error;
    // A connection that broke or ran out of time may have carried the request: the vendor may have acted.
    throw new BrokenConnection(late ? "no answer in time" : "the connection broke");
  }
}

/** No answer was read: of a request that may have been carried out. */
export class BrokenConnection extends VendorFailure {
  constructor(message: string) {
    super({ kind: "VendorUnavailable", sent: true }, { status: 0, message });
  }
}

async function answered(wire: Wire, outgoing: Outgoing, limit: Limit): Promise<Answered> {
  const { method, credentials } = outgoing;
  const headers = new Headers(outgoing.headers);
  let url = outgoing.url;
  for (let redirects = 0; ; redirects++) {
    if (wire.sent) wire.sent.requests++;
    const response = await send(wire, url, { ...outgoing, headers }, limit);
    const next = redirect(response, url);
    if (!next) return { response, url };
    await response.body?.cancel();
    // Credentials must not follow a vendor's redirect to a host that is not the vendor's; nor may a write be repeated elsewhere.
    const own = next.host === url.host || ofFamily(wire.hosts, next.host);
    const bare = !own && credentials !== undefined && ownsHost(wire.hosts, next.host);
    if (!(own || bare) || next.protocol !== "https:" || !isRead(method, response.status) || redirects >= MOST_REDIRECTS)
      throw new VendorFailure(
        { kind: "VendorUnavailable", sent: true },
        { status: response.status, message: "answered with a redirect that is not followed" },
      );
    if (bare) for (const name of credentials) headers.delete(name);
    url = next;
  }
}

/** The one way out. */
function send(wire: Wire, url: URL, { method, headers, body }: Outgoing, limit: Limit): Promise<Response> {
  const { signal } = limit;
  const content = typeof body === "object" && "open" in body ? body.open(limit) : body;
  const init: RequestInit = { method, headers, redirect: "manual", signal, ...(content !== undefined && { body: content }) };
  if (wire.egress === undefined) return fetch(url, init);
  const base = typeof wire.egress === "string" ? wire.egress.replace(/\/$/, "") : "https://egress";
  const through = new Request(`${base}/${url.host}${url.pathname}${url.search}`, init);
  return typeof wire.egress === "string" ? fetch(through) : wire.egress.fetch(through);
}

/** A 303 turns every method into GET, so only a GET may follow it as it is. */
const isRead = (method: string, status: number): boolean => method === "GET" || (READS.includes(method) && status !== 303);

function redirect(response: Response, from: URL): URL | null {
  const location = response.headers.get("location");
  return response.status >= 300 && response.status < 400 && location !== null ? new URL(location, from) : null;
}

/** The body as text. A body without end must not take the Worker down with it. */
async function readCapped(response: Response, signal: AbortSignal, most = LARGEST_BODY_BYTES): Promise<string> {
  if (!response.body) return "";
  const reader = response.body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined); // already broken: nothing left to stop
  signal.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      stop();
      throw new VendorFailure(
        { kind: "VendorUnavailable", sent: true },
        { status: response.status, message: `the answer is larger than ${most / MEBIBYTE} MiB` },
      );
    }
    text += decoder.decode(value, { stream: true });
  }
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return text + decoder.decode();
}
