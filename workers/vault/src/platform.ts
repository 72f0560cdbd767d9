/** Our own apps at vendors: sealed like any credential, under a contractor that no contractor can be. */
import { PLATFORM } from "./border.ts";
import { openCurrent, storeCredential } from "./credentials.ts";
import { isLive, readCredential } from "./store.ts";
import type { Vault } from "./vault.ts";

export async function storePlatform(vault: Vault, vendor: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const secrets = Object.keys(fields).filter((name) => name !== "client_id");
  await storeCredential(vault, { contractor: PLATFORM, connection: vendor, vendor, type: "oauth_token", fields, secrets });
}

export async function describePlatform(vault: Vault, vendor: string): Promise<{ readonly clientId: string } | null> {
  const row = await readCredential(vault.db, { contractor: PLATFORM, connection: vendor });
  const clientId = isLive(row) ? row.shown.client_id : undefined;
  return clientId === undefined ? null : { clientId };
}

/** Rare (an exchange, a refresh), so always from D1: an app's new secret counts at once. */
export async function openPlatform(vault: Vault, vendor: string): Promise<Readonly<Record<string, string>> | null> {
  const ref = { contractor: PLATFORM, connection: vendor };
  const opened = await openCurrent(vault, ref, { vendor, purpose: "platform", call: "" });
  return opened.ok ? opened.fields : null;
}
