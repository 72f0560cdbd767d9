/** The areas a contractor works in. */
import { and, asc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { serviceAreas } from "./schema.ts";

export type AreaRow = typeof serviceAreas.$inferSelect;

/** Keeps an area under its name, unless the contractor has `most` others already; says whether it did. */
export async function saveServiceArea(db: D1Database, row: AreaRow, most: number): Promise<boolean> {
  const { meta } = await drizzle(db).run(
    sql`INSERT INTO service_areas (contractor, name, boundary, updated_at)
        SELECT ${row.contractor}, ${row.name}, ${row.boundary}, ${row.updatedAt}
        WHERE (SELECT count(*) FROM service_areas WHERE contractor = ${row.contractor} AND name <> ${row.name}) < ${most}
        ON CONFLICT (contractor, name) DO UPDATE SET boundary = excluded.boundary, updated_at = excluded.updated_at`,
  );
  return meta.changes === 1;
}

/** A contractor's, by name. */
export function listServiceAreas(db: D1Database, contractor: string): Promise<AreaRow[]> {
  return drizzle(db).select().from(serviceAreas).where(eq(serviceAreas.contractor, contractor)).orderBy(asc(serviceAreas.name));
}

/** False: there was none. */
export async function removeServiceArea(db: D1Database, contractor: string, name: string): Promise<boolean> {
  const own = and(eq(serviceAreas.contractor, contractor), eq(serviceAreas.name, name));
  return (await drizzle(db).delete(serviceAreas).where(own)).meta.changes === 1;
}
