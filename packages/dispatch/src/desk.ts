/**
 * What a contractor's Durable Object holds: small tables mirrored in memory, written through; the effect ledger; and the audit
 * rows that have not reached D1 yet. A contractor nobody has set up has no tables, so a made-up id costs no storage.
 *
 * Stored: `meta` (contractor id, the owner's email), `connections` (no secret: ids, generation, evidence), `endpoints` (addresses vendors
 * deliver to, with their counts), `routes`, `keys` (hashes), `effects` (the ledger; the input only until the effect is settled), `grants`
 * (people at a vendor's consent page: hashes), `approvals` (with the input, until decided), `unasked`, `alerts`, `notices` (emails and
 * events not yet delivered), `parked` (who waits for a broken integration), `turns` (runs that have a place among those of their
 * workflow, or wait for one), `audit` (outbox).
 */

import type { CallRecord } from "@junction/db";
import type { Flow } from "./flood.ts";
import type { Allowance } from "./limits.ts";
import type { AgentKey, Connection, Endpoint } from "./records.ts";

export type EffectState = "sent" | "confirmed" | "failed" | "unknown";
export interface Effect {
  readonly key: string;
  readonly call: string;
  readonly actor: string;
  readonly tool: string;
  readonly vendor: string;
  readonly connection: string;
  readonly generation: number;
  /** Grows with each new try after a failure that left nothing behind, and with it the vendor's idempotency key. */
  readonly attempt: number;
  readonly state: EffectState;
  readonly inputHash: string;
  readonly input: string | null;
  /** JSON: the value, or the failure, that a repeat is answered with. */
  readonly result: string | null;
  readonly sentAt: number;
  readonly deadline: number;
  /** 1 if an earlier try under the same vendor key may have acted: only an answer to that key settles it. */
  readonly uncertain: number;
  /** How often a probe has looked for it. */
  readonly probes: number;
}

export interface Desk {
  readonly storage: DurableObjectStorage;
  contractor: string | null;
  /** Where the owner is told of a broken integration: the address of their last session, if the host CRM gave one. */
  ownerEmail: string | null;
  readonly connections: Map<string, Connection>;
  /** By vendor. */
  readonly endpoints: Map<string, Endpoint>;
  /** Endpoint id → vendor. */
  readonly addresses: Map<string, string>;
  /** Vendors whose endpoint has counted what is not written down yet. */
  readonly uncounted: Set<string>;
  /** What may come in, by endpoint id; the contractor's whole under "". */
  readonly flows: Map<string, Flow>;
  readonly routes: Map<string, readonly string[]>;
  /** By hash. */
  readonly keys: Map<string, AgentKey>;
  readonly allowances: Map<string, Allowance>;
  /** Effects being attempted now, and what to tell those who wait for the same one. */
  readonly underWay: Map<string, { readonly settled: Promise<void>; readonly settle: () => void }>;
  /** By vendor: when the next are woken for it, and how many at the most. */
  readonly waking: Map<string, { readonly nextAt: number; readonly most: number }>;
  alarmAt: number | null;
  /** When settled effects were last cleared out. */
  prunedAt: number;
}

