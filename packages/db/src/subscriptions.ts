/** Where contractors' own systems take events. */
import { and, asc, eq, isNotNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { subscriptions } from "./schema.ts";

export type SubscriptionState = "active" | "paused" | "disabled";
export interface Subscription extends Omit<typeof subscriptions.$inferSelect, "types" | "state"> {
  /** Null: all. */
  readonly types: readonly string[] | null;
  readonly state: SubscriptionState;
}
type Row = typeof subscriptions.$inferSelect;

const read = (row: Row): Subscription => ({
  ...row,
  types: row.types === null ? null : (JSON.parse(row.types) as string[]), // written below alone
  state: row.state as SubscriptionState,
});
const own = (contractor: string, id: string) => and(eq(subscriptions.contractor, contractor), eq(subscriptions.id, id));

/** Adds one, unless the contractor has `most` already; says whether it did. */
export async function addSubscription(db: D1Database, { types, ...row }: Subscription, most: number): Promise<boolean> {
  const text = types === null ? null : JSON.stringify(types);
  const { meta } = await drizzle(db).run(
    sql`INSERT INTO subscriptions (id, contractor, url, description, types, state, failing_since, created_at, updated_at)
        SELECT ${row.id}, ${row.contractor}, ${row.url}, ${row.description}, ${text}, ${row.state}, ${row.failingSince}, ${row.createdAt}, ${row.updatedAt}
        WHERE (SELECT count(*) FROM subscriptions WHERE contractor = ${row.contractor}) < ${most}`,
  );
  return meta.changes === 1;
}

/** A contractor's, oldest first. */
export async function listSubscriptions(db: D1Database, contractor: string): Promise<Subscription[]> {
  const rows = await drizzle(db)
    .select()
    .from(subscriptions)
    .where(eq(subscriptions.contractor, contractor))
    .orderBy(asc(subscriptions.id));
  return rows.map(read);
}

/** One of the contractor's own; null: there is none. */
export async function getSubscription(db: D1Database, contractor: string, id: string): Promise<Subscription | null> {
  const row = await drizzle(db).select().from(subscriptions).where(own(contractor, id)).get();
  return row ? read(row) : null;
}

/** Those of the contractor that want events of this type now. */
export async function subscribersTo(db: D1Database, contractor: string, type: string): Promise<Subscription[]> {
  const rows = await drizzle(db)
    .select()
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.contractor, contractor),
        eq(subscriptions.state, "active"),
        sql`(${subscriptions.types} IS NULL OR EXISTS (SELECT 1 FROM json_each(${subscriptions.types}) WHERE value = ${type}))`,
      ),
    );
  return rows.map(read);
}

/** Changes what a person may change. Switched on again, its days of failure count anew. Null: there is none. */
export async function changeSubscription(
  db: D1Database,
  contractor: string,
  id: string,
  { types, ...changes }: Partial<Pick<Subscription, "url" | "description" | "types" | "state">>,
  now: number,
): Promise<Subscription | null> {
  const set = {
    ...changes,
    ...(types !== undefined && { types: types === null ? null : JSON.stringify(types) }),
    ...(changes.state === "active" && { failingSince: null }),
    updatedAt: now,
  };
  const row = await drizzle(db).update(subscriptions).set(set).where(own(contractor, id)).returning().get();
  return row ? read(row) : null;
}

/** Its receiver took something: whatever failed before is over. */
export async function markWorking(db: D1Database, id: string): Promise<void> {
  await drizzle(db)
    .update(subscriptions)
    .set({ failingSince: null })
    .where(and(eq(subscriptions.id, id), isNotNull(subscriptions.failingSince)));
}

/** Its receiver took nothing: says since when, or null if it is not active any more. */
export async function markFailing(db: D1Database, id: string, now: number): Promise<number | null> {
  const row = await drizzle(db)
    .update(subscriptions)
    .set({ failingSince: sql`coalesce(${subscriptions.failingSince}, ${now})` })
    .where(and(eq(subscriptions.id, id), eq(subscriptions.state, "active")))
    .returning({ since: subscriptions.failingSince })
    .get();
  return row?.since ?? null;
}

/** Switches an active one off, since nothing but failure came of it. */
export async function disableSubscription(db: D1Database, id: string, now: number): Promise<void> {
  await drizzle(db)
    .update(subscriptions)
    .set({ state: "disabled", updatedAt: now })
    .where(and(eq(subscriptions.id, id), eq(subscriptions.state, "active")));
}

/** Forgets it, and all that was on its way to it. */
export async function removeSubscription(db: D1Database, contractor: string, id: string): Promise<boolean> {
  const [removed] = await db.batch([
    db.prepare("DELETE FROM subscriptions WHERE contractor = ? AND id = ?").bind(contractor, id),
    db.prepare("DELETE FROM deliveries WHERE contractor = ? AND subscription = ?").bind(contractor, id),
  ]);
  return removed?.meta.changes === 1;
}
