/** What may be shown of a credential that stays sealed. */
import { lengthPrefixed } from "./bytes.ts";
import type { KeyEncryptionKeys } from "./keyring.ts";
import { contractorKeyForDerivation } from "./seal.ts";

const DOTS = "••••";
/** A shorter secret keeps its last four to itself: they would be too much of it. */
const SHOWS_LAST_FOUR = 16;

/**
 * 12 hexadecimal characters of a keyed hash of the secret fields. The key is derived from the contractor's, so equal secrets show
 * as equal within one contractor only, and nothing can be guessed from a fingerprint without that key.
 */
export async function fingerprint(
  keks: KeyEncryptionKeys,
  contractor: string,
  wrapped: string,
  fields: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<string> {
  const base = await contractorKeyForDerivation(keks, contractor, wrapped);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode("junction fingerprint") };
  const key = await crypto.subtle.deriveKey(derivation, base, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
  const secretFields = Object.entries(fields)
    .filter(([name]) => secrets.includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = new Uint8Array(await crypto.subtle.sign("HMAC", key, lengthPrefixed(secretFields.flat())));
  return [...hash.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Public fields as they are; secret ones as dots, with their last four characters where they are long enough and plain. */
export function masked(fields: Readonly<Record<string, string>>, secrets: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, secrets.includes(name) ? mask(value) : value]));
}

function mask(secret: string): string {
  const tail = secret.slice(-4);
  // The tail of a PEM block or of JSON tells nothing and breaks the line.
  return secret.length >= SHOWS_LAST_FOUR && /^[\w+/=-]{4}$/.test(tail) ? DOTS + tail : DOTS;
}
