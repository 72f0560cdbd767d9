/** Events in D1 as ingest writes and works them off. Each function is one transaction; what holds between two of them is said there. */
import { getTableColumns } from "drizzle-orm";
import { events } from "./schema.ts";

export type EventRow = typeof events.$inferSelect;
/** An event that is to be written. */
export type NewEvent = Omit<EventRow, "seq">;

/** States in which an event still has to be worked off. Written as the partial indexes have it, or they are not used. */
const OPEN = "state IN ('received', 'failed', 'processing')";
const COLUMNS = Object.entries(getTableColumns(events)).filter(([key]) => key !== "seq");
const NAMES = COLUMNS.map(([, { name }]) => name).join(", ");
/**
 * Its place is after everything that is open in its lane: what was durable before it came stands before it, whatever the clock of the
 * machine says that took it.
 */
const PLACE = `max(value ->> '$.position', coalesce((SELECT max(o.position) + 1 FROM events AS o INDEXED BY events_open
  WHERE o.contractor = value ->> '$.contractor' AND o.lane = value ->> '$.lane' AND o.state IN ('received', 'failed', 'processing')), 0))`;
const VALUES = COLUMNS.map(([key]) => (key === "position" ? PLACE : `value ->> '$.${key}'`)).join(", ");
const READ = ["seq AS seq", ...COLUMNS.map(([key, { name }]) => `${name} AS "${key}"`)].join(", ");

/** D1 takes no parameter of more than two megabytes. */
const CHUNK = 900_000;
/** The longest sealed payload a row can have. */
export const MAX_PAYLOAD = 1_950_000;

/** Rows as JSON parameters: D1 allows 100 bound parameters a statement, and a row has twenty. */
function chunks(rows: readonly NewEvent[]): string[] {
  const found: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (length + text.length > CHUNK) {
      found.push([]);
      length = 0;
    }
    found.at(-1)?.push(text);
    length += text.length;
  }
  return found.map((texts) => `[${texts.join(",")}]`);
}

const insert = (condition: string) =>
  `INSERT INTO events (${NAMES}) SELECT ${VALUES} FROM json_each(?1) WHERE ${condition} ON CONFLICT (connection, vendor_event) DO NOTHING RETURNING id`;
const ids = (results: readonly D1Result[]) => results.flatMap(({ results: rows }) => (rows as { id: string }[]).map(({ id }) => id));

/**
 * Writes events, each once for its connection: says which of them are new. Where deliveries of a connection wait in quarantine, nothing of
 * it is written, and the connection is among `holding`: what came later must not overtake them.
 */
export async function insertEvents(
  db: D1Database,
  rows: readonly NewEvent[],
): Promise<{ readonly inserted: readonly string[]; readonly holding: readonly string[] }> {
  if (rows.length === 0) return { inserted: [], holding: [] };
  const free = "NOT EXISTS (SELECT 1 FROM events AS q WHERE q.connection = value ->> '$.connection' AND q.state = 'quarantined')";
  const connections = JSON.stringify([...new Set(rows.map(({ connection }) => connection))]);
  const results = await db.batch([
    ...chunks(rows).map((chunk) => db.prepare(insert(free)).bind(chunk)),
    db
      .prepare(
        "SELECT value AS connection FROM json_each(?1) WHERE EXISTS (SELECT 1 FROM events WHERE connection = value AND state = 'quarantined')",
      )
      .bind(connections),
  ]);
  const holding = (results.at(-1)?.results as { connection: string }[] | undefined) ?? [];
  return { inserted: ids(results.slice(0, -1)), holding: holding.map(({ connection }) => connection) };
}

/** An event about a lead. */
export interface LeadEvent extends NewEvent {
  readonly lead: string;
}
/** Statements that write each event whose lead is there: for the transaction that makes the leads. */
export const eventsOfLeads = (db: D1Database, events: readonly LeadEvent[]): D1PreparedStatement[] =>
  chunks(events).map((chunk) => db.prepare(insert("EXISTS (SELECT 1 FROM leads WHERE id = value ->> '$.lead')")).bind(chunk));

/** Writes a delivery as it came, unless as many as `limit` of its connection wait already. A second one of the same bytes counts as kept. */
export async function insertRaw(db: D1Database, row: NewEvent, limit: number): Promise<"kept" | "known" | "full"> {
  const room = `?2 > (SELECT count(*) FROM events AS q WHERE q.connection = value ->> '$.connection' AND q.state = 'quarantined')`;
  const [written, known] = await db.batch([
    db.prepare(insert(row.state === "quarantined" ? room : "?2 IS NOT NULL")).bind(`[${JSON.stringify(row)}]`, limit),
    db.prepare("SELECT id FROM events WHERE connection = ?1 AND vendor_event = ?2").bind(row.connection, row.vendorEvent),
  ]);
  if (written?.results.length) return "kept";
  return known?.results.length ? "known" : "full";
}

