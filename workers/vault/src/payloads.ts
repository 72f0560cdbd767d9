/** Customers' data, sealed for the gateway's database, and our signature on what we send out. */
import { JUNCTION } from "@junction/core";
import { openPayload, payloadKey, sealPayload } from "@junction/vault";
import { Webhook } from "standardwebhooks";
import type * as z from "zod";
import type { SealAsk, SignAsk, UnsealAsk } from "./border.ts";
import { contractorKey } from "./credentials.ts";
import { secretsOf } from "./hook-secret.ts";
import { readKey } from "./store.ts";
import type { Vault } from "./vault.ts";

const MEMORY_MS = 60_000;
const MEMORY_ENTRIES = 512;

/**
 * Contractor → the key of its payloads, which cannot be read out: sealing stands before a webhook's answer, and a warm one reads
 * nothing. Of a contractor shredded meanwhile it seals what nobody opens, since opening asks D1.
 */
const memory = new Map<string, { readonly key: CryptoKey; readonly until: number }>();

/** Seals each text for its place. A contractor's first seal makes its key. */
export async function sealPayloads(vault: Vault, { contractor, items }: z.output<typeof SealAsk>): Promise<string[]> {
  const key = await sealingKey(vault, contractor);
  return Promise.all(items.map(({ id, text }) => sealPayload(key, contractor, id, text)));
}

/** Opens each, or gives null in its place. The contractor's key is read anew, so what is shredded is shredded everywhere at once. */
export async function unsealPayloads(vault: Vault, { contractor, items }: z.output<typeof UnsealAsk>): Promise<(string | null)[]> {
  const row = await readKey(vault.db, contractor);
  if (!row?.wrapped) return items.map(() => null);
  const key = await payloadKey(vault.keks, contractor, row.wrapped);
  return Promise.all(items.map(({ id, sealed }) => openPayload(key, contractor, id, sealed)));
}

/** The value of each message's `webhook-signature`: one signature, or two while a rotation's overlap lasts. */
export async function signMessages(vault: Vault, { contractor, connection, messages }: z.output<typeof SignAsk>): Promise<string[]> {
  const opening = { vendor: JUNCTION, purpose: "sign", call: messages[0]?.id ?? "" };
  const keys = (await secretsOf(vault, { contractor, connection }, opening)).map((secret) => new Webhook(secret));
  if (keys.length === 0) throw new Error(`The contractor has no signing secret ${connection}.`);
  return messages.map(({ id, timestamp, body }) => keys.map((key) => key.sign(id, new Date(timestamp), body)).join(" "));
}

/** Leaves no key of a shredded contractor in this isolate. */
export function forgetPayloadKey(contractor: string): void {
  memory.delete(contractor);
}

async function sealingKey(vault: Vault, contractor: string): Promise<CryptoKey> {
  const now = Date.now();
  const held = memory.get(contractor);
  if (held !== undefined && now < held.until) return held.key;
  const { wrapped } = await contractorKey(vault, contractor);
  const key = await payloadKey(vault.keks, contractor, wrapped);
  memory.delete(contractor); // a Map keeps the order of insertion: the oldest is the first
  memory.set(contractor, { key, until: now + MEMORY_MS });
  for (const oldest of memory.keys()) {
    if (memory.size <= MEMORY_ENTRIES) break;
    memory.delete(oldest);
  }
  return key;
}
