/** Events on their way to contractors' own systems. */
import { newId } from "@junction/core";
import { and, desc, eq, getTableColumns, lt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import * as z from "zod";
import { deliveries } from "./schema.ts";

export const DELIVERY_STATES = ["pending", "delivered", "failed", "dead"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One attempt: `status` is null where there was no answer, and `error` says why in our words. */
const Attempt = z.object({ at: z.number(), status: z.number().nullable(), ms: z.number(), error: z.string().nullable() });
export type Attempt = z.output<typeof Attempt>;
const KEPT_ATTEMPTS = 12;

export type DeliveryRow = typeof deliveries.$inferSelect;
export type NewDelivery = Pick<DeliveryRow, "id" | "contractor" | "subscription" | "event" | "type" | "payload">;

const Claimed = z.object({
  id: z.string(),
  contractor: z.string(),
  subscription: z.string(),
  event: z.string(),
  type: z.string(),
  attempts: z.number(),
  payload: z.string(),
  log: z.string(),
});
/** A delivery that is ours for a while. */
export type ClaimedDelivery = z.output<typeof Claimed>;

/** The attempts that were kept, oldest first. */
export const attemptsOf = ({ log }: Pick<DeliveryRow, "log">): Attempt[] => z.array(Attempt).parse(JSON.parse(log));

/** Writes those that are not there yet: an event goes to a subscription once, however often it is fanned out. Gives the ids written. */
export async function addDeliveries(db: D1Database, rows: readonly NewDelivery[], now: number): Promise<string[]> {
  if (rows.length === 0) return [];
  const { results } = await db
    .prepare(
      `INSERT INTO deliveries (id, contractor, subscription, event, type, state, attempts, due_at, payload, log, created_at, updated_at)
       SELECT value ->> 'id', value ->> 'contractor', value ->> 'subscription', value ->> 'event', value ->> 'type', 'pending', 0, ?2,
         value ->> 'payload', '[]', ?2, ?2 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING RETURNING id`,
    )
    .bind(JSON.stringify(rows), now)
    .all();
  return z
    .array(z.object({ id: z.string() }))
    .parse(results)
    .map(({ id }) => id);
}

/** Makes due deliveries of a subscription ours until `until`; none that someone else works on. Oldest first. */
export async function claimDeliveries(
  db: D1Database,
  { subscription, claim, now, until, most }: { subscription: string; claim: string; now: number; until: number; most: number },
): Promise<ClaimedDelivery[]> {
  const { results } = await db
    .prepare(
      `UPDATE deliveries SET claim = ?2, claimed_until = ?4 WHERE id IN (
         SELECT id FROM deliveries INDEXED BY deliveries_open
         WHERE subscription = ?1 AND state IN ('pending', 'failed') AND due_at <= ?3 AND (claimed_until IS NULL OR claimed_until <= ?3)
         ORDER BY due_at LIMIT ?5)
       RETURNING id, contractor, subscription, event, type, attempts, payload, log`,
    )
    .bind(subscription, claim, now, until, most)
    .all();
  return z
    .array(Claimed)
    .parse(results)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Writes what came of one that was claimed; nothing if the claim was lost meanwhile. */
export async function settleDelivery(
  db: D1Database,
  { id, attempts, log }: Pick<ClaimedDelivery, "id" | "attempts" | "log">,
  claim: string,
  came: { readonly attempt: Attempt; readonly state: DeliveryState; readonly dueAt: number },
): Promise<void> {
  const kept = [...attemptsOf({ log }), came.attempt].slice(-KEPT_ATTEMPTS);
  const now = came.attempt.at + came.attempt.ms;
  await drizzle(db)
    .update(deliveries)
    .set({
      ...{ state: came.state, dueAt: came.dueAt, attempts: attempts + 1, log: JSON.stringify(kept) },
      ...{ claim: null, claimedUntil: null, updatedAt: now },
    })
    .where(and(eq(deliveries.id, id), eq(deliveries.claim, claim)));
}

/** Subscriptions that wait for nothing but to be worked off. */
export async function dueSubscriptions(
  db: D1Database,
  now: number,
  most: number,
): Promise<{ readonly contractor: string; readonly subscription: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT d.contractor, d.subscription FROM deliveries AS d JOIN subscriptions AS s ON s.id = d.subscription
       WHERE s.state = 'active' AND d.state IN ('pending', 'failed') AND d.due_at <= ?1 AND (d.claimed_until IS NULL OR d.claimed_until <= ?1)
       LIMIT ?2`,
    )
    .bind(now, most)
    .all();
  return z.array(z.object({ contractor: z.string(), subscription: z.string() })).parse(results);
}

/** How far one message to a subscription has come; null: there is none of this id. */
export async function deliveryState(db: D1Database, subscription: string, event: string): Promise<DeliveryState | null> {
  const row = await drizzle(db)
    .select({ state: deliveries.state })
    .from(deliveries)
    .where(and(eq(deliveries.subscription, subscription), eq(deliveries.event, event)))
    .get();
  return row ? z.enum(DELIVERY_STATES).parse(row.state) : null;
}

/** A subscription's, newest first; without their bodies. */
export function listDeliveries(
  db: D1Database,
  filter: { readonly contractor: string; readonly subscription: string; readonly before?: string | undefined; readonly limit: number },
): Promise<Omit<DeliveryRow, "payload">[]> {
  const { payload: _, ...columns } = getTableColumns(deliveries);
  return drizzle(db)
    .select(columns)
    .from(deliveries)
    .where(
      and(
        eq(deliveries.contractor, filter.contractor),
        eq(deliveries.subscription, filter.subscription),
        filter.before === undefined ? undefined : lt(deliveries.id, filter.before),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(filter.limit);
}

/** Has one of the contractor's sent once more, with the whole schedule before it again. Null: there is none. */
export async function replayDelivery(
  db: D1Database,
  contractor: string,
  id: string,
  now: number,
): Promise<Omit<DeliveryRow, "payload"> | null> {
  const { payload: _, ...columns } = getTableColumns(deliveries);
  const row = await drizzle(db)
    .update(deliveries)
    .set({ state: "pending", attempts: 0, dueAt: now, claim: null, claimedUntil: null, updatedAt: now })
    .where(and(eq(deliveries.contractor, contractor), eq(deliveries.id, id)))
    .returning(columns)
    .get();
  return row ?? null;
}

/** Forgets up to `most` that were begun before this time, whatever became of them; says how many. */
export async function purgeDeliveries(db: D1Database, before: number, most: number): Promise<number> {
  const id = newId("dlv", before).slice(0, -16); // an id begins with its time
  const { meta } = await drizzle(db).run(
    sql`DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries WHERE id < ${id} ORDER BY id LIMIT ${most})`,
  );
  return meta.changes;
}
