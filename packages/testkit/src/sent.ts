/** What a vendor was sent. */

/** A request as it left a vendor's Worker, as plain data. */
export interface Arrived {
  readonly method: string;
  readonly host: string;
  /** Path and query, still encoded. */
  readonly rest: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly text?: string;
  /** In the text's place, where the body is none. */
  readonly base64?: string;
}

/** A request as the vendor would get it. */
export interface Sent {
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

export const sentOf = ({ headers, text = "", base64, ...one }: Arrived): Promise<Sent> =>
  readSent({
    ...one,
    headers: new Headers(headers as [string, string][]),
    bytes: Buffer.from(base64 ?? text, base64 === undefined ? "utf8" : "base64"),
  });

/** Reads a request: its query, its body as text, and the fields of its form. */
export async function readSent({
  method,
  host,
  rest,
  headers,
  bytes,
}: Pick<Arrived, "method" | "host" | "rest"> & { readonly headers: Headers; readonly bytes: Buffer }): Promise<Sent> {
  const [path = "", ...query] = rest.split("?");
  return {
    ...{ method, host, path, headers, bytes },
    query: new URLSearchParams(query.join("?")),
    url: `https://${host}${rest}`,
    body: bytes.toString("utf8"),
    form: await formOf(headers.get("content-type") ?? "", bytes),
  };
}

async function formOf(type: string, body: Buffer): Promise<URLSearchParams | undefined> {
  if (type.startsWith("application/x-www-form-urlencoded")) return new URLSearchParams(body.toString("utf8"));
  if (!type.startsWith("multipart/form-data")) return undefined;
  const parts = await new Response(body, { headers: { "content-type": type } }).formData();
  return new URLSearchParams([...parts].map(([name, value]): [string, string] => [name, typeof value === "string" ? value : value.name]));
}
