/** What a request carries: the ways to write a body, and the credential where a vendor wants it in there. */
import { VendorFailure } from "./failure.ts";
import type { Fields } from "./fields.ts";
import { joined, type Piece, type Streamed } from "./transfer.ts";

export type Scalar = string | number | boolean | undefined;
export type Params = Readonly<Record<string, Scalar | readonly string[]>>;
/** A value that the kit puts in and the action never sees: of the contractor's credential, or of our own app's at this vendor. */
export type Sealed = { readonly field: string } | { readonly platform: string };

/** A file within a form. */
export interface FilePart {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly body: ReadableStream<Uint8Array> | Uint8Array;
}

/** At most one of these. */
export interface Body {
  readonly json?: unknown;
  /**
   * Sent as application/x-www-form-urlencoded; a list repeats the name. A request with a sealed value carries its credential there,
   * and is not signed besides: no request is to authenticate in two ways (RFC 6750 §2).
   */
  readonly form?: Readonly<Record<string, Scalar | readonly string[] | Sealed>>;
  /** Sent as multipart/form-data, for vendors that describe nothing else. */
  readonly multipart?: Readonly<Record<string, Scalar | readonly string[] | FilePart | readonly FilePart[]>>;
  /** A body of any other media type. */
  readonly text?: { readonly type: string; readonly body: string };
  /** Bytes as they are; a stream goes through, with its length said, and is never held. */
  readonly bytes?: { readonly type: string; readonly size?: number } & (
    | { readonly body: Uint8Array }
    | { readonly body: ReadableStream<Uint8Array>; readonly size: number }
  );
}

export interface Unsealed {
  readonly params: Params;
  /** Whether there was anything sealed. */
  readonly sealed: boolean;
  /** Those of our own app's values that were put in. */
  readonly ours: Fields;
}

/** A form with its sealed values in place. */
export async function unsealed(
  form: NonNullable<Body["form"]>,
  fields: Fields,
  apps: (() => Promise<Fields>) | undefined,
): Promise<Unsealed> {
  const [params, ours]: [Record<string, Params[string]>, Record<string, string>] = [{}, {}];
  let sealed = false;
  for (const [name, value] of Object.entries(form)) {
    if (typeof value !== "object" || !("field" in value || "platform" in value)) {
      params[name] = value;
      continue;
    }
    const held = "field" in value ? fields[value.field] : (await apps?.())?.[value.platform];
    if (!held) throw new VendorFailure({ kind: "InvalidRequest", issues: [`give ${"field" in value ? value.field : value.platform}`] });
    params[name] = held;
    if ("platform" in value) ours[`our ${value.platform}`] = held;
    sealed = true;
  }
  return { params, sealed, ours };
}

/** The body as it is sent; says its media type in `headers`. */
export function written(
  body: Omit<Body, "form"> & { readonly form: Params | undefined },
  headers: Headers,
): { readonly body?: string | FormData | Uint8Array | Streamed } {
  if (body.form) {
    headers.set("content-type", "application/x-www-form-urlencoded");
    const form = new URLSearchParams();
    append(form, body.form);
    return { body: form.toString() };
  }
  if (body.multipart) return multipart(body.multipart, headers);
  if (body.bytes) {
    const { type, body: content, size = 0 } = body.bytes;
    headers.set("content-type", type);
    return { body: joined([content instanceof Uint8Array ? content : { size, body: content }]) };
  }
  if (body.text) {
    headers.set("content-type", body.text.type);
    return { body: body.text.body };
  }
  if (body.json === undefined) return {};
  headers.set("content-type", "application/json");
  return { body: JSON.stringify(body.json) };
}

export function append(to: { append(name: string, value: string): void }, params: Params): void {
  for (const [name, value] of Object.entries(params))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) to.append(name, String(one));
}

type Multipart = NonNullable<Body["multipart"]>;
const isFile = (value: Multipart[string] | string): value is FilePart => typeof value === "object" && !Array.isArray(value);

/** RFC 7578. Without files the platform writes it; with files we do, so that they go through, and the length is known before the first byte. */
function multipart(fields: Multipart, headers: Headers): { readonly body: FormData | Uint8Array | Streamed } {
  const all = Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: Scalar | FilePart) => (one === undefined ? [] : [[name, one] as const])),
  );
  if (!all.some(([, value]) => isFile(value))) {
    const form = new FormData();
    for (const [name, value] of all) form.append(name, String(value));
    return { body: form }; // the platform makes the boundary, and with it the content type
  }
  const boundary = `junction-${crypto.randomUUID()}`;
  headers.set("content-type", `multipart/form-data; boundary=${boundary}`);
  const text = (written: string) => new TextEncoder().encode(written);
  const pieces = all.flatMap(([name, value]): Piece[] => {
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`;
    if (!isFile(value)) return [text(`${head}\r\n\r\n${value}\r\n`)];
    const { body, size } = value;
    return [
      text(`${head}; filename="${quoted(value.name)}"\r\ncontent-type: ${value.type.replaceAll(/[\r\n]/g, "")}\r\n\r\n`),
      body instanceof Uint8Array ? body : { size, body },
      text("\r\n"),
    ];
  });
  return { body: joined([...pieces, text(`--${boundary}--\r\n`)]) };
}

/** As browsers write a name (HTML, multipart/form-data encoding algorithm): no value can end its line or its quotes. */
const quoted = (name: string): string => name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
