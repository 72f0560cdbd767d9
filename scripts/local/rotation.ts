/** The three stages of a new key-encryption key: added, promoted and re-wrapped, the old one retired. Calls go on all the while. */
import type { VaultAdminRpc } from "@junction/core";
import { addKey, type Keyring, promoteKey, retireKey } from "@junction/vault";
import { CommandError } from "../command.ts";

export interface Rotation {
  /** The vault, wherever it runs. */
  readonly vault: Pick<VaultAdminRpc, "keyring" | "rewrap">;
  /** The keyring as the operator keeps it. */
  readonly keyring: Keyring;
  /** Keeps the keyring and hands it to the vault; done once the vault goes on with it. */
  readonly roll: (keyring: Keyring) => Promise<void>;
  readonly say: (line: string) => void;
}

const REWRAP_AT_ONCE = 100;

/** Rotates the keyring; an earlier rotation that was cut short is finished instead. Gives the keyring at the end. */
export async function rotate({ vault, keyring: begun, roll, say }: Rotation): Promise<Keyring> {
  const known = await vault.keyring();
  const strange = known.keys.map(({ id }) => id).filter((id) => !Object.hasOwn(begun.keys, id));
  // Going on would leave behind what that key wraps.
  if (strange.length > 0)
    throw new CommandError(
      `The vault holds the key ${strange.join(", ")}, which this keyring lacks. It is not the vault's keyring, or an old copy of it.`,
    );

  let ring = begun;
  let next = newest(ring);
  if (next === ring.current) {
    if (Object.keys(ring.keys).length === 1) {
      const added = addKey(ring);
      [ring, next] = [added.keyring, added.id];
      await roll(ring);
      say(`added ${next}: it opens, ${ring.current} still wraps`);
    }
  } else say(`${next} was added by a rotation that was cut short: going on with it`);

  if (ring.current !== next) {
    ring = promoteKey(ring, next);
    await roll(ring);
    say(`promoted ${next}: it wraps what is new`);
  }
  for (let left = Number.POSITIVE_INFINITY; left > 0; ) {
    const before = left;
    ({ left } = await vault.rewrap({ limit: REWRAP_AT_ONCE }));
    if (left >= before)
      throw new CommandError(
        `${left} contractor keys do not re-wrap. Nothing is lost: every key is still in the keyring. Look at the vault's log, then run this again.`,
      );
  }
  say("re-wrapped every contractor key");

  for (const old of Object.keys(ring.keys).filter((id) => id !== next)) {
    const wraps = (await vault.keyring()).keys.find(({ id }) => id === old)?.wraps ?? 0;
    if (wraps > 0) throw new CommandError(`${old} wraps ${wraps} contractor keys again. Run this again.`);
    ring = retireKey(ring, old);
    await roll(ring);
    say(`retired ${old}`);
  }
  return ring;
}

/** By the number in its id, since ids are given in order. */
function newest({ keys, current }: Keyring): string {
  const number = (id: string) => Number(/\d+$/.exec(id)?.[0] ?? 0);
  return Object.keys(keys).reduce((best, id) => (number(id) > number(best) ? id : best), current);
}
