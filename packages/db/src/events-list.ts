/** Events as people look them up. */
import { and, desc, eq, gte, inArray, lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { events } from "./schema.ts";

export const EVENT_STATES = ["received", "quarantined", "processing", "done", "failed", "dead"] as const;
export type EventState = (typeof EVENT_STATES)[number];

const { id, vendor, connection, type, entity, state, attempts, reason, done, occurredAt, receivedAt, updatedAt } = events;
const LISTED = { id, vendor, connection, type, entity, state, attempts, reason, done, occurredAt, receivedAt, updatedAt };

/** All of an event but its payload. */
export type ListedEvent = Omit<Pick<typeof events.$inferSelect, keyof typeof LISTED>, "done" | "state"> & {
  readonly state: EventState;
  /** The consumers that have it. */
  readonly consumers: readonly string[];
};
type Row = Pick<typeof events.$inferSelect, keyof typeof LISTED>;
const listed = ({ done: names, state: at, ...rest }: Row): ListedEvent => ({
  ...rest,
  state: at as EventState, // only these are ever written
  consumers: JSON.parse(names) as string[],
});

export interface EventFilter {
  readonly contractor: string;
  readonly vendor?: string | undefined;
  readonly connection?: string | undefined;
  readonly type?: string | undefined;
  readonly state?: EventState | undefined;
  readonly entity?: string | undefined;
  /** Received between these, both counted, epoch milliseconds. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only those after this one in the list. */
  readonly before?: EventPlace | undefined;
  readonly limit: number;
}
/** Where an event stands in the list: what comes in afterwards does not move it. */
export interface EventPlace {
  readonly receivedAt: number;
  readonly seq: number;
}

/** Newest first. */
export async function listEvents(db: D1Database, filter: EventFilter): Promise<ListedEvent[]> {
  const rows = await drizzle(db)
    .select(LISTED)
    .from(events)
    .where(
      and(
        eq(events.contractor, filter.contractor),
        filter.vendor === undefined ? undefined : eq(vendor, filter.vendor),
        filter.connection === undefined ? undefined : eq(connection, filter.connection),
        filter.type === undefined ? undefined : eq(type, filter.type),
        filter.state === undefined ? undefined : eq(state, filter.state),
        filter.entity === undefined ? undefined : eq(entity, filter.entity),
        filter.from === undefined ? undefined : gte(receivedAt, filter.from),
        filter.to === undefined ? undefined : lte(receivedAt, filter.to),
        filter.before && sql`(${receivedAt}, ${events.seq}) < (${filter.before.receivedAt}, ${filter.before.seq})`,
      ),
    )
    .orderBy(desc(receivedAt), desc(events.seq))
    .limit(filter.limit);
  return rows.map(listed);
}

/** Where one of the contractor's events stands; null where there is none, or no longer. */
export async function eventPlace(db: D1Database, contractor: string, event: string): Promise<EventPlace | null> {
  const { seq } = events;
  const place = await drizzle(db)
    .select({ receivedAt, seq })
    .from(events)
    .where(and(eq(id, event), eq(events.contractor, contractor)))
    .get();
  return place ?? null;
}

/** One event with its sealed payload. */
export async function getEvent(
  db: D1Database,
  contractor: string,
  event: string,
): Promise<{ readonly event: ListedEvent; readonly payload: string } | null> {
  const row = await drizzle(db)
    .select({ ...LISTED, payload: events.payload })
    .from(events)
    .where(and(eq(id, event), eq(events.contractor, contractor)))
    .get();
  if (!row) return null;
  const { payload, ...rest } = row;
  return { event: listed(rest), payload };
}

/** Counting stops here: whoever looks learns that there are many, and the database reads no more. */
export const MOST_COUNTED = 10_000;

/** How many of the contractor's events are in each state, up to `MOST_COUNTED`. */
export async function countEvents(db: D1Database, contractor: string): Promise<Record<EventState, number>> {
  const { results } = await db
    .prepare(
      `SELECT wanted.value AS state, (SELECT count(*) FROM
         (SELECT 1 FROM events WHERE contractor = ?1 AND state = wanted.value LIMIT ?2)) AS count FROM json_each(?3) AS wanted`,
    )
    .bind(contractor, MOST_COUNTED, JSON.stringify(EVENT_STATES))
    .all<{ state: EventState; count: number }>();
  return Object.fromEntries(results.map((row) => [row.state, row.count])) as Record<EventState, number>; // json_each gives each once
}

/** What events of a contractor say, sealed. */
export function eventPayloads(
  db: D1Database,
  contractor: string,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly payload: string }[]> {
  return drizzle(db)
    .select({ id, payload: events.payload })
    .from(events)
    .where(and(inArray(id, [...ids]), eq(events.contractor, contractor)));
}
