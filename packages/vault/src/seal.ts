/**
 * The envelope: fields are sealed by a random data key of their own, that key is wrapped by the contractor's key, and the
 * contractor's key by a key-encryption key of the keyring. Losing the middle one shreds the contractor.
 */
import * as z from "zod";
import { type Bytes, fromBase64, lengthPrefixed, toBase64 } from "./bytes.ts";
import type { KeyEncryptionKeys } from "./keyring.ts";

const VERSION = 1;
const ALGORITHM = "A256GCM";
const IV_BYTES = 12; // 96 bits, the size GCM is made for
const AES256 = { name: "AES-GCM", length: 256 } as const;

const Header = { v: z.literal(VERSION), alg: z.literal(ALGORITHM) };
const WrappedKey = z.object({ ...Header, kek: z.string(), id: z.string(), key: z.string() });
const Sealed = z.object({ ...Header, key: z.string(), dek: z.string(), box: z.string() });
const Fields = z.record(z.string(), z.string());

/** Where a sealed credential belongs. Bound into it: moved anywhere else, it does not open. */
export interface Place {
  readonly contractor: string;
  readonly vendor: string;
  readonly type: string;
  readonly connection: string;
  readonly generation: number;
}

/** A contractor's key, unwrapped: it wraps data keys and cannot be read out. */
export interface ContractorKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/** The wrapped form of a fresh contractor key, with the ids its header names. */
export interface NewContractorKey {
  readonly id: string;
  readonly kek: string;
  readonly wrapped: string;
}

/** Makes a contractor's key, wrapped by the keyring's current key. */
export async function newContractorKey(keks: KeyEncryptionKeys, contractor: string): Promise<NewContractorKey> {
  const id = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  // Extractable only here, as wrapping has to export it.
  const key = await crypto.subtle.generateKey(AES256, true, ["wrapKey", "unwrapKey"]);
  if ("privateKey" in key) throw new TypeError("AES has no key pairs");
  return { id, kek: keks.current, wrapped: await wrapContractorKey(keks, contractor, id, key) };
}

/** Which key-encryption key a wrapped contractor key needs. */
export function wrappedBy(wrapped: string): string {
  return WrappedKey.parse(JSON.parse(wrapped)).kek;
}

export async function unwrapContractorKey(keks: KeyEncryptionKeys, contractor: string, wrapped: string): Promise<ContractorKey> {
  const { id, unwrap } = contractorKeyReader(keks, contractor, wrapped);
  return { id, key: await unwrap(AES256, false, ["wrapKey", "unwrapKey"]) };
}

/** The same secret as the base of derivations (never used as a cipher key itself): see `fingerprint`. */
export async function contractorKeyForDerivation(keks: KeyEncryptionKeys, contractor: string, wrapped: string): Promise<CryptoKey> {
  return contractorKeyReader(keks, contractor, wrapped).unwrap("HKDF", false, ["deriveKey"]);
}

/** The same contractor key under the keyring's current key: what was sealed with it stays as it is. */
export async function rewrapContractorKey(keks: KeyEncryptionKeys, contractor: string, wrapped: string): Promise<NewContractorKey> {
  const { id, unwrap } = contractorKeyReader(keks, contractor, wrapped);
  const key = await unwrap(AES256, true, ["wrapKey", "unwrapKey"]);
  return { id, kek: keks.current, wrapped: await wrapContractorKey(keks, contractor, id, key) };
}

/** Seals fields for one place under a data key made for them alone. */
export async function seal(owner: ContractorKey, place: Place, fields: Readonly<Record<string, string>>): Promise<string> {
  const dataKey = await crypto.subtle.generateKey(AES256, true, ["encrypt"]);
  if ("privateKey" in dataKey) throw new TypeError("AES has no key pairs");
  const dekIv = newIv();
  const dek = await crypto.subtle.wrapKey("raw", dataKey, owner.key, gcm(dekIv, credentialData("data key", owner.id, place)));
  const boxIv = newIv();
  const plain = new TextEncoder().encode(JSON.stringify(fields));
  const box = await crypto.subtle.encrypt(gcm(boxIv, credentialData("credential", owner.id, place)), dataKey, plain);
  const sealed: z.output<typeof Sealed> = { v: VERSION, alg: ALGORITHM, key: owner.id, dek: join(dekIv, dek), box: join(boxIv, box) };
  return JSON.stringify(sealed);
}

