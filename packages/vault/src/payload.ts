/** Customers' data in the gateway's database, sealed text by text under a key derived from the contractor's own. */
import { fromBase64, lengthPrefixed, toBase64 } from "./bytes.ts";
import type { KeyEncryptionKeys } from "./keyring.ts";
import { contractorKeyForDerivation } from "./seal.ts";

const VERSION = "1";
const IV_BYTES = 12;
const utf8 = new TextEncoder();

/** The key of a contractor's payloads: lost with the contractor's own, and of no use for credentials. */
export async function payloadKey(keks: KeyEncryptionKeys, contractor: string, wrapped: string): Promise<CryptoKey> {
  const base = await contractorKeyForDerivation(keks, contractor, wrapped);
  const derivation = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8.encode("junction payload") };
  return crypto.subtle.deriveKey(derivation, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seals a text for its row: under any other id, or another contractor, it does not open. */
export async function sealPayload(key: CryptoKey, contractor: string, id: string, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: place(contractor, id) }, key, utf8.encode(text));
  const bytes = new Uint8Array(IV_BYTES + box.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(box), IV_BYTES);
  return `${VERSION}.${toBase64(bytes)}`;
}

/** The text, or null where this was not sealed for exactly this row, by this key. */
export async function openPayload(key: CryptoKey, contractor: string, id: string, sealed: string): Promise<string | null> {
  const [version, box] = sealed.split(".");
  if (version !== VERSION || box === undefined) return null;
  try {
    const bytes = fromBase64(box);
    const algorithm = { name: "AES-GCM", iv: bytes.subarray(0, IV_BYTES), additionalData: place(contractor, id) };
    return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES)));
  } catch (error) {
    // Moved, altered or garbled: which of them, nobody can tell, and the caller need not.
    if (error instanceof Error) return null;
    throw error;
  }
}

const place = (contractor: string, id: string) => lengthPrefixed(["junction payload", VERSION, "A256GCM", contractor, id]);
