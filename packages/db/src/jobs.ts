/** The contractor's jobs. */

import { and, asc, eq, gt, inArray, isNull, lt, or, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { jobs } from "./calendar-schema.ts";

export const JOB_STATES = ["scheduled", "done", "cancelled"] as const;
export type JobStatus = (typeof JOB_STATES)[number];
/** An occurrence of a series that was moved, or (null) left out, by when it would have begun. */
export interface JobException {
  readonly original: string;
  readonly start: string | null;
  readonly end: string | null;
}
export interface Job extends Omit<typeof jobs.$inferSelect, "status" | "exceptions"> {
  readonly status: JobStatus;
  readonly exceptions: readonly JobException[];
}
/** What of a job may change; `startsAt` and `endsAt` go with its time. */
export type JobChange = Partial<Omit<Job, "id" | "contractor" | "revision" | "createdAt" | "updatedAt">>;

export const jobOf = ({ status, exceptions, ...rest }: typeof jobs.$inferSelect): Job => ({
  ...rest,
  status: status as JobStatus, // written below alone
  exceptions: JSON.parse(exceptions) as JobException[],
});
const rowOf = ({ exceptions, ...rest }: JobChange) => ({ ...rest, ...(exceptions && { exceptions: JSON.stringify(exceptions) }) });

export async function addJob(db: D1Database, { exceptions, ...job }: Job): Promise<void> {
  await drizzle(db)
    .insert(jobs)
    .values({ ...job, exceptions: JSON.stringify(exceptions) });
}

/** One that was deleted is found too, while a calendar still has it. */
export async function getJob(db: D1Database, contractor: string, id: string): Promise<Job | null> {
  const row = await drizzle(db)
    .select()
    .from(jobs)
    .where(and(eq(jobs.id, id), eq(jobs.contractor, contractor)))
    .get();
  return row ? jobOf(row) : null;
}

export async function getJobs(db: D1Database, contractor: string, ids: readonly string[]): Promise<Job[]> {
  if (ids.length === 0) return [];
  const list = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const rows = await drizzle(db)
    .select()
    .from(jobs)
    .where(and(eq(jobs.contractor, contractor), sql`${jobs.id} IN ${list}`));
  return rows.map(jobOf);
}

/** Changes it if nobody did since `revision`; gives it as it is then, or null. */
export async function changeJob(
  db: D1Database,
  { contractor, id, revision, change, now }: { contractor: string; id: string; revision: number; change: JobChange; now: number },
): Promise<Job | null> {
  const [row] = await drizzle(db)
    .update(jobs)
    .set({ ...rowOf(change), revision: revision + 1, updatedAt: now })
    .where(and(eq(jobs.id, id), eq(jobs.contractor, contractor), eq(jobs.revision, revision)))
    .returning();
  return row ? jobOf(row) : null;
}

/** Forgets jobs that were deleted before then and are on no calendar any more. One that was deleted just now may be on its way to one. */
export async function forgetDeletedJobs(db: D1Database, before: number): Promise<void> {
  await db
    .prepare(
      `DELETE FROM jobs WHERE deleted_at < ?1
       AND NOT EXISTS (SELECT 1 FROM calendar_links AS l WHERE l.job = jobs.id AND l.state IN ('making', 'linked'))`,
    )
    .bind(before)
    .run();
}

export interface JobFilter {
  readonly contractor: string;
  /** Instants: those that end after one and begin before the other; a series counts from its first occurrence on. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly status?: readonly JobStatus[] | undefined;
  readonly lead?: string | undefined;
  readonly after?: { readonly startsAt: number; readonly id: string } | undefined;
  readonly limit: number;
}
/** In the order of their beginning. */
export async function listJobs(db: D1Database, { contractor, from, until, status, lead, after, limit }: JobFilter): Promise<Job[]> {
  const rows = await drizzle(db)
    .select()
    .from(jobs)
    .where(
      and(
        eq(jobs.contractor, contractor),
        isNull(jobs.deletedAt),
        from === undefined ? undefined : or(gt(jobs.endsAt, from), sql`${jobs.recurrence} IS NOT NULL`),
        until === undefined ? undefined : lt(jobs.startsAt, until),
        status === undefined ? undefined : inArray(jobs.status, [...status]),
        lead === undefined ? undefined : eq(jobs.lead, lead),
        after && or(gt(jobs.startsAt, after.startsAt), and(eq(jobs.startsAt, after.startsAt), gt(jobs.id, after.id))),
      ),
    )
    .orderBy(asc(jobs.startsAt), asc(jobs.id))
    .limit(limit);
  return rows.map(jobOf);
}
