/** One authenticated attempt at a vendor's API. It raises the closed errors and never retries: dispatch does. */
import type { Budget } from "@junction/core";
import * as z from "zod";
import { type Auth, authenticate, bearer, type Fields, type Signed } from "./auth.ts";
import { append, type Body, type Params, type Scalar, unsealed, written } from "./body.ts";
import { VendorFailure } from "./failure.ts";
import { type GivenHost, type Link, linkTo, ofFamily, ownsHost } from "./hosts.ts";
import type { Path } from "./path.ts";
import { redact, spoken } from "./redact.ts";
import { budget, type ErrorRules, judge, parseJson } from "./status.ts";

export type { Params } from "./body.ts";

export interface RequestOptions<Host extends string = string> extends Body {
  /** One of the manifest's hosts, or one that a link of the vendor's led to; left out, the first. */
  readonly host?: Host | GivenHost;
  readonly query?: Params;
  readonly headers?: Readonly<Record<string, Scalar>>;
  /** Statuses beyond 2xx, and error codes of the vendor's, that are an answer here, not an error. */
  readonly accept?: readonly (number | string)[];
}
export interface Reply {
  readonly status: number;
  header(name: string): string | undefined;
  /** The body through a schema. A body that does not fit is the vendor's fault: `VendorUnavailable`. */
  json<S extends z.ZodType>(schema: S): z.output<S>;
  /** The same for a body that is no JSON: the schema is given the text. */
  text<S extends z.ZodType>(schema: S): z.output<S>;
  /** An address that the answer gives, made absolute by where the answer came from. One that is not the vendor's: `VendorUnavailable`. */
  link(href: string): Link;
  /**
   * Requests that authenticate with the token the answer's JSON has under this name, which the action never sees; undefined where the
   * answer has none. For vendors whose accounts have tokens of their own: a page's, got with its owner's.
   */
  delegate(name: string): Http | undefined;
}
export interface Http<Host extends string = string> {
  /** For methods beyond the usual: WebDAV's. */
  request(method: Uppercase<string>, path: Path, options?: RequestOptions<Host>): Promise<Reply>;
  get(path: Path, options?: RequestOptions<Host>): Promise<Reply>;
  post(path: Path, options?: RequestOptions<Host>): Promise<Reply>;
  put(path: Path, options?: RequestOptions<Host>): Promise<Reply>;
  patch(path: Path, options?: RequestOptions<Host>): Promise<Reply>;
  delete(path: Path, options?: RequestOptions<Host>): Promise<Reply>;
  /** An absolute address that the vendor gave earlier and the credential kept. */
  link(href: string): Link;
}

/** Where vendor traffic leaves through instead of the internet: the sandbox, or a URL. */
export type Egress = { fetch(request: Request): Promise<Response> } | string | undefined;

export interface Wire {
  readonly hosts: readonly string[];
  readonly auth: Auth;
  readonly fields: Fields;
  readonly errors: ErrorRules | undefined;
  readonly egress: Egress;
  /** Epoch milliseconds after which nothing is sent and nothing is waited for. */
  readonly deadline: number;
  /** Our own app's credential at this vendor. */
  readonly apps?: () => Promise<Fields>;
  /** What the last answer's headers said is left. */
  budget: Budget | undefined;
  /** Requests that left, over all of an attempt. */
  readonly sent?: { requests: number };
}

const ATTEMPT_MS = 15_000;
const LARGEST_BODY_BYTES = 2 * 1024 * 1024;
const MOST_REDIRECTS = 3;
const READS = ["HEAD", "PROPFIND", "REPORT"];
const HEADER_TEXT = /^[\x20-\x7e]*$/;

export function http<Host extends string>(wire: Wire): Http<Host> {
  const attempt = (method: string) => (path: Path, options?: RequestOptions<Host>) => request(wire, method, path, options ?? {});
  return {
    request: (method, path, options) => attempt(method)(path, options),
    get: attempt("GET"),
    post: attempt("POST"),
    put: attempt("PUT"),
    patch: attempt("PATCH"),
    delete: attempt("DELETE"),
    link: (href) => linkTo(wire.hosts, href),
  };
}

