/** Storing, opening, describing and destroying credentials. */
import type { CredentialDescription, CredentialRef, OpenAsk, Opened } from "@junction/core";
import { fingerprint, masked, newContractorKey, seal, unseal, unwrapContractorKey, wrappedBy } from "@junction/vault";
import type { StoreAsk } from "./border.ts";
import { type Copy, copyOf, fillKv, forget, fromKv, fromMemory, toMemory } from "./cache.ts";
import { recordOpen } from "./opens.ts";
import {
  ensureKey,
  isLive,
  type KeyRow,
  type LiveRow,
  readCredential,
  readKey,
  revokeCredential,
  type Sealed,
  writeCredential,
} from "./store.ts";
import type { Vault } from "./vault.ts";

const ABSENT = { ok: false, reason: "absent" } as const;
/** Each round of a race has a winner, so this many stores at once all come through. */
const ROUNDS = 64;

/** Who opens and why, as the record has it. */
export interface Opening {
  readonly vendor: string;
  readonly purpose: string;
  readonly call: string;
}

/** Seals a new generation and makes it the current one; of concurrent stores each gets a generation of its own. */
export async function storeCredential(vault: Vault, ask: StoreAsk): Promise<LiveRow> {
  const key = await contractorKey(vault, ask.contractor);
  for (let round = 0; round < ROUNDS; round++) {
    const current = await readCredential(vault.db, ask);
    if (current && current.vendor !== ask.vendor)
      throw new Error(`The connection ${ask.connection} cannot hold a credential of ${ask.vendor}.`);
    const row = await writeGeneration(
      vault,
      key,
      ask,
      (current?.generation ?? 0) + 1,
      current && isLive(current) ? current.created_at : null,
    );
    if (row) return row;
    await refuseShredded(vault, ask.contractor);
  }
  throw tooOften(ask.connection);
}

/** Writes one generation if it is the next; null if another was faster. `known`: the fingerprint it keeps, where it is a renewal. */
export async function writeGeneration(
  vault: Vault,
  key: KeyRow & { readonly wrapped: string },
  ask: StoreAsk,
  generation: number,
  createdAt: number | null,
  known?: string,
): Promise<LiveRow | null> {
  const { contractor, connection, vendor, type, fields, secrets, expiresAt } = ask;
  const owner = await unwrapContractorKey(vault.keks, contractor, key.wrapped);
  const now = Date.now();
  const row: Sealed = {
    contractor,
    connection,
    vendor,
    type,
    generation,
    sealed: await seal(owner, { contractor, vendor, type, connection, generation }, fields),
    fingerprint: known ?? (await fingerprint(vault.keks, contractor, key.wrapped, fields, secrets)),
    shown: masked(fields, secrets),
    secrets: [...secrets],
    updated_at: now,
    expires_at: expiresAt ?? null,
    keyId: owner.id,
  };
  if (!(await writeCredential(vault.db, row))) return null;
  const live: LiveRow = { ...row, created_at: createdAt ?? now, wrapped: key.wrapped };
  toMemory(live, copyOf(live), now);
  vault.ctx.waitUntil(fillKv(vault.kv, vault.db, live));
  return live;
}

/** Opens the generation asked for or a newer one: from memory, else KV, else D1. */
export async function openCredential(vault: Vault, vendor: string, ask: OpenAsk): Promise<Opened> {
  const now = Date.now();
  const opening = { vendor, purpose: ask.purpose, call: ask.call };
  const inMemory = fromMemory(ask, now);
  if (serves(vault, inMemory, vendor, ask.generation)) {
    const opened = await openCached(vault, ask, inMemory, opening);
    if (opened) return opened;
  }
  const inKv = await fromKv(vault.kv, ask);
  if (serves(vault, inKv, vendor, ask.generation)) {
    const opened = await openCached(vault, ask, inKv, opening);
    if (opened) {
      toMemory(ask, inKv, now);
      return opened;
    }
  }
  const row = await readCredential(vault.db, ask);
  if (!isLive(row) || row.vendor !== vendor || row.generation < ask.generation) return ABSENT;
  const opened = await openCopy(vault, ask, copyOf(row), opening);
  toMemory(row, copyOf(row), now);
  vault.ctx.waitUntil(fillKv(vault.kv, vault.db, row));
  return opened;
}