/** Opens what was sealed for exactly this place. Throws on anything else. */
export async function unseal(owner: ContractorKey, place: Place, text: string): Promise<Record<string, string>> {
  const sealed = Sealed.parse(JSON.parse(text));
  const dek = split(sealed.dek);
  const box = split(sealed.box);
  let plain: ArrayBuffer;
  try {
    const data = gcm(dek.iv, credentialData("data key", sealed.key, place));
    const dataKey = await crypto.subtle.unwrapKey("raw", dek.body, owner.key, data, AES256, false, ["decrypt"]);
    plain = await crypto.subtle.decrypt(gcm(box.iv, credentialData("credential", sealed.key, place)), dataKey, box.body);
  } catch (cause) {
    const { contractor, connection, generation } = place;
    throw new Error(`The credential ${contractor}/${connection} generation ${generation} does not open: altered, or another row's.`, {
      cause,
    });
  }
  return Fields.parse(JSON.parse(new TextDecoder().decode(plain)));
}

type Usage = "wrapKey" | "unwrapKey" | "deriveKey";

function contractorKeyReader(keks: KeyEncryptionKeys, contractor: string, text: string) {
  const header = WrappedKey.parse(JSON.parse(text));
  const kek = keks.keys.get(header.kek);
  if (!kek) throw new Error(`The keyring lacks key ${header.kek}, which wraps the key of contractor ${contractor}.`);
  const { iv, body } = split(header.key);
  const data = gcm(iv, contractorKeyData(contractor, header.id, header.kek));
  return {
    id: header.id,
    async unwrap(as: typeof AES256 | "HKDF", extractable: boolean, usages: Usage[]): Promise<CryptoKey> {
      try {
        return await crypto.subtle.unwrapKey("raw", body, kek, data, as, extractable, usages);
      } catch (cause) {
        throw new Error(`The key of contractor ${contractor} does not open with ${header.kek}: altered, or another contractor's.`, {
          cause,
        });
      }
    },
  };
}

async function wrapContractorKey(keks: KeyEncryptionKeys, contractor: string, id: string, key: CryptoKey): Promise<string> {
  const kek = keks.keys.get(keks.current);
  if (!kek) throw new Error(`The keyring lacks its current key ${keks.current}.`);
  const iv = newIv();
  const body = await crypto.subtle.wrapKey("raw", key, kek, gcm(iv, contractorKeyData(contractor, id, keks.current)));
  const wrapped: z.output<typeof WrappedKey> = { v: VERSION, alg: ALGORITHM, kek: keks.current, id, key: join(iv, body) };
  return JSON.stringify(wrapped);
}

function contractorKeyData(contractor: string, id: string, kek: string): Bytes {
  return lengthPrefixed(["junction contractor key", String(VERSION), ALGORITHM, kek, id, contractor]);
}

function credentialData(what: "data key" | "credential", key: string, place: Place): Bytes {
  const { contractor, vendor, type, connection, generation } = place;
  return lengthPrefixed([`junction ${what}`, String(VERSION), ALGORITHM, key, contractor, vendor, type, connection, String(generation)]);
}

function gcm(iv: Bytes, additionalData: Bytes) {
  return { name: "AES-GCM", iv, additionalData, tagLength: 128 } as const;
}

function newIv(): Bytes {
  return crypto.getRandomValues(new Uint8Array(IV_BYTES));
}

function join(iv: Bytes, body: ArrayBuffer): string {
  const bytes = new Uint8Array(IV_BYTES + body.byteLength);
  bytes.set(iv);
  bytes.set(new Uint8Array(body), IV_BYTES);
  return toBase64(bytes);
}

function split(text: string): { iv: Bytes; body: Bytes } {
  const bytes = fromBase64(text);
  return { iv: bytes.subarray(0, IV_BYTES), body: bytes.subarray(IV_BYTES) };
}
