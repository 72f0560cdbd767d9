/** One authenticated attempt at a vendor's API. It raises the closed errors and never retries: dispatch does. */
import * as z from "zod/mini";
import { type Auth, authenticate, bearer, type Signed } from "./auth.ts";
import { append, type Body, type Params, type Scalar, unsealed, written } from "./body.ts";
import { BrokenConnection, download, type Exchange, exchange, type Outgoing, type Wire } from "./exchange.ts";
import { OurFailure, VendorFailure } from "./failure.ts";
import { type GivenHost, type Link, linkTo, mustBeSites } from "./hosts.ts";
import type { Path } from "./path.ts";
import { redact, spoken } from "./redact.ts";
import { judge, parseJson } from "./status.ts";

export type { FilePart, Params } from "./body.ts";

export interface RequestOptions<Host extends string = string> extends Body {
  /** One of the manifest's hosts, or one that a link of the vendor's led to; left out, the first. */
  readonly host?: Host | GivenHost;
  readonly query?: Params;
  readonly headers?: Readonly<Record<string, Scalar>>;
  /**
   * Statuses beyond 2xx, and error codes of the vendor's, that are an answer here, not an error. 0: no answer came, since the connection
   * broke on the way; for uploads that can be gone on with.
   */
  readonly accept?: readonly (number | string)[];
  /** Its answer takes long to make, or is long: waited for until the ask's deadline and not 15 s, and read up to 16 MiB and not 2. */
  readonly long?: true;
  /** The member of the JSON that is to carry the webhook's own secret, for vendors that are given it along with the address: no action sees it. */
  readonly hookSecret?: { readonly as: string; readonly generation: number };
  /** The member of the JSON that is to carry a value of our own app's at the vendor: no action sees it. */
  readonly ours?: { readonly as: string; readonly name: string };
  /** Without the credential: for an address that carries its own permission, and refuses two. */
  readonly anonymous?: true;
}
export interface DownloadOptions<Host extends string = string> extends RequestOptions<Host> {
  /** Whatever comes of another kind is no file. */
  readonly kind?: "audio" | "image" | "video" | "application/pdf";
  /** Statuses by which the keeper of the file says that it is there no more, where they would mean something of the credential elsewhere. */
  readonly gone?: readonly number[];
}
/** A file as a vendor gives it. */
export interface Download {
  readonly type: string;
  /** Where the vendor says how long it is. */
  readonly size: number | undefined;
  /** Read once, as it comes. */
  readonly body: ReadableStream<Uint8Array>;
  header(name: string): string | undefined;
}
export interface Reply {
  readonly status: number;
  header(name: string): string | undefined;
  /** The body through a schema. A body that does not fit is the vendor's fault: `VendorUnavailable`. */
  json<S extends z.ZodMiniType>(schema: S): z.output<S>;
  /** The same for a body that is no JSON: the schema is given the text. */
  text<S extends z.ZodMiniType>(schema: S): z.output<S>;
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
  /** The answer's body as a stream, judged by its head like any reply; for `files.save`. A redirect to another of the hosts is followed without the credential. */
  download(path: Path, options?: DownloadOptions<Host>): Promise<Download>;
  /** An absolute address that the vendor gave earlier and the credential kept. */
  link(href: string): Link;
}

/** A way out whose requests are authenticated. */
export interface SignedWire extends Wire {
  readonly auth: Auth;
}

const HEADER_TEXT = /^[\x20-\x7e]*$/;

export function http<Host extends string>(wire: SignedWire): Http<Host> {
  const attempt = (method: string) => (path: Path, options?: RequestOptions<Host>) => request(wire, method, path, options ?? {});
  return {
    request: (method, path, options) => attempt(method)(path, options),
    get: attempt("GET"),
    post: attempt("POST"),
    put: attempt("PUT"),
    patch: attempt("PATCH"),
    delete: attempt("DELETE"),
    download: (path, options) => fetched(wire, path, options ?? {}),
    link: (href) => linkTo(wire.hosts, href),
  };
}

interface Prepared {
  readonly outgoing: Outgoing;
  readonly secrets: readonly string[];
}

