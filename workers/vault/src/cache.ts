/**
 * Copies of ciphertext in front of D1: a few in the isolate's memory, all in KV. A copy carries the wrapped contractor key, so
 * a warm open reads nothing else. A copy may be stale; what makes that safe is that callers name the generation they want.
 *
 * What is revoked or shredded can still be opened by one who asks for the dead generation: from another isolate's memory for
 * `MEMORY_MS`, from another place's KV for about a minute. Dispatch refuses a dead connection before it asks.
 */
import type { CredentialRef, CredentialType } from "@junction/core";
import { CredentialType as CredentialTypes } from "@junction/core";
import * as z from "zod";
import { isLive, type LiveRow, readCredential } from "./store.ts";

const MEMORY_MS = 60_000;
const MEMORY_ENTRIES = 512;
/** Bounds how long a copy can outlive what it copies, should deleting it go wrong; also how long an old key's wrap stays in KV. */
const KV_SECONDS = 3600;

const Copy = z.object({
  vendor: z.string(),
  type: CredentialTypes,
  generation: z.number(),
  sealed: z.string(),
  wrapped: z.string(),
  expiresAt: z.number().optional(),
});
/** All that opening needs, and nothing in the clear. */
export interface Copy {
  readonly vendor: string;
  readonly type: CredentialType;
  readonly generation: number;
  readonly sealed: string;
  readonly wrapped: string;
  readonly expiresAt?: number | undefined;
}

const memory = new Map<string, { readonly copy: Copy; readonly until: number }>();

/** The copy in memory, if it is fresh. */
export function fromMemory(ref: CredentialRef, now: number): Copy | null {
  const held = memory.get(name(ref));
  return held !== undefined && now < held.until ? held.copy : null;
}

/** The copy in KV. A failing or garbled KV is as good as an empty one, and is logged. */
export async function fromKv(kv: KVNamespace, ref: CredentialRef): Promise<Copy | null> {
  try {
    const copy = await kv.get(name(ref), "json");
    return copy === null ? null : Copy.parse(copy);
  } catch (error) {
    warn("KV copy is unreadable", ref, error);
    return null;
  }
}

export function toMemory(ref: CredentialRef, copy: Copy, now: number): void {
  const key = name(ref);
  const held = memory.get(key);
  if (held && held.copy.generation > copy.generation) return;
  memory.delete(key); // a Map keeps the order of insertion: the oldest is the first
  memory.set(key, { copy, until: now + MEMORY_MS });
  for (const oldest of memory.keys()) {
    if (memory.size <= MEMORY_ENTRIES) break;
    memory.delete(oldest);
  }
}

/**
 * Writes a row's copy to KV, then looks again: whatever changed the row meanwhile may have deleted the copy before this wrote
 * it, and a revoked or shredded one must not linger.
 */
export async function fillKv(kv: KVNamespace, db: D1Database, row: LiveRow): Promise<void> {
  try {
    await kv.put(name(row), JSON.stringify(copyOf(row)), { expirationTtl: KV_SECONDS });
    const now = await readCredential(db, row);
    if (!isLive(now) || now.generation !== row.generation || now.wrapped !== row.wrapped) await kv.delete(name(row));
  } catch (error) {
    warn("KV copy was not refreshed", row, error);
  }
}

/** Forgets every copy within reach. Throws if KV does, so that a revoke or shred is repeated. */
export async function forget(kv: KVNamespace, refs: readonly CredentialRef[]): Promise<void> {
  for (const ref of refs) memory.delete(name(ref));
  await Promise.all(refs.map((ref) => kv.delete(name(ref))));
}

export function copyOf(row: LiveRow): Copy {
  const { vendor, type, generation, sealed, wrapped, expires_at } = row;
  return { vendor, type, generation, sealed, wrapped, ...(expires_at === null ? {} : { expiresAt: expires_at }) };
}

function name(ref: CredentialRef): string {
  return `${ref.contractor}/${ref.connection}`; // neither id can hold a slash
}

function warn(message: string, ref: CredentialRef, error: unknown): void {
  const { contractor, connection } = ref;
  console.warn(JSON.stringify({ at: "vault.cache", message, contractor, connection, error: String(error) }));
}
