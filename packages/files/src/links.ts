/** Links to files: an address nobody can guess, for as long as it is meant to hold. */
import { type KeptFile, sha256 } from "@junction/core";
import { addFileLink, type FileRow, fileByLink } from "@junction/db";
import { type Files, keyOf } from "./files.ts";

export const LINKS = "/files/";

/** A new address for the file, which holds until `until` at the most. */
export async function link({ db, publicUrl }: Pick<Files, "db" | "publicUrl">, { id, expiresAt }: FileRow, until: number): Promise<string> {
  const secret = crypto.getRandomValues(new Uint8Array(32));
  const token = btoa(String.fromCharCode(...secret))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  await addFileLink(db, { tokenHash: await sha256(token), file: id, expiresAt: Math.min(until, expiresAt) });
  return `${publicUrl}${LINKS}${token}`;
}

/** A file as a tool's result tells of it. */
export const shown = async (files: Pick<Files, "db" | "publicUrl">, row: FileRow): Promise<KeptFile> => ({
  ...{ file_id: row.id, url: await link(files, row, row.expiresAt), type: row.type, size_bytes: row.size },
  expires_at: new Date(row.expiresAt).toISOString(),
});

/** Types a browser may show in place: none of them runs anything. */
const INLINE = /^(image\/(jpeg|png|gif|webp|avif|heic|bmp|tiff)|video\/|audio\/|application\/pdf$)/;

/** `GET /files/<token>`: whoever has the address has the file, and nothing besides. */
export async function serveLink({ db, bucket }: Pick<Files, "db" | "bucket">, request: Request, token: string): Promise<Response> {
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") return refused(405, "Only GET and HEAD.", { allow: "GET, HEAD" });
  const now = Date.now();
  const row = /^[\w-]{43}$/.test(token) ? await fileByLink(db, await sha256(token), now) : null;
  if (!row) return refused(404, "There is no such file, or the link has expired.");
  const range = rangeOf(request.headers.get("range"), row.size);
  if (range === "unsatisfiable") return refused(416, "The file is shorter than that.", { "content-range": `bytes */${row.size}` });
  const headers = new Headers({
    "content-type": row.type,
    "content-disposition": `${INLINE.test(row.type) ? "inline" : "attachment"}; filename*=UTF-8''${escaped(row.name)}`,
    "accept-ranges": "bytes",
    "cache-control": `private, max-age=${Math.floor((row.until - now) / 1000)}`,
    ...SAFE,
  });
  const { from, length } = range ?? { from: 0, length: row.size };
  if (range) headers.set("content-range", `bytes ${from}-${from + length - 1}/${row.size}`);
  if (method === "HEAD") {
    headers.set("content-length", String(length));
    return new Response(null, { headers });
  }
  const object = await bucket.get(keyOf(row), range ? { range: { offset: from, length } } : {});
  if (!object) return refused(404, "There is no such file, or the link has expired.");
  return new Response(object.body, { status: range ? 206 : 200, headers });
}

/** Nothing in a file is ours: it runs nothing, embeds nothing, and tells nobody where it was opened. */
const SAFE = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'; sandbox",
  "x-robots-tag": "noindex",
};

const refused = (status: number, words: string, headers: Readonly<Record<string, string>> = {}): Response =>
  new Response(`${words}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...SAFE, ...headers },
  });

/** RFC 8187: what of a name needs no escape in a header's extended value. */
const escaped = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replaceAll(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

interface Part {
  readonly from: number;
  readonly length: number;
}

/** RFC 9110 §14.2: one range is served; what is none, or several, is ignored, and all is sent. */
export function rangeOf(header: string | null, size: number): Part | "unsatisfiable" | null {
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { from: size - length, length };
  }
  const [from, to] = [Number(first), last === "" ? size - 1 : Math.min(Number(last), size - 1)];
  if (last !== "" && Number(last) < from) return null;
  return from >= size ? "unsatisfiable" : { from, length: to - from + 1 };
}
