/** D1, the truth about every credential. All SQL of the vault stands here. */
import type { CredentialRef, OpenRecord } from "@junction/core";
import { CredentialType } from "@junction/core";
import * as z from "zod";

const Json = z.string().transform((text): unknown => JSON.parse(text));
const CredentialRow = z.object({
  contractor: z.string(),
  connection: z.string(),
  vendor: z.string(),
  type: CredentialType,
  generation: z.number(),
  sealed: z.string().nullable(),
  fingerprint: z.string(),
  shown: Json.pipe(z.record(z.string(), z.string())),
  secrets: Json.pipe(z.array(z.string())),
  created_at: z.number(),
  updated_at: z.number(),
  expires_at: z.number().nullable(),
  /** The contractor's wrapped key: null once shredded. */
  wrapped: z.string().nullable(),
});
/** The newest generation of a connection, dead or alive. */
export type CredentialRow = z.output<typeof CredentialRow>;
/** One that opens: neither revoked nor shredded. */
export type LiveRow = CredentialRow & { readonly sealed: string; readonly wrapped: string };

const KeyRow = z.object({ contractor: z.string(), id: z.string(), wrapped: z.string().nullable() });
export type KeyRow = z.output<typeof KeyRow>;
const Tally = z.object({ kek: z.string(), wraps: z.number() });
const Opens = z.array(
  z.object({ at: z.number(), contractor: z.string(), connection: z.string(), vendor: z.string(), purpose: z.string(), call: z.string() }),
);
export interface OpenRow extends OpenRecord {
  readonly id: string;
}

export function isLive(row: CredentialRow | null): row is LiveRow {
  return row !== null && row.sealed !== null && row.wrapped !== null;
}

export async function readCredential(db: D1Database, ref: CredentialRef): Promise<CredentialRow | null> {
  const row = await db
    .prepare(
      `SELECT c.*, k.wrapped FROM credentials c JOIN contractor_keys k ON k.contractor = c.contractor
       WHERE c.contractor = ? AND c.connection = ?`,
    )
    .bind(ref.contractor, ref.connection)
    .first();
  return row === null ? null : CredentialRow.parse(row);
}

/** A generation about to be written, and the key it was sealed with. */
export type Sealed = Omit<CredentialRow, "wrapped" | "sealed" | "created_at"> & { readonly sealed: string; readonly keyId: string };

/**
 * Makes a generation the current one: only if the one before it still is, the connection is this vendor's, and the contractor's
 * key has not been shredded meanwhile. Says whether it did.
 */
export async function writeCredential(db: D1Database, row: Sealed): Promise<boolean> {
  const result = await db
    .prepare(
      `INSERT INTO credentials (contractor, connection, vendor, type, generation, sealed, fingerprint, shown, secrets,
         created_at, updated_at, expires_at)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11
       WHERE EXISTS (SELECT 1 FROM contractor_keys WHERE contractor = ?1 AND id = ?12 AND wrapped IS NOT NULL)
       ON CONFLICT (contractor, connection) DO UPDATE SET
         type = excluded.type, generation = excluded.generation, sealed = excluded.sealed, fingerprint = excluded.fingerprint,
         shown = excluded.shown, secrets = excluded.secrets, updated_at = excluded.updated_at, expires_at = excluded.expires_at,
         created_at = CASE WHEN credentials.sealed IS NULL THEN excluded.created_at ELSE credentials.created_at END
       WHERE credentials.generation = excluded.generation - 1 AND credentials.vendor = excluded.vendor`,
    )
    .bind(
      row.contractor,
      row.connection,
      row.vendor,
      row.type,
      row.generation,
      row.sealed,
      row.fingerprint,
      JSON.stringify(row.shown),
      JSON.stringify(row.secrets),
      row.updated_at,
      row.expires_at,
      row.keyId,
    )
    .run();
  return result.meta.changes === 1;
}

