/** Whose account at a vendor it is: where one address of our app takes the events of all contractors, this table says to whom each belongs. */
import type { Identity } from "@junction/core";
import { and, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { accounts } from "./schema.ts";

export type AccountRow = typeof accounts.$inferSelect;

/** From now on these accounts are the contractor's at the vendor, and no others are. Harmless when repeated. */
export async function saveAccounts(
  db: D1Database,
  { vendor, contractor, connection }: Omit<AccountRow, "account">,
  { id, accounts: beneath = [] }: Pick<Identity, "id" | "accounts">,
): Promise<void> {
  const own = JSON.stringify([...new Set([id, ...beneath])]); // one parameter, however many there are
  await db.batch([
    db
      .prepare("DELETE FROM accounts WHERE vendor = ?1 AND contractor = ?2 AND account NOT IN (SELECT value FROM json_each(?3))")
      .bind(vendor, contractor, own),
    db
      .prepare(
        `INSERT INTO accounts (vendor, account, contractor, connection) SELECT ?1, value, ?2, ?4 FROM json_each(?3) WHERE true
         ON CONFLICT (vendor, account, contractor) DO UPDATE SET connection = excluded.connection`,
      )
      .bind(vendor, contractor, own, connection),
  ]);
}

/** The contractor has no account at the vendor any more. */
export async function deleteAccount(db: D1Database, { vendor, contractor }: Pick<AccountRow, "vendor" | "contractor">): Promise<void> {
  await drizzle(db)
    .delete(accounts)
    .where(and(eq(accounts.vendor, vendor), eq(accounts.contractor, contractor)));
}

/** A part of a vendor's accounts, the same each time: all of them, over so many parts. */
export async function accountsOfPart(
  db: D1Database,
  vendor: string,
  { part, of }: { readonly part: number; readonly of: number },
): Promise<readonly Pick<AccountRow, "contractor">[]> {
  const { results } = await db
    .prepare("SELECT DISTINCT contractor FROM accounts WHERE vendor = ?1 AND rowid % ?3 = ?2")
    .bind(vendor, part, of)
    .all<Pick<AccountRow, "contractor">>();
  return results;
}

/** Who has these accounts at the vendor: one account may be several contractors'. */
export async function accountOwners(
  db: D1Database,
  vendor: string,
  wanted: readonly string[],
): Promise<readonly Pick<AccountRow, "account" | "contractor" | "connection">[]> {
  if (wanted.length === 0) return [];
  const { results } = await db
    .prepare("SELECT account, contractor, connection FROM accounts WHERE vendor = ?1 AND account IN (SELECT value FROM json_each(?2))")
    .bind(vendor, JSON.stringify([...new Set(wanted)])) // one parameter, however many there are
    .all<Pick<AccountRow, "account" | "contractor" | "connection">>();
  return results;
}