/** Opens the current generation as D1 has it, whatever the caches hold. */
export async function openCurrent(vault: Vault, ref: CredentialRef, opening: Opening): Promise<Opened> {
  const row = await readCredential(vault.db, ref);
  return isLive(row) && row.vendor === opening.vendor ? openCopy(vault, ref, copyOf(row), opening) : ABSENT;
}

/** Opens a copy and records that it did. Throws if it is not what was sealed for this very place. */
export async function openCopy(vault: Vault, ref: CredentialRef, copy: Copy, opening: Opening): Promise<Opened & { readonly ok: true }> {
  const { contractor, connection } = ref;
  const { type, generation, expiresAt } = copy;
  const owner = await unwrapContractorKey(vault.keks, contractor, copy.wrapped);
  // The vendor is the caller's, not the row's: a row relabelled for another vendor does not open.
  const fields = await unseal(owner, { contractor, vendor: opening.vendor, type, connection, generation }, copy.sealed);
  recordOpen(vault.ctx, vault.db, { at: Date.now(), contractor, connection, ...opening });
  return { ok: true, type, fields, generation, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

export async function revoke(vault: Vault, ref: CredentialRef): Promise<void> {
  await revokeCredential(vault.db, ref, Date.now());
  await forget(vault.kv, [ref]);
}

export async function describe(vault: Vault, ref: CredentialRef): Promise<CredentialDescription | null> {
  const row = await readCredential(vault.db, ref);
  return isLive(row) ? description(row) : null;
}

export function description(row: LiveRow): CredentialDescription {
  const { contractor, connection, vendor, type, generation } = row;
  return {
    contractor,
    connection,
    vendor,
    type,
    generation,
    fingerprint: row.fingerprint,
    shown: row.shown,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  };
}

/** A copy whose wrap needs a retired key is as good as none: D1 has the new wrap. */
function serves(vault: Vault, copy: Copy | null, vendor: string, generation: number): copy is Copy {
  return copy !== null && copy.vendor === vendor && copy.generation >= generation && vault.keks.keys.has(wrappedBy(copy.wrapped));
}

/** A copy that does not open is not the last word, since it is only a copy: D1 decides. */
async function openCached(vault: Vault, ref: CredentialRef, copy: Copy, opening: Opening): Promise<Opened | null> {
  try {
    return await openCopy(vault, ref, copy, opening);
  } catch (error) {
    console.warn(JSON.stringify({ at: "vault.cache", message: "a cached copy does not open", error: String(error) }));
    return null;
  }
}

/** The contractor's wrapped key, made where there is none. Throws once it was shredded. */
export async function contractorKey(vault: Vault, contractor: string): Promise<KeyRow & { readonly wrapped: string }> {
  const held = await readKey(vault.db, contractor);
  const key = held ?? (await ensureKey(vault.db, contractor, await newContractorKey(vault.keks, contractor), Date.now()));
  if (key.wrapped === null) throw shredded(contractor);
  return { ...key, wrapped: key.wrapped };
}

/** Throws where a write lost not to another write but to a shred. */
export async function refuseShredded(vault: Vault, contractor: string): Promise<void> {
  if (!(await readKey(vault.db, contractor))?.wrapped) throw shredded(contractor);
}

export const tooOften = (connection: string) => new Error(`The connection ${connection} is being stored too often at once.`);

function shredded(contractor: string): Error {
  return new Error(`The contractor ${contractor} was shredded: nothing can be stored for it any more.`);
}