/** Leaves a tombstone one generation further, so that a later store cannot repeat a generation. */
export async function revokeCredential(db: D1Database, ref: CredentialRef, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE credentials SET sealed = NULL, generation = generation + 1, fingerprint = '', shown = '{}', expires_at = NULL, updated_at = ?
       WHERE contractor = ? AND connection = ? AND sealed IS NOT NULL`,
    )
    .bind(now, ref.contractor, ref.connection)
    .run();
}

/** The contractor's key; without one, the offered one becomes it. Of concurrent offers one wins, and all get that one. */
export async function ensureKey(
  db: D1Database,
  contractor: string,
  offer: { readonly id: string; readonly kek: string; readonly wrapped: string },
  now: number,
): Promise<KeyRow> {
  const [, read] = await db.batch([
    db
      .prepare("INSERT INTO contractor_keys (contractor, id, kek, wrapped, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
      .bind(contractor, offer.id, offer.kek, offer.wrapped, now),
    db.prepare("SELECT contractor, id, wrapped FROM contractor_keys WHERE contractor = ?").bind(contractor),
  ]);
  return KeyRow.parse(read?.results[0]);
}

export async function readKey(db: D1Database, contractor: string): Promise<KeyRow | null> {
  const row = await db.prepare("SELECT contractor, id, wrapped FROM contractor_keys WHERE contractor = ?").bind(contractor).first();
  return row === null ? null : KeyRow.parse(row);
}

/** Destroys the key and every ciphertext. Gives how many credentials lived, and all connections there ever were. */
export async function shredContractor(db: D1Database, contractor: string, now: number): Promise<{ lived: number; connections: string[] }> {
  const [, dead, all] = await db.batch([
    db
      .prepare("UPDATE contractor_keys SET wrapped = NULL, kek = NULL, shredded_at = ? WHERE contractor = ? AND wrapped IS NOT NULL")
      .bind(now, contractor),
    db
      .prepare(
        `UPDATE credentials SET sealed = NULL, generation = generation + 1, fingerprint = '', shown = '{}', updated_at = ?
         WHERE contractor = ? AND sealed IS NOT NULL`,
      )
      .bind(now, contractor),
    db.prepare("SELECT connection FROM credentials WHERE contractor = ?").bind(contractor),
  ]);
  const rows = z.array(z.object({ connection: z.string() })).parse(all?.results);
  return { lived: dead?.meta.changes ?? 0, connections: rows.map((row) => row.connection) };
}

/** How many contractor keys each key-encryption key wraps. */
export async function countWraps(db: D1Database): Promise<{ kek: string; wraps: number }[]> {
  const rows = await db.prepare("SELECT kek, count(*) AS wraps FROM contractor_keys WHERE kek IS NOT NULL GROUP BY kek").all();
  return z.array(Tally).parse(rows.results);
}

/** Contractor keys wrapped by one of `keks`. */
export async function readKeysWrappedBy(db: D1Database, keks: readonly string[], limit: number): Promise<KeyRow[]> {
  const rows = await db
    .prepare("SELECT contractor, id, wrapped FROM contractor_keys WHERE kek IN (SELECT value FROM json_each(?)) LIMIT ?")
    .bind(JSON.stringify(keks), limit)
    .all();
  return z.array(KeyRow).parse(rows.results);
}

/** Exchanges wraps, each only if it is still the one that was read: a shred in between wins. */
export async function replaceWraps(
  db: D1Database,
  wraps: readonly { readonly contractor: string; readonly from: string; readonly to: string; readonly kek: string }[],
): Promise<void> {
  await db
    .prepare(
      `UPDATE contractor_keys SET wrapped = w.value ->> 'to', kek = w.value ->> 'kek' FROM json_each(?) AS w
       WHERE contractor_keys.contractor = w.value ->> 'contractor' AND wrapped = w.value ->> 'from'`,
    )
    .bind(JSON.stringify(wraps))
    .run();
}

export async function insertOpens(db: D1Database, opens: readonly OpenRow[]): Promise<void> {
  await db
    .prepare(
      `INSERT OR IGNORE INTO opens (id, at, contractor, connection, vendor, purpose, call)
       SELECT value ->> 'id', value ->> 'at', value ->> 'contractor', value ->> 'connection', value ->> 'vendor',
         value ->> 'purpose', value ->> 'call' FROM json_each(?)`,
    )
    .bind(JSON.stringify(opens))
    .run();
}

export async function readOpens(db: D1Database, contractor: string, limit: number): Promise<OpenRecord[]> {
  const rows = await db
    .prepare("SELECT at, contractor, connection, vendor, purpose, call FROM opens WHERE contractor = ? ORDER BY at DESC LIMIT ?")
    .bind(contractor, limit)
    .all();
  return Opens.parse(rows.results);
}
