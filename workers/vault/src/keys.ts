/** Rotating the keyring, and destroying a contractor's key. */
import { rewrapContractorKey } from "@junction/vault";
import { forget } from "./cache.ts";
import { forgetPayloadKey } from "./payloads.ts";
import { countWraps, readKeysWrappedBy, replaceWraps, shredContractor } from "./store.ts";
import type { Vault } from "./vault.ts";

export async function shred(vault: Vault, contractor: string): Promise<{ readonly credentials: number }> {
  const { lived, connections } = await shredContractor(vault.db, contractor, Date.now());
  forgetPayloadKey(contractor);
  await forget(
    vault.kv,
    connections.map((connection) => ({ contractor, connection })),
  );
  return { credentials: lived };
}

/** Every key of the keyring, and any it lacks though something is still wrapped by it. */
export async function keyring(
  vault: Vault,
): Promise<{ readonly current: string; readonly keys: readonly { id: string; wraps: number }[] }> {
  const wraps = new Map((await countWraps(vault.db)).map((tally) => [tally.kek, tally.wraps]));
  const ids = [...new Set([...vault.keks.keys.keys(), ...wraps.keys()])].sort();
  return { current: vault.keks.current, keys: ids.map((id) => ({ id, wraps: wraps.get(id) ?? 0 })) };
}

/**
 * Moves contractor keys to the current key-encryption key. Cached copies keep the old wrap: they open while its key is in the
 * keyring, and are passed over for D1 once it is retired.
 */
export async function rewrap(vault: Vault, limit: number): Promise<{ readonly left: number }> {
  const { current, keys } = vault.keks;
  const older = [...keys.keys()].filter((id) => id !== current);
  const wraps = [];
  for (const { contractor, wrapped } of await readKeysWrappedBy(vault.db, older, limit)) {
    if (wrapped === null) continue;
    const next = await rewrapContractorKey(vault.keks, contractor, wrapped);
    wraps.push({ contractor, from: wrapped, to: next.wrapped, kek: next.kek });
  }
  if (wraps.length > 0) await replaceWraps(vault.db, wraps);
  const rest = (await countWraps(vault.db)).filter((tally) => tally.kek !== current);
  const lost = rest.filter((tally) => !keys.has(tally.kek)).map((tally) => tally.kek);
  // Nothing this keyring can do: going on would never end.
  if (lost.length > 0 && lost.length === rest.length)
    throw new Error(`Contractor keys are wrapped by ${lost.join(", ")}, which the keyring lacks.`);
  return { left: rest.reduce((sum, tally) => sum + tally.wraps, 0) };
}
