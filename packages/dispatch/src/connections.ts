/** A contractor's connections: made, mended, tested, and taken away. */

import { vendorById } from "@junction/catalog";
import { allowanceOf } from "./acquire.ts";
import { announce } from "./alerts.ts";
import { type Desk, provision, saveConnection, wake } from "./desk.ts";
import { append, type Evidence, health, RETEST_AFTER_MS } from "./health.ts";
import { remaining } from "./limits.ts";
import { rouse } from "./parked.ts";
import type { Connection, PendingGrant } from "./records.ts";
import type { AttachAsk, ConnectionView, ContractorRpc } from "./rpc.ts";
import { observe } from "./settle.ts";

export function connectionView(desk: Desk, { evidence, connected, ...rest }: Connection, now: number): ConnectionView {
  return {
    ...rest,
    health: connected ? health(evidence, now) : { status: "not_connected", because: null },
    nextTestAt: connected ? lastHeard(evidence) + RETEST_AFTER_MS : null,
    limits: remaining(allowanceOf(desk, rest.vendor, now), vendorById(rest.vendor)?.limit, now),
  };
}

/** When anything was last seen of the credential in use. A delivery does not use it, and puts no test off: a test keeps tokens alive. */
export const lastHeard = (evidence: readonly Evidence[]): number =>
  evidence.reduce((latest, { at, source }) => (source === "webhook" ? latest : Math.max(latest, at)), 0);

/** The id of the vendor's connection, set aside if there is none yet: the vault needs it before the connection exists. */
export function connectionId(desk: Desk, contractor: string, vendor: string, proposed: string): string {
  provision(desk, contractor);
  const existing = desk.connections.get(vendor);
  if (existing) return existing.id;
  saveConnection(desk, { id: proposed, vendor, account: null, generation: 0, connected: false, connectedAt: 0, scopes: [], evidence: [] });
  return proposed;
}

/** From now on the credential's generation, and no older one, is used. Evidence starts anew. */
export function attach(desk: Desk, ask: AttachAsk): ConnectionView {
  provision(desk, ask.contractor);
  const existing = desk.connections.get(ask.vendor);
  // Two people connecting at once: the vault's order decides, whichever is reported last.
  if (existing?.connected && existing.generation > ask.generation) return connectionView(desk, existing, ask.now);
  const connection: Connection = {
    id: ask.connection,
    vendor: ask.vendor,
    account: ask.account,
    generation: ask.generation,
    connected: true,
    connectedAt: existing?.connected ? existing.connectedAt : ask.now,
    scopes: ask.scopes,
    evidence: append([], { at: ask.now, source: "test", kind: "ok", call: ask.call, tool: null }),
  };
  const spent = desk.allowances.get(ask.vendor);
  if (existing?.account?.id !== ask.account.id)
    desk.allowances.delete(ask.vendor); // another account, another budget
  else if (spent) desk.allowances.set(ask.vendor, { ...spent, blockedUntil: 0, vendor: null });
  saveConnection(desk, connection);
  announce(desk, connection, health(connection.evidence, ask.now), ask.now);
  rouse(desk, ask.now);
  wake(desk, ask.now + RETEST_AFTER_MS);
  return connectionView(desk, connection, ask.now);
}

/** Dead from this moment, whatever any cache holds: it is granted to no call any more. */
export function detach(desk: Desk, { vendor, now }: { readonly vendor: string; readonly now: number }): ConnectionView | null {
  const existing = desk.connections.get(vendor);
  if (!existing) return null;
  const gone: Connection = { ...existing, account: null, connected: false, scopes: [], evidence: [] };
  saveConnection(desk, gone);
  announce(desk, gone, { status: "not_connected", because: null }, now);
  return connectionView(desk, gone, now);
}

export function tested(desk: Desk, { vendor, call, outcome, now }: Parameters<ContractorRpc["tested"]>[0]): ConnectionView | null {
  const connection = desk.connections.get(vendor);
  if (!connection?.connected) return null;
  const grant = { vendor, connection: connection.id, generation: outcome.generation ?? connection.generation };
  observe(desk, { grant, call, tool: null, source: "test", now }, outcome);
  if (outcome.ok) {
    const { id, name } = outcome.value;
    saveConnection(desk, { ...(desk.connections.get(vendor) ?? connection), account: { id, name } });
  }
  return connectionView(desk, desk.connections.get(vendor) ?? connection, now);
}

export function beginGrant(desk: Desk, contractor: string, grant: PendingGrant): void {
  provision(desk, contractor);
  desk.storage.sql.exec(
    "INSERT INTO grants (stateHash, expiresAt, record) VALUES (?, ?, ?)",
    grant.stateHash,
    grant.expiresAt,
    JSON.stringify(grant),
  );
}

export function takeGrant(desk: Desk, stateHash: string, now: number): PendingGrant | null {
  if (desk.contractor === null) return null;
  const taken = desk.storage.sql
    .exec<{ record: string }>("DELETE FROM grants WHERE stateHash = ? OR expiresAt <= ? RETURNING record", stateHash, now)
    .toArray();
  const grants = taken.map(({ record }) => JSON.parse(record) as PendingGrant);
  return grants.find((grant) => grant.stateHash === stateHash && grant.expiresAt > now) ?? null;
}
