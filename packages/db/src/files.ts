/** Contractors' files: rows beside the bucket that holds their bytes. */
import { and, desc, eq, gt, inArray, lt, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { fileLinks, files } from "./file-schema.ts";

export type FileRow = typeof files.$inferSelect;

/** Notes a file that is about to arrive, unless the contractor's would come to more than `mostBytes`; says whether it did. */
export async function addFile(db: D1Database, row: Omit<FileRow, "state">, mostBytes: number): Promise<boolean> {
  const { meta } = await drizzle(db).run(
    sql`INSERT INTO files (id, contractor, name, type, size, state, created_at, expires_at)
        SELECT ${row.id}, ${row.contractor}, ${row.name}, ${row.type}, ${row.size}, 'arriving', ${row.createdAt}, ${row.expiresAt}
        WHERE (SELECT coalesce(sum(size), 0) FROM files WHERE contractor = ${row.contractor}) + ${row.size} <= ${mostBytes}`,
  );
  return meta.changes === 1;
}

/** It is there, whole. */
export async function completeFile(db: D1Database, row: Pick<FileRow, "id" | "type" | "size" | "expiresAt">): Promise<void> {
  const { id, type, size, expiresAt } = row;
  await drizzle(db).update(files).set({ type, size, expiresAt, state: "ready" }).where(eq(files.id, id));
}

const there = (now: number) => and(eq(files.state, "ready"), gt(files.expiresAt, now));

/** Those of the ids that are the contractor's own, and there. */
export function getFiles(db: D1Database, contractor: string, ids: readonly string[], now: number): Promise<FileRow[]> {
  return drizzle(db)
    .select()
    .from(files)
    .where(and(eq(files.contractor, contractor), inArray(files.id, [...ids]), there(now)));
}

/** A contractor's, newest first; `before`: the last of the page before. */
export function listFiles(
  db: D1Database,
  {
    contractor,
    before,
    limit,
    now,
  }: { contractor: string; before?: Pick<FileRow, "createdAt" | "id"> | undefined; limit: number; now: number },
): Promise<FileRow[]> {
  const older = before && or(lt(files.createdAt, before.createdAt), and(eq(files.createdAt, before.createdAt), lt(files.id, before.id)));
  return drizzle(db)
    .select()
    .from(files)
    .where(and(eq(files.contractor, contractor), there(now), older))
    .orderBy(desc(files.createdAt), desc(files.id))
    .limit(limit);
}

/** Forgets files and their links. */
export async function forgetFiles(db: D1Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const on = drizzle(db);
  await on.batch([on.delete(fileLinks).where(inArray(fileLinks.file, [...ids])), on.delete(files).where(inArray(files.id, [...ids]))]);
}

/** Files whose time is up, arrived or not. */
export function expiredFiles(db: D1Database, now: number, limit: number): Promise<Pick<FileRow, "id" | "contractor">[]> {
  return drizzle(db).select({ id: files.id, contractor: files.contractor }).from(files).where(lt(files.expiresAt, now)).limit(limit);
}

/** Some of a contractor's files, arrived or not. */
export function anyFiles(db: D1Database, contractor: string, limit: number): Promise<Pick<FileRow, "id" | "contractor">[]> {
  return drizzle(db)
    .select({ id: files.id, contractor: files.contractor })
    .from(files)
    .where(eq(files.contractor, contractor))
    .limit(limit);
}

export async function addFileLink(db: D1Database, row: typeof fileLinks.$inferInsert): Promise<void> {
  await drizzle(db).insert(fileLinks).values(row);
}

/** The file that a link leads to, while both hold. */
export async function fileByLink(db: D1Database, tokenHash: string, now: number): Promise<(FileRow & { readonly until: number }) | null> {
  const row = await drizzle(db)
    .select()
    .from(fileLinks)
    .innerJoin(files, eq(files.id, fileLinks.file))
    .where(and(eq(fileLinks.tokenHash, tokenHash), gt(fileLinks.expiresAt, now), there(now)))
    .get();
  return row ? { ...row.files, until: Math.min(row.file_links.expiresAt, row.files.expiresAt) } : null;
}

/** Forgets links whose time is up. */
export async function purgeFileLinks(db: D1Database, now: number): Promise<void> {
  await drizzle(db).delete(fileLinks).where(lt(fileLinks.expiresAt, now));
}
