/** Agent keys: `jn_<contractor>_<secret>`, stored as a hash in the contractor's Durable Object. */
import { sha256 } from "@junction/core";
import type { ContractorRpc } from "@junction/dispatch";

export interface Agent {
  readonly contractor: string;
  readonly keyHash: string;
  /** Null: every tool. */
  readonly tools: readonly string[] | null;
}

const KEY = /^jn_([A-Za-z0-9-]{1,64})_[A-Za-z0-9]{32,64}$/;
/** The list of tools may be this stale; a call is decided by the Durable Object itself, so a revoked key calls nothing. */
const FRESH_MS = 5_000;
const MOST_KEPT = 1_000;

const kept = new Map<string, { readonly agent: Agent; readonly until: number }>();

/** Whose key a request carries; null if it carries none that is valid. */
export async function agentOf(request: Request, contractorOf: (id: string) => Pick<ContractorRpc, "identify">): Promise<Agent | null> {
  const header = request.headers.get("authorization") ?? "";
  const key = header.slice(0, 7).toLowerCase() === "bearer " ? header.slice(7).trim() : "";
  const now = Date.now();
  const known = kept.get(key);
  if (known && known.until > now) return known.agent;
  const contractor = KEY.exec(key)?.[1];
  if (contractor === undefined) return null;
  const keyHash = await sha256(key);
  const found = await contractorOf(contractor).identify({ keyHash, now });
  if (!found) return forget(key);
  const agent: Agent = { contractor, keyHash, tools: found.tools };
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, { agent, until: Math.min(now + FRESH_MS, found.expiresAt ?? Number.POSITIVE_INFINITY) });
  return agent;
}

function forget(key: string): null {
  kept.delete(key);
  return null;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A new key for a contractor, shown once: 40 characters of secret, 238 bits. */
export function newAgentKey(contractor: string): string {
  let secret = "";
  // 248 is the largest multiple of 62 in a byte: what is above it would favour the first characters.
  while (secret.length < 40)
    for (const byte of crypto.getRandomValues(new Uint8Array(64))) if (byte < 248 && secret.length < 40) secret += ALPHABET[byte % 62];
  return `jn_${contractor}_${secret}`;
}
