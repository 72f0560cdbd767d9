/** Whose account at a vendor it is: where one address of our app takes the events of all contractors, this table says to whom each belongs. */
import { and, eq, ne } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { accounts } from "./schema.ts";

export type AccountRow = typeof accounts.$inferSelect;

/** From now on this account is the contractor's at the vendor, and no other is. Harmless when repeated. */
export async function saveAccount(db: D1Database, row: AccountRow): Promise<void> {
  const { vendor, account, contractor, connection } = row;
  const orm = drizzle(db);
  await orm.batch([
    orm.delete(accounts).where(and(eq(accounts.vendor, vendor), eq(accounts.contractor, contractor), ne(accounts.account, account))),
    orm
      .insert(accounts)
      .values(row)
      .onConflictDoUpdate({ target: [accounts.vendor, accounts.account, accounts.contractor], set: { connection } }),
  ]);
}

/** The contractor has no account at the vendor any more. */
export async function deleteAccount(db: D1Database, { vendor, contractor }: Pick<AccountRow, "vendor" | "contractor">): Promise<void> {
  await drizzle(db)
    .delete(accounts)
    .where(and(eq(accounts.vendor, vendor), eq(accounts.contractor, contractor)));
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