/** The oldest deliveries of a connection that wait in quarantine, in the order in which they were kept: no clock says which. */
export async function quarantined(db: D1Database, connection: string, limit: number): Promise<readonly EventRow[]> {
  const { results } = await db
    .prepare(
      `SELECT ${READ} FROM events WHERE seq IN
         (SELECT seq FROM events WHERE connection = ?1 AND state = 'quarantined' ORDER BY seq LIMIT ?2) ORDER BY seq`,
    )
    .bind(connection, limit)
    .all<EventRow>();
  return results;
}

/** A raw row as whoever reads it found it: in quarantine, or claimed to be read again. */
export type RawKey = Pick<EventRow, "id" | "state" | "claim">;
const AS_FOUND = "id = ?A AND state = ?B AND claim IS ?C";
const asFound = (first: number) =>
  AS_FOUND.replace("?A", `?${first}`)
    .replace("?B", `?${first + 1}`)
    .replace("?C", `?${first + 2}`);

/**
 * Puts the events of a raw row in its place, all or nothing. If the row is no longer as it was found, another has done it, and nothing
 * happens: so each delivery's events are written once, however many release at a time, and wherever one of them is killed.
 */
export async function replaceRaw(db: D1Database, raw: RawKey, rows: readonly NewEvent[]): Promise<readonly string[]> {
  const key = [raw.id, raw.state, raw.claim];
  const guarded = insert(`EXISTS (SELECT 1 FROM events WHERE ${asFound(2)})`);
  const results = await db.batch([
    ...chunks(rows).map((chunk) => db.prepare(guarded).bind(chunk, ...key)),
    db.prepare(`DELETE FROM events WHERE ${asFound(1)} RETURNING id AS raw`).bind(...key),
  ]);
  return ids(results.slice(0, -1));
}

/** Changes a quarantined row if it is still there: dead, or tried again later. */
export async function noteRaw(
  db: D1Database,
  raw: RawKey,
  to: Pick<EventRow, "state" | "reason" | "updatedAt" | "attempts">,
): Promise<void> {
  await db
    .prepare(`UPDATE events SET state = ?4, reason = ?5, updated_at = ?6, attempts = ?7 WHERE ${asFound(1)}`)
    .bind(raw.id, raw.state, raw.claim, to.state, to.reason, to.updatedAt, to.attempts)
    .run();
}

/**
 * Claims the heads of a contractor's lanes that are due, from the lane after `after` on. Only the oldest open event of a lane is ever
 * claimed, so an entity's events are worked off in their order; lanes know nothing of each other. Leaps from lane to lane by the index.
 */
export async function claimHeads(
  db: D1Database,
  ask: {
    readonly contractor: string;
    readonly after: string;
    readonly claim: string;
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
  },
): Promise<readonly EventRow[]> {
  const next = (after: string) =>
    `SELECT lane FROM events INDEXED BY events_open WHERE contractor = ?1 AND lane > ${after} AND ${OPEN} ORDER BY lane LIMIT 1`;
  const { results } = await db
    .prepare(
      `WITH RECURSIVE lanes (lane) AS (
         SELECT (${next("?2")})
         UNION ALL
         SELECT (${next("lanes.lane")}) FROM lanes WHERE lanes.lane IS NOT NULL
       )
       UPDATE events SET state = 'processing', claim = ?3, claimed_until = ?4 + ?5, attempts = attempts + 1, updated_at = ?4
       WHERE seq IN (
         SELECT head.seq FROM lanes CROSS JOIN events AS head ON head.seq = (
           SELECT seq FROM events INDEXED BY events_open WHERE contractor = ?1 AND lane = lanes.lane AND ${OPEN} ORDER BY position, seq LIMIT 1
         )
         WHERE head.state <> 'processing' AND head.due_at <= ?4 LIMIT ?6
       )
       RETURNING ${READ}`,
    )
    .bind(ask.contractor, ask.after, ask.claim, ask.now, ask.leaseMs, ask.limit)
    .all<EventRow>();
  return results;
}

/** How the work on a claimed event ended. */
export type Settled = Pick<EventRow, "id" | "state" | "done" | "reason" | "dueAt">;

