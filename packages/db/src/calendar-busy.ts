/** When the events of calendars take time. */

export interface BusyTime {
  readonly event: string;
  readonly startsAt: number;
  readonly endsAt: number;
}

/** What a calendar said it is busy with takes the place of all it said before. */
export async function replaceBusy(
  db: D1Database,
  { contractor, vendor }: { readonly contractor: string; readonly vendor: string },
  times: readonly BusyTime[],
): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM calendar_busy WHERE contractor = ? AND vendor = ?").bind(contractor, vendor),
    ...chunks(times).map((some) =>
      db
        .prepare(
          `INSERT OR REPLACE INTO calendar_busy (contractor, vendor, event, starts_at, ends_at)
           SELECT ?1, ?2, json_extract(value, '$.event'), json_extract(value, '$.startsAt'), json_extract(value, '$.endsAt') FROM json_each(?3)`,
        )
        .bind(contractor, vendor, JSON.stringify(some)),
    ),
  ]);
}

const CHUNK = 500;
const chunks = (times: readonly BusyTime[]): (readonly BusyTime[])[] =>
  Array.from({ length: Math.ceil(times.length / CHUNK) }, (_, at) => times.slice(at * CHUNK, (at + 1) * CHUNK));

/** When the contractor is busy: by the calendars that are kept in step, and by jobs that are on none of them. */
export async function busyBetween(
  db: D1Database,
  contractor: string,
  from: number,
  until: number,
): Promise<{ readonly startsAt: number; readonly endsAt: number; readonly job: string | null }[]> {
  const { results } = await db
    .prepare(
      `SELECT b.starts_at AS startsAt, b.ends_at AS endsAt, l.job AS job FROM calendar_busy AS b
         JOIN calendar_syncs AS s ON s.contractor = b.contractor AND s.vendor = b.vendor AND s.state = 'on'
         LEFT JOIN calendar_links AS l ON l.contractor = b.contractor AND l.vendor = b.vendor AND l.calendar = s.calendar AND l.event = b.event
         LEFT JOIN jobs AS j ON j.id = l.job
       WHERE b.contractor = ?1 AND b.ends_at > ?2 AND b.starts_at < ?3 AND (j.id IS NULL OR j.recurrence IS NOT NULL)
       UNION
       SELECT starts_at, ends_at, id FROM jobs
       WHERE contractor = ?1 AND ends_at > ?2 AND starts_at < ?3 AND status = 'scheduled' AND deleted_at IS NULL
       ORDER BY 1, 2 LIMIT 2000`,
    )
    .bind(contractor, from, until)
    .all<{ startsAt: number; endsAt: number; job: string | null }>();
  return results;
}
