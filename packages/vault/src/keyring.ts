/**
 * The versioned keyring of key-encryption keys. Rotation has three stages, each rolled out before the next: `addKey` (every
 * isolate can open with the new key before any wraps with it), `promoteKey` and re-wrap, `retireKey` once nothing is wrapped by the old.
 */
import * as z from "zod";
import { type Bytes, fromBase64, toBase64 } from "./bytes.ts";

const KeyId = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, "a key id is 1 to 32 letters, digits, _ or -");

const Keyring = z
  .object({ current: KeyId, keys: z.record(KeyId, z.string().refine(is256Bits, "a key is 32 bytes in base64")) })
  .refine((ring) => Object.hasOwn(ring.keys, ring.current), { path: ["current"], error: "names a key that keys does not hold" });
/** As kept in the secret `KEYRING`: which key wraps what is new, and every key that may still open what is old. */
export type Keyring = z.output<typeof Keyring>;

/** The keyring's keys, imported: they wrap and unwrap contractor keys and cannot be read out. */
export interface KeyEncryptionKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, CryptoKey>;
}

/** Reads the secret's text. Throws without a usable keyring, and never quotes it, since it is the master key. */
export function parseKeyring(text: string | undefined): Keyring {
  if (text === undefined || text.trim() === "") throw new Error("The vault refuses to start: KEYRING is not set.");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new Error("The vault refuses to start: KEYRING is not JSON.");
  }
  const parsed = Keyring.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`);
  throw new Error(`The vault refuses to start: KEYRING is malformed: ${issues.join("; ")}.`);
}

/** Imports every key, not extractable. */
export async function importKeyring(ring: Keyring): Promise<KeyEncryptionKeys> {
  const keys = new Map<string, CryptoKey>();
  for (const [id, key] of Object.entries(ring.keys)) {
    keys.set(id, await crypto.subtle.importKey("raw", fromBase64(key), "AES-GCM", false, ["wrapKey", "unwrapKey"]));
  }
  return { current: ring.current, keys };
}

/** A keyring of one fresh key. */
export function newKeyring(key: Bytes = random256()): Keyring {
  return { current: "k1", keys: { k1: toBase64(key) } };
}

/** Stage 1: a fresh key that opens, while the current one still wraps. Its id is one above the highest number so far. */
export function addKey(ring: Keyring, key: Bytes = random256()): { readonly keyring: Keyring; readonly id: string } {
  const numbers = Object.keys(ring.keys).map((id) => Number(/^k(\d+)$/.exec(id)?.[1] ?? 0));
  const id = `k${Math.max(...numbers) + 1}`;
  return { keyring: { current: ring.current, keys: { ...ring.keys, [id]: toBase64(key) } }, id };
}

/** Stage 2: makes a key that every isolate has by now the one that wraps; re-wrap contractor keys after it. */
export function promoteKey(ring: Keyring, id: string): Keyring {
  if (!Object.hasOwn(ring.keys, id)) throw new Error(`The keyring has no key ${id}.`);
  return { ...ring, current: id };
}

/** Stage 3: forgets a key. Only safe once `VaultAdmin.keyring()` says that it wraps nothing. */
export function retireKey(ring: Keyring, id: string): Keyring {
  if (!Object.hasOwn(ring.keys, id)) throw new Error(`The keyring has no key ${id}.`);
  if (ring.current === id) throw new Error(`${id} is the current key: promote another before retiring it.`);
  return { current: ring.current, keys: Object.fromEntries(Object.entries(ring.keys).filter(([other]) => other !== id)) };
}

function random256(): Bytes {
  return crypto.getRandomValues(new Uint8Array(32));
}

function is256Bits(text: string): boolean {
  try {
    return fromBase64(text).length === 32;
  } catch {
    return false; // not base64 at all
  }
}
