/** How calls to the contractor's numbers are answered. */
import { and, asc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { callRoutings } from "./schema.ts";

export type RoutingRow = typeof callRoutings.$inferSelect;
const own = (contractor: string, number: string) => and(eq(callRoutings.contractor, contractor), eq(callRoutings.phoneNumber, number));

/** Sets what holds for a number from now on, unless the contractor has `most` others already; says whether it did. */
export async function saveCallRouting(db: D1Database, row: RoutingRow, most: number): Promise<boolean> {
  const { meta } = await drizzle(db).run(
    sql`INSERT INTO call_routings (contractor, phone_number, settings, updated_at)
        SELECT ${row.contractor}, ${row.phoneNumber}, ${row.settings}, ${row.updatedAt}
        WHERE (SELECT count(*) FROM call_routings WHERE contractor = ${row.contractor} AND phone_number <> ${row.phoneNumber}) < ${most}
        ON CONFLICT (contractor, phone_number) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at`,
  );
  return meta.changes === 1;
}

/** Null: nothing is set for it. */
export async function getCallRouting(db: D1Database, contractor: string, number: string): Promise<RoutingRow | null> {
  return (await drizzle(db).select().from(callRoutings).where(own(contractor, number)).get()) ?? null;
}

/** A contractor's, by number. */
export function listCallRoutings(db: D1Database, contractor: string): Promise<RoutingRow[]> {
  return drizzle(db).select().from(callRoutings).where(eq(callRoutings.contractor, contractor)).orderBy(asc(callRoutings.phoneNumber));
}

/** False: there was none. */
export async function removeCallRouting(db: D1Database, contractor: string, number: string): Promise<boolean> {
  return (await drizzle(db).delete(callRoutings).where(own(contractor, number))).meta.changes === 1;
}