async function request(wire: Wire, method: string, path: Path, options: RequestOptions): Promise<Reply> {
  const host = options.host ?? wire.hosts[0] ?? "";
  const form = options.form && (await unsealed(options.form, wire.fields, wire.apps));
  const signed = form?.sealed ? UNSIGNED : authenticate(wire.auth, wire.fields, host);
  if ("lacking" in signed) throw new VendorFailure({ kind: "InvalidRequest", issues: [`give ${signed.lacking}`] });
  const url = new URL(`https://${host}${path}`);
  append(url.searchParams, options.query ?? {});
  for (const [name, value] of Object.entries(signed.query)) url.searchParams.set(name, value);
  const headers = new Headers({ accept: "application/json" });
  for (const [name, value] of Object.entries(signed.headers)) {
    if (!HEADER_TEXT.test(value)) throw new VendorFailure({ kind: "CredentialError" }); // a key with a line break or a … in it is none
    headers.set(name, value);
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    if (value === undefined) continue;
    if (!HEADER_TEXT.test(String(value)))
      throw new VendorFailure({ kind: "InvalidRequest", issues: [`${name} must be plain text in one line`] });
    headers.set(name, String(value));
  }
  const answer = await exchange(wire, { method, url, headers, ...written({ ...options, form: form?.params }, headers) });
  const secrets = spoken({ ...wire.fields, ...form?.ours }, signed);
  if (options.accept?.includes(answer.status)) return reply(wire, answer, secrets);
  const judged = judge({ ...answer, text: redact(answer.text, secrets) }, wire.errors);
  if (!judged || (judged.said.code !== undefined && options.accept?.includes(judged.said.code))) return reply(wire, answer, secrets);
  throw new VendorFailure(judged.error, judged.said, wire.budget);
}

const UNSIGNED: Signed = { headers: {}, query: {} };

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body?: string | FormData;
}
export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly now: number;
  /** Where the answer came from, after any redirect. */
  readonly url: URL;
}

/** Sends one request and reads its whole answer, inside the time limit, the size limit and the manifest's hosts. */
export async function exchange(wire: Wire, outgoing: Outgoing): Promise<Exchange> {
  // A bug of ours, and not to be taken for a connection that broke. A redirect below is checked for itself.
  if (!ownsHost(wire.hosts, outgoing.url.host)) throw new Error(`the manifest does not name the host ${outgoing.url.host}`);
  const left = Math.min(ATTEMPT_MS, wire.deadline - Date.now());
  if (left <= 0) throw new VendorFailure({ kind: "VendorUnavailable", sent: false });
  const signal = AbortSignal.timeout(left);
  try {
    let url = outgoing.url;
    for (let redirects = 0; ; redirects++) {
      if (wire.sent) wire.sent.requests++;
      const response = await send(wire, url, outgoing, signal);
      const next = redirect(response, url);
      if (!next) {
        const text = await readCapped(response, signal);
        const now = Date.now();
        wire.budget = budget(response.headers, now) ?? wire.budget;
        return { status: response.status, headers: response.headers, text, now, url };
      }
      await response.body?.cancel();
      // Credentials must not follow a vendor's redirect to a host that is not the vendor's; nor may a write be repeated elsewhere.
      const own = next.host === url.host || ofFamily(wire.hosts, next.host);
      if (!own || next.protocol !== "https:" || !isRead(outgoing.method, response.status) || redirects >= MOST_REDIRECTS)
        throw new VendorFailure(
          { kind: "VendorUnavailable", sent: true },
          { status: response.status, message: "answered with a redirect that is not followed" },
        );
      url = next;
    }
  } catch (error) {
    if (error instanceof VendorFailure) throw error;
    // A connection that broke or ran out of time may have carried the request: the vendor may have acted.
    throw new VendorFailure(
      { kind: "VendorUnavailable", sent: true },
      { status: 0, message: signal.aborted ? "no answer in time" : "the connection broke" },
    );
  }
}

/** The one way out: every byte to a vendor passes here. */
function send(wire: Wire, url: URL, { method, headers, body }: Outgoing, signal: AbortSignal): Promise<Response> {
  const init: RequestInit = { method, headers, redirect: "manual", signal, ...(body !== undefined && { body }) };
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
async function readCapped(response: Response, signal: AbortSignal): Promise<string> {
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
    if (size > LARGEST_BODY_BYTES) {
      stop();
      throw new VendorFailure(
        { kind: "VendorUnavailable", sent: true },
        { status: response.status, message: "the answer is larger than 2 MiB" },
      );
    }
    text += decoder.decode(value, { stream: true });
  }
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  return text + decoder.decode();
}

function reply(wire: Wire, answer: Exchange, secrets: readonly string[]): Reply {
  const read = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new VendorFailure(
      { kind: "VendorUnavailable", sent: true },
      { status: answer.status, message: `an answer we cannot read: ${redact(answer.text, secrets).slice(0, 300)}` },
    );
  };
  return {
    status: answer.status,
    header: (name) => answer.headers.get(name) ?? undefined,
    json: (schema) => read(schema, parseJson(answer.text)),
    text: (schema) => read(schema, answer.text),
    link: (href) => linkTo(wire.hosts, href, answer.url),
    delegate(name) {
      const given = read(z.looseObject({}), parseJson(answer.text))[name];
      if (typeof given !== "string" || given === "") return undefined;
      return http({
        ...wire,
        auth: bearer("delegated"),
        fields: { ...wire.fields, delegated: given },
        get budget() {
          return wire.budget;
        },
        set budget(left) {
          wire.budget = left;
        },
      });
    },
  };
}