/** Writes what came of claimed events. Where the claim was lost meanwhile, nothing: whoever has it now decides. */
export async function settleEvents(db: D1Database, claim: string, settled: readonly Settled[], now: number): Promise<void> {
  if (settled.length === 0) return;
  await db
    .prepare(
      `UPDATE events SET state = s.value ->> '$.state', done = s.value ->> '$.done', reason = s.value ->> '$.reason',
         due_at = s.value ->> '$.dueAt', claim = NULL, claimed_until = NULL, updated_at = ?3
       FROM json_each(?1) AS s WHERE events.id = s.value ->> '$.id' AND events.claim = ?2`,
    )
    .bind(JSON.stringify(settled), claim, now)
    .run();
}

/** Frees events whose worker is lost; dead where that has happened `tries` times. */
export async function freeLost(db: D1Database, now: number, tries: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `UPDATE events SET state = iif(attempts >= ?2, 'dead', 'failed'), reason = 'whoever worked on it was lost', due_at = ?1, claim = NULL,
         claimed_until = NULL, updated_at = ?1 WHERE ${OPEN} AND state = 'processing' AND claimed_until <= ?1`,
    )
    .bind(now, tries)
    .run();
  return meta.changes;
}

/** Contractors with events that are due and that nobody works on. */
export async function contractorsDue(db: D1Database, now: number, limit: number): Promise<readonly string[]> {
  const { results } = await db
    .prepare(
      `SELECT DISTINCT contractor FROM events INDEXED BY events_due WHERE ${OPEN} AND due_at <= ?1 AND state <> 'processing' LIMIT ?2`,
    )
    .bind(now, limit)
    .all<{ contractor: string }>();
  return results.map(({ contractor }) => contractor);
}

/** Some of the connections with deliveries in quarantine, another choice each time. */
export async function connectionsHolding(
  db: D1Database,
  limit: number,
): Promise<readonly Pick<EventRow, "contractor" | "vendor" | "connection">[]> {
  const { results } = await db
    .prepare("SELECT contractor, vendor, connection FROM events WHERE state = 'quarantined' GROUP BY connection ORDER BY random() LIMIT ?1")
    .bind(limit)
    .all<Pick<EventRow, "contractor" | "vendor" | "connection">>();
  return results;
}

/** Deletes what waited in quarantine since before `before`. */
export async function expireQuarantined(db: D1Database, before: number, limit: number): Promise<number> {
  const { meta } = await db
    .prepare("DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE received_at < ?1 AND state = 'quarantined' LIMIT ?2)")
    .bind(before, limit)
    .run();
  return meta.changes;
}

/** Deletes events that came before `before` and are over, of one contractor or of all; the number of those deleted is at most `limit`. */
export async function purgeEvents(
  db: D1Database,
  ask: { readonly contractor?: string; readonly before: number; readonly limit: number },
): Promise<number> {
  const { contractor, before, limit } = ask;
  const over = "received_at < ?1 AND state IN ('done', 'dead', 'quarantined')";
  const statement =
    contractor === undefined
      ? db.prepare(`DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE ${over} LIMIT ?2)`).bind(before, limit)
      : db
          .prepare(`DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE contractor = ?3 AND ${over} LIMIT ?2)`)
          .bind(before, limit, contractor);
  return (await statement.run()).meta.changes;
}

/** Which events are to be worked off again. */
export interface ReplayFilter {
  readonly contractor: string;
  readonly ids?: readonly string[] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly vendor?: string | undefined;
  readonly type?: string | undefined;
  readonly state?: string | undefined;
}

/** Makes events that are over, or wait to be tried again, due now and as new, in their old places. Says how many. */
export async function reopenEvents(db: D1Database, filter: ReplayFilter, now: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `UPDATE events SET state = 'received', attempts = 0, reason = NULL, done = '[]', due_at = ?2, updated_at = ?2
       WHERE contractor = ?1 AND state IN ('done', 'dead', 'failed')
         AND (?3 IS NULL OR id IN (SELECT value FROM json_each(?3))) AND (?4 IS NULL OR received_at >= ?4) AND (?5 IS NULL OR received_at < ?5)
         AND (?6 IS NULL OR vendor = ?6) AND (?7 IS NULL OR type = ?7) AND (?8 IS NULL OR state = ?8)`,
    )
    .bind(
      filter.contractor,
      now,
      filter.ids === undefined ? null : JSON.stringify(filter.ids),
      filter.from ?? null,
      filter.to ?? null,
      filter.vendor ?? null,
      filter.type ?? null,
      filter.state ?? null,
    )
    .run();
  return meta.changes;
}
