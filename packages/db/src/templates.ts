/** Email templates of the contractor's own. */
import { and, asc, eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { templates } from "./workflow-schema.ts";

export type Template = typeof templates.$inferSelect;
const own = (contractor: string, id: string) => and(eq(templates.contractor, contractor), eq(templates.id, id));

/** Adds one, unless the contractor has `most` already; says whether it did. */
export async function addTemplate(db: D1Database, row: Template, most: number): Promise<boolean> {
  const { meta } = await drizzle(db).run(
    sql`INSERT INTO templates (id, contractor, name, subject, text, created_at, updated_at)
        SELECT ${row.id}, ${row.contractor}, ${row.name}, ${row.subject}, ${row.text}, ${row.createdAt}, ${row.updatedAt}
        WHERE (SELECT count(*) FROM templates WHERE contractor = ${row.contractor}) < ${most}`,
  );
  return meta.changes === 1;
}

/** A contractor's, by name. */
export function listTemplates(db: D1Database, contractor: string): Promise<Template[]> {
  return drizzle(db)
    .select()
    .from(templates)
    .where(eq(templates.contractor, contractor))
    .orderBy(asc(sql`lower(${templates.name})`), asc(templates.id));
}

/** One of the contractor's own; null: there is none. */
export async function getTemplate(db: D1Database, contractor: string, id: string): Promise<Template | null> {
  return (await drizzle(db).select().from(templates).where(own(contractor, id)).get()) ?? null;
}

/** Null: there is none. */
export async function changeTemplate(
  db: D1Database,
  contractor: string,
  id: string,
  { name, subject, text }: Pick<Template, "name" | "subject" | "text">,
  now: number,
): Promise<Template | null> {
  const row = await drizzle(db).update(templates).set({ name, subject, text, updatedAt: now }).where(own(contractor, id)).returning().get();
  return row ?? null;
}

/** False: there was none. */
export async function removeTemplate(db: D1Database, contractor: string, id: string): Promise<boolean> {
  return (await drizzle(db).delete(templates).where(own(contractor, id))).meta.changes === 1;
}
