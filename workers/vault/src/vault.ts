/** What every operation works with. It cannot be had without a keyring, so nothing runs without one. */
import { importKeyring, type KeyEncryptionKeys, parseKeyring } from "@junction/vault";
import type { RefreshLease } from "./refresh-lease.ts";

export interface VaultEnv {
  readonly DB: D1Database;
  readonly CACHE: KVNamespace;
  readonly LEASE: DurableObjectNamespace<RefreshLease>;
  readonly KEYRING?: string;
  /** How long a refresh lease lasts, in milliseconds; half a minute if not set. */
  readonly LEASE_MS?: string;
}

export interface Vault {
  readonly db: D1Database;
  readonly kv: KVNamespace;
  readonly leases: DurableObjectNamespace<RefreshLease>;
  readonly keks: KeyEncryptionKeys;
  readonly ctx: ExecutionContext;
}

/** Imported once in an isolate. The keys themselves, not their promise: one request may not wait on another's. */
let imported: { readonly text: string | undefined; readonly keks: KeyEncryptionKeys } | undefined;

/** Throws, saying what is wrong, unless the keyring is whole. */
export async function openVault(env: VaultEnv, ctx: ExecutionContext): Promise<Vault> {
  if (imported?.text !== env.KEYRING || imported === undefined) {
    imported = { text: env.KEYRING, keks: await importKeyring(parseKeyring(env.KEYRING)) };
  }
  return { db: env.DB, kv: env.CACHE, leases: env.LEASE, keks: imported.keks, ctx };
}
