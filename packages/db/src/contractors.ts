/** The contractors there are, and the end of one. */
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { accounts, calls, contractors, deliveries, events, leadKeys, leads, subscriptions, timeline } from "./schema.ts";

/** Notes that a contractor exists; harmless when repeated. */
export async function saveContractor(db: D1Database, id: string, createdAt: number): Promise<void> {
  await drizzle(db).insert(contractors).values({ id, createdAt }).onConflictDoNothing();
}

/** Forgets a contractor and everything of theirs: a table that is not among these keeps no row by contractor. */
export async function deleteContractor(db: D1Database, id: string): Promise<void> {
  const owned = [accounts, calls, events, subscriptions, deliveries, leads, leadKeys, timeline];
  await drizzle(db).batch([
    drizzle(db).delete(contractors).where(eq(contractors.id, id)),
    ...owned.map((table) => drizzle(db).delete(table).where(eq(table.contractor, id))),
  ]);
}