/** The request as it leaves, and what must not be repeated of it. */
async function prepared(wire: SignedWire, method: string, path: Path, options: RequestOptions): Promise<Prepared> {
  mustBeSites(wire.hosts);
  const host = options.host ?? wire.hosts[0] ?? "";
  const form = options.form && (await unsealed(options.form, wire.fields, wire.apps));
  const signed = form?.sealed || options.anonymous ? UNSIGNED : authenticate(wire.auth, wire.fields, host);
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
  const credentials = Object.keys(signed.headers);
  const hook = options.hookSecret && (await hookSecretOf(wire, options.hookSecret));
  const own = options.ours && (await oursOf(wire, options.ours));
  const body = { ...options, form: form?.params, ...((hook || own) && { json: { ...Object(options.json), ...hook, ...own } }) };
  const outgoing = { method, url, headers, credentials, long: options.long, ...written(body, headers) };
  return { outgoing, secrets: spoken({ ...wire.fields, ...form?.ours, ...hook }, signed) };
}

async function hookSecretOf(wire: Wire, { as, generation }: NonNullable<RequestOptions["hookSecret"]>) {
  const secret = await wire.hookSecret?.(generation);
  if (!secret) throw new VendorFailure({ kind: "InvalidRequest", issues: ["the webhook has no secret as yet"] });
  return { [as]: secret };
}

async function oursOf(wire: Wire, { as, name }: NonNullable<RequestOptions["ours"]>) {
  const value = (await wire.apps?.())?.[name];
  if (!value) throw new OurFailure(`the operator has not set ${name} of Junction's own app at this vendor`);
  return { [as]: value };
}

async function request(wire: SignedWire, method: string, path: Path, options: RequestOptions): Promise<Reply> {
  const { outgoing, secrets } = await prepared(wire, method, path, options);
  const { credentials: _, ...sent } = outgoing;
  const cut = (error: unknown): Exchange => {
    if (!(error instanceof BrokenConnection) || !options.accept?.includes(0)) throw error;
    if (wire.sent) wire.sent.cut = true;
    return { status: 0, headers: new Headers(), text: "", now: Date.now(), url: outgoing.url };
  };
  return taken(wire, await exchange(wire, sent).catch(cut), secrets, options.accept);
}

/** The answer, if it is one; else what the vendor refused it with. */
function taken(wire: SignedWire, answer: Exchange, secrets: readonly string[], accept: RequestOptions["accept"]): Reply {
  if (accept?.includes(answer.status)) return reply(wire, answer, secrets);
  const judged = judge({ ...answer, text: redact(answer.text, secrets) }, wire.errors);
  if (!judged || (judged.said.code !== undefined && accept?.includes(judged.said.code))) return reply(wire, answer, secrets);
  throw new VendorFailure(judged.error, judged.said, wire.budget);
}

async function fetched(wire: SignedWire, path: Path, options: DownloadOptions): Promise<Download> {
  const { outgoing, secrets } = await prepared(wire, options.json || options.form ? "POST" : "GET", path, {
    ...options,
    headers: { accept: "*/*", ...options.headers },
  });
  // A vendor that fails inside a 200 does so in JSON, and a page is no file of anybody's.
  const inside = wire.errors?.inside === true || wire.errors?.success !== undefined;
  const isFile = ({ ok, headers }: Response) => {
    const type = headers.get("content-type") ?? "";
    if (options.kind !== undefined) return ok && new RegExp(`^${options.kind}(/|;|$)`, "i").test(type);
    return ok && !/^text\/html\b/i.test(type) && !(inside && /^application\/json\b/i.test(type));
  };
  const answer = await download(wire, outgoing, isFile);
  const type = answer.headers.get("content-type") ?? "application/octet-stream";
  if ("body" in answer) return { type, size: answer.size, body: answer.body, header: (name) => answer.headers.get(name) ?? undefined };
  if (options.gone?.includes(answer.status))
    throw new VendorFailure({ kind: "NotFound" }, { status: answer.status, message: "the file is there no more" });
  taken(wire, answer, secrets, undefined);
  throw new VendorFailure({ kind: "VendorUnavailable", sent: true }, { status: answer.status, message: "gave no file" });
}

const UNSIGNED: Signed = { headers: {}, query: {} };

function reply(wire: SignedWire, answer: Exchange, secrets: readonly string[]): Reply {
  const read = <S extends z.ZodMiniType>(schema: S, value: unknown): z.output<S> => {
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
