/** What a vendor's `verify` is written with. Every comparison takes the same time whatever differs. */
import type { Delivery } from "@junction/core";
import type * as z from "zod/mini";

type Bytes = Uint8Array<ArrayBuffer>;
const utf8 = (text: string): Bytes => Uint8Array.from(new TextEncoder().encode(text));
const bytesOf = (data: string | Uint8Array): Bytes => (typeof data === "string" ? utf8(data) : joined(data));

/** HMAC of the data, in the writing the vendor uses. A key given as text is its UTF-8 bytes. */
export async function hmac(
  hash: "SHA-1" | "SHA-256" | "SHA-512",
  key: string | Uint8Array,
  data: string | Uint8Array,
  as: "hex" | "base64",
): Promise<string> {
  if (key.length === 0) throw new Error("an empty key proves nothing"); // the kit never hands one on
  const imported = await crypto.subtle.importKey("raw", bytesOf(key), { name: "HMAC", hash }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", imported, bytesOf(data)));
  return as === "hex" ? hex(mac) : btoa(String.fromCharCode(...mac));
}

/**
 * Whether an ECDSA signature over P-256 and SHA-256 is this key's. The key is an SPKI, the signature DER, both in Base64. What is no key
 * proves nothing.
 */
export async function ecdsa(
  publicKeySpkiBase64: string,
  derSignatureBase64: string | undefined,
  data: string | Uint8Array,
): Promise<boolean> {
  const spki = fromBase64(publicKeySpkiBase64.replace(/\s/g, ""));
  const signature = rawSignature(fromBase64(derSignatureBase64 ?? ""), 32);
  if (!spki || !signature) return false;
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  try {
    const key = await crypto.subtle.importKey("spki", spki, algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, key, signature, bytesOf(data));
  } catch (error) {
    if (error instanceof DOMException) return false; // a key cut short, or of another curve
    throw error;
  }
}

/** DER's SEQUENCE of two INTEGERs as WebCrypto wants it: both at full width, one after the other. Null where it is none. */
function rawSignature(der: Bytes | null, width: number): Bytes | null {
  if (der?.[0] !== 0x30 || der[1] !== der.length - 2) return null;
  const raw = new Uint8Array(2 * width);
  let at = 2;
  for (const end of [width, 2 * width]) {
    const [tag, length = 0] = der.subarray(at, at + 2);
    const number = der.subarray(at + 2, at + 2 + length);
    if (tag !== 0x02 || length === 0 || number.length !== length) return null;
    const digits = number.subarray(number.findIndex((byte) => byte !== 0)); // a zero before keeps it from reading as negative
    if (digits.length > width) return null;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : null;
}

/** Hexadecimal digest, lower case. */
export async function digest(hash: "SHA-256", data: string | Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest(hash, bytesOf(data))));
}

/** Whether two texts are the same, in a time that tells nothing of where they differ. Absent is never the same. */
export function same(given: string | undefined, wanted: string): boolean {
  const [a, b] = [utf8(given ?? ""), utf8(wanted)];
  let different = a.length ^ b.length;
  for (let i = 0; i < b.length; i++) different |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return given !== undefined && wanted !== "" && different === 0;
}

/** The body as text. */
export const textOf = ({ body }: Pick<Delivery, "body">): string => new TextDecoder().decode(body);

/** The JSON body, read by a schema. Throws where it is none, or does not fit: the kit keeps such a delivery for later. */
export const jsonOf = <S extends z.ZodMiniType>(delivery: Pick<Delivery, "body">, schema: S): z.output<S> =>
  schema.parse(JSON.parse(textOf(delivery)));

/** The fields of a form body, repeated names kept. */
export const formOf = (delivery: Pick<Delivery, "body">): URLSearchParams => new URLSearchParams(textOf(delivery));

/** The parts of a multipart body by name, files as their text; null where it is no such body. */
export async function multipartOf({ body, headers }: Pick<Delivery, "body" | "headers">): Promise<ReadonlyMap<string, string> | null> {
  const type = headers["content-type"] ?? "";
  if (!/^multipart\/form-data\b/i.test(type)) return null;
  try {
    const parts = await new Response(joined(body), { headers: { "content-type": type } }).formData();
    return new Map(
      await Promise.all([...parts].map(async ([name, part]) => [name, typeof part === "string" ? part : await part.text()] as const)),
    );
  } catch (error) {
    if (error instanceof TypeError) return null; // so the platform tells a body that is cut, or has no such boundary
    throw error;
  }
}

/** Text joined with bytes, as many schemes sign them: `<timestamp>.<body>`. */
export function joined(...parts: readonly (string | Uint8Array)[]): Bytes {
  const all = parts.map((part) => (typeof part === "string" ? utf8(part) : part));
  const whole = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of all) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Base64, or base64url, to bytes; null where it is neither. */
export function fromBase64(text: string): Bytes | null {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, "").length % 4 === 1) return null;
  return Uint8Array.from(atob(text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** `t=1,v1=abc,v1=def` → each name with its values in order. */
export function pairs(header: string | undefined, separator = ","): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = Object.create(null);
  for (const part of (header ?? "").split(separator)) {
    const at = part.indexOf("=");
    if (at <= 0) continue;
    const name = part.slice(0, at).trim();
    found[name] = [...(found[name] ?? []), part.slice(at + 1).trim()];
  }
  return found;
}

/** Seconds since the epoch as a vendor writes them; undefined where it is no such number. */
export const seconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,13}$/.test(text) ? Number(text) : undefined;

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