const TABLES = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS connections (vendor TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS endpoints (vendor TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS routes (tool TEXT PRIMARY KEY, vendors TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS keys (hash TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effects (
  key TEXT PRIMARY KEY, call TEXT NOT NULL, actor TEXT NOT NULL, tool TEXT NOT NULL, vendor TEXT NOT NULL, connection TEXT NOT NULL,
  generation INTEGER NOT NULL, attempt INTEGER NOT NULL, state TEXT NOT NULL, inputHash TEXT NOT NULL, input TEXT, result TEXT,
  sentAt INTEGER NOT NULL, deadline INTEGER NOT NULL, uncertain INTEGER NOT NULL, probes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS effects_open ON effects (sentAt) WHERE state IN ('sent', 'unknown');
CREATE TABLE IF NOT EXISTS grants (stateHash TEXT PRIMARY KEY, expiresAt INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS alerts (id TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (id TEXT PRIMARY KEY, dueAt INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS approvals (key TEXT PRIMARY KEY, id TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unasked (tool TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parked (
  kind TEXT NOT NULL, id TEXT NOT NULL, workflow TEXT, name TEXT, tool TEXT NOT NULL, pin TEXT, vendor TEXT NOT NULL,
  since INTEGER NOT NULL, ticket TEXT NOT NULL, dueAt INTEGER NOT NULL, tries INTEGER NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS parked_by_call ON parked (tool, pin, since, id);
CREATE TABLE IF NOT EXISTS turns (
  run TEXT PRIMARY KEY, workflow TEXT NOT NULL, state TEXT NOT NULL, most INTEGER NOT NULL, since INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS turns_by_workflow ON turns (workflow, state, since, run);
CREATE TABLE IF NOT EXISTS audit (call TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;`;

/** Reads what is stored, if anything is. */
export async function openDesk(storage: DurableObjectStorage): Promise<Desk> {
  const desk: Desk = {
    storage,
    contractor: null,
    ownerEmail: null,
    connections: new Map(),
    endpoints: new Map(),
    addresses: new Map(),
    uncounted: new Set(),
    flows: new Map(),
    routes: new Map(),
    keys: new Map(),
    allowances: new Map(),
    underWay: new Map(),
    waking: new Map(),
    prunedAt: 0,
    alarmAt: await storage.getAlarm(),
  };
  const { sql } = storage;
  if (sql.exec("SELECT name FROM sqlite_master WHERE name = 'meta'").toArray().length === 0) return desk;
  sql.exec(TABLES); // a contractor set up by older code has fewer
  for (const { name, value } of sql.exec<{ name: string; value: string }>("SELECT name, value FROM meta")) {
    if (name === "contractor") desk.contractor = value;
    if (name === "owner_email") desk.ownerEmail = value;
  }
  for (const { vendor, record } of sql.exec<{ vendor: string; record: string }>("SELECT vendor, record FROM connections"))
    desk.connections.set(vendor, JSON.parse(record));
  for (const { vendor, record } of sql.exec<{ vendor: string; record: string }>("SELECT vendor, record FROM endpoints")) {
    const endpoint = JSON.parse(record) as Endpoint;
    desk.endpoints.set(vendor, endpoint);
    desk.addresses.set(endpoint.id, vendor);
  }
  for (const { tool, vendors } of sql.exec<{ tool: string; vendors: string }>("SELECT tool, vendors FROM routes"))
    desk.routes.set(tool, JSON.parse(vendors));
  for (const { hash, record } of sql.exec<{ hash: string; record: string }>("SELECT hash, record FROM keys"))
    desk.keys.set(hash, JSON.parse(record));
  return desk;
}

/** Makes the tables of a contractor that is being set up. Called by everything that stores. */
export function provision(desk: Desk, contractor: string): void {
  if (desk.contractor !== null) return;
  desk.storage.sql.exec(TABLES);
  desk.storage.sql.exec("INSERT OR IGNORE INTO meta (name, value) VALUES ('contractor', ?)", contractor);
  desk.contractor = contractor;
}

export function saveOwnerEmail(desk: Desk, email: string): void {
  if (desk.ownerEmail === email) return;
  desk.ownerEmail = email;
  desk.storage.sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('owner_email', ?)", email);
}

export function saveConnection(desk: Desk, connection: Connection): void {
  desk.connections.set(connection.vendor, connection);
  desk.storage.sql.exec("INSERT OR REPLACE INTO connections (vendor, record) VALUES (?, ?)", connection.vendor, JSON.stringify(connection));
}

export function saveEndpoint(desk: Desk, endpoint: Endpoint): void {
  desk.endpoints.set(endpoint.vendor, endpoint);
  desk.addresses.set(endpoint.id, endpoint.vendor);
  desk.uncounted.delete(endpoint.vendor);
  desk.storage.sql.exec("INSERT OR REPLACE INTO endpoints (vendor, record) VALUES (?, ?)", endpoint.vendor, JSON.stringify(endpoint));
}

export function saveKey(desk: Desk, hash: string, key: AgentKey): void {
  desk.keys.set(hash, key);
  desk.storage.sql.exec("INSERT OR REPLACE INTO keys (hash, record) VALUES (?, ?)", hash, JSON.stringify(key));
}

export function saveRoute(desk: Desk, tool: string, vendors: readonly string[]): void {
  desk.routes.set(tool, vendors);
  desk.storage.sql.exec("INSERT OR REPLACE INTO routes (tool, vendors) VALUES (?, ?)", tool, JSON.stringify(vendors));
}

export function effectByKey(desk: Desk, key: string): Effect | undefined {
  return desk.storage.sql.exec("SELECT * FROM effects WHERE key = ?", key).toArray()[0] as unknown as Effect | undefined; // the columns are Effect's fields
}

/** The effect that this call was the last to attempt. */
export function effectByCall(desk: Desk, call: string): Effect | undefined {
  return desk.storage.sql.exec("SELECT * FROM effects WHERE call = ?", call).toArray()[0] as unknown as Effect | undefined; // as above
}

/** The effect that an attempt was made for under this idempotency key: its last two digits count attempts, and any of them proves it. */
export function effectByMark(desk: Desk, mark: string): Effect | undefined {
  const key = mark.slice(0, -2);
  return desk.storage.sql.exec("SELECT * FROM effects WHERE key BETWEEN ? AND ?", `${key}00`, `${key}ff`).toArray()[0] as unknown as
    | Effect
    | undefined; // as above
}

/** Effects whose outcome is open, oldest first. */
export function openEffects(desk: Desk): Effect[] {
  return desk.storage.sql.exec("SELECT * FROM effects WHERE state IN ('sent', 'unknown') ORDER BY sentAt").toArray() as unknown as Effect[];
}

/** The results of other confirmed effects with the same input. */
export function confirmedTwins(desk: Desk, { key, tool, inputHash }: Effect): string[] {
  const twins = desk.storage.sql.exec<{ result: string }>(
    "SELECT result FROM effects WHERE tool = ? AND inputHash = ? AND state = 'confirmed' AND key <> ?",
    ...[tool, inputHash, key],
  );
  return twins.toArray().map(({ result }) => result);
}

const COLUMNS = [
  "key",
  "call",
  "actor",
  "tool",
  "vendor",
  "connection",
  "generation",
  "attempt",
  "state",
  "inputHash",
  "input",
  "result",
  "sentAt",
  "deadline",
  "uncertain",
  "probes",
] as const;
const SAVE_EFFECT = `INSERT OR REPLACE INTO effects (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})`;

export function saveEffect(desk: Desk, effect: Effect): void {
  desk.storage.sql.exec(SAVE_EFFECT, ...COLUMNS.map((column) => effect[column]));
}

/** Puts a call's record in the outbox, over an earlier one of the same call. */
export function saveAudit(desk: Desk, record: CallRecord): void {
  desk.storage.sql.exec("INSERT OR REPLACE INTO audit (call, record) VALUES (?, ?)", record.id, JSON.stringify(record));
  wake(desk, Date.now() + FLUSH_AFTER_MS);
}

/** Audit rows go to D1 in batches this long after the first. */
const FLUSH_AFTER_MS = 2_000;

/** Sees to it that the alarm rings at `at` or before. */
export function wake(desk: Desk, at: number): void {
  if (desk.alarmAt !== null && desk.alarmAt <= at) return;
  desk.alarmAt = at;
  void desk.storage.setAlarm(at);
}
