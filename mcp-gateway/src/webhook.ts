/** The webhook of a connection: its address, and the secret that proves its deliveries. Both may be had before the vendor is connected. */
import { type CatalogVendor, type CatalogWebhook, hookSecretId } from "@junction/core";
import { countQuarantined, type ListedEvent, listEvents, saveContractor } from "@junction/db";
import type { EndpointView } from "@junction/dispatch";
import { askRelease } from "@junction/ingest";
import { contractorOf, type Env } from "./env.ts";

/** While this long, the vendor's deliveries may still be signed with the secret before the newest. */
export const OVERLAP_MS = 24 * 3_600_000;
const LAST_DELIVERIES = 10;

/** A vendor whose events reach us. */
export type HookVendor = CatalogVendor & { readonly webhook: CatalogWebhook };
export const hasWebhook = (vendor: CatalogVendor): vendor is HookVendor => vendor.webhook !== undefined;

/** What may be known of a webhook's secret. Times are epoch milliseconds. */
export interface SecretState {
  readonly set: boolean;
  readonly lastFour: string | null;
  readonly previousUntil: number | null;
}
export interface Hook {
  readonly endpoint: EndpointView;
  readonly secret: SecretState;
  readonly quarantined: number;
  /** Newest first. */
  readonly last: readonly ListedEvent[];
}

/** A vendor's webhook as it stands for a contractor; its address is made if there is none. */
export async function hookOf(
  env: Env,
  contractor: string,
  vendor: HookVendor,
  { connection, connected }: { readonly connection: string; readonly connected: boolean },
): Promise<Hook> {
  const endpoint = await contractorOf(env, contractor).endpoint({ contractor, vendor: vendor.id, now: Date.now() });
  // One that nothing was ever kept of asks no database.
  const kept = endpoint.holding || endpoint.verified + endpoint.quarantined + endpoint.duplicates > 0;
  const [secret, quarantined, last] = await Promise.all([
    secretState(env, contractor, vendor, { connection, connected, generation: endpoint.secretGeneration }),
    kept ? countQuarantined(env.DB, connection) : 0,
    kept ? listEvents(env.DB, { contractor, connection, limit: LAST_DELIVERIES }) : [],
  ]);
  return { endpoint, secret, quarantined, last };
}

async function secretState(
  env: Env,
  contractor: string,
  { id, webhook }: HookVendor,
  held: { readonly connection: string; readonly connected: boolean; readonly generation: number },
): Promise<SecretState> {
  const none = { lastFour: null, previousUntil: null };
  if (webhook.secret.from === "credential") return { set: held.connected, ...none };
  if (webhook.secret.from === "app") return { set: (await env.VAULT.describePlatform({ vendor: id })) !== null, ...none };
  if (held.generation === 0) return { set: false, ...none };
  const described = await env.VAULT.describe({ contractor, connection: hookSecretId(held.connection) });
  const until = Number(described?.shown["previous_until"] ?? 0);
  return {
    set: described !== null,
    lastFour: /^•+(.{4})$/.exec(described?.shown["secret"] ?? "")?.[1] ?? null,
    previousUntil: until > Date.now() ? until : null,
  };
}

/** A secret of 32 random bytes, written so that the vendor takes it. */
export function generatedSecret(pattern: string | undefined): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const base64 = btoa(String.fromCharCode(...bytes));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const fitting = [`whsec_${base64}`, base64, hex].find((secret) => fits(pattern, secret));
  if (fitting === undefined) throw new Error("no secret that we make has the form the vendor asks for");
  return fitting;
}

/** Whether the whole secret matches what the vendor documents. */
export const fits = (pattern: string | undefined, secret: string): boolean =>
  pattern === undefined || new RegExp(`^(?:${pattern})$`).test(secret);

/** Makes `secret` the one that counts; the one before it counts for a day more. */
export async function setHookSecret(env: Env, contractor: string, vendor: HookVendor, secret: string): Promise<void> {
  const desk = contractorOf(env, contractor);
  const now = Date.now();
  await saveContractor(env.DB, contractor, now);
  const connection = await desk.connectionId({ contractor, vendor: vendor.id, now });
  await desk.endpoint({ contractor, vendor: vendor.id, now });
  const ask = { contractor, connection: hookSecretId(connection), vendor: vendor.id, secret, overlapMs: OVERLAP_MS };
  const { generation } = await env.VAULT.rotate(ask);
  await desk.hookSecret({ vendor: vendor.id, generation, now: Date.now() });
  await askRelease({ queue: env.EVENTS }, contractor, vendor.id, connection);
}

/** No delivery is believed by this secret any more. The address stays: whoever connects again need not paste it anew. */
export async function withdrawHookSecret(env: Env, contractor: string, vendor: HookVendor, connection: string): Promise<void> {
  const desk = contractorOf(env, contractor);
  const now = Date.now();
  await desk.endpoint({ contractor, vendor: vendor.id, now });
  await desk.hookSecret({ vendor: vendor.id, generation: 0, now });
  await env.VAULT.revoke({ contractor, connection: hookSecretId(connection) });
}
