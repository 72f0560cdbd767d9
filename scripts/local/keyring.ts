/** The local vault's keyring: made at the first start, kept in the state folder (which git ignores), readable by its owner alone. */
import { existsSync, readFileSync, renameSync, unwatchFile, watchFile, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Keyring, newKeyring, parseKeyring } from "@junction/vault";

export const keyringPath = (stateDir: string): string => join(stateDir, "keyring.json");

/** The keyring as the secret's text. A damaged file is an error: a fresh keyring in its place would lose every credential. */
export function localKeyring(stateDir: string): string {
  const path = keyringPath(stateDir);
  if (!existsSync(path)) saveKeyring(path, newKeyring());
  const text = readFileSync(path, "utf8");
  parseKeyring(text);
  return text;
}

/** Whole or not at all: half a keyring is none. */
export function saveKeyring(path: string, keyring: Keyring): void {
  writeFileSync(`${path}.new`, JSON.stringify(keyring), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Tells of each change of the keyring's file, whoever makes it; gives back how to stop. */
export function onKeyringChange(stateDir: string, changed: (keyring: string) => Promise<void>): () => void {
  const path = keyringPath(stateDir);
  // By polling: a watch of the kernel's does not work on every file system, and a rotation can wait for a moment.
  const look = () =>
    void changed(readFileSync(path, "utf8")).catch((error: unknown) => console.error("The changed keyring was not taken up:", error));
  watchFile(path, { interval: 250, persistent: false }, look);
  return () => unwatchFile(path, look);
}
