/**
 * What a run's Durable Object holds, mirrored in memory and written through: `run` (`ask`, what it was started with, and `standing`, where it
 * is) and `steps` (the journal, in the order in which steps began). Nothing is on the way to a vendor before the journal says so. No secret is here.
 */
import type { RunState, RunView, StartRun, StepRecord } from "./run.ts";
import { ENDED } from "./run.ts";
import type { StepCall } from "./steps.ts";

/** What a step waits for besides a time: an event about one of these. */
export interface Awaited {
  readonly type: string;
  readonly about: string;
}

/** A step's record, and what only the engine reads. */
export interface StepRow extends StepRecord {
  /** Its call, filled in once, so that a repeat asks for the very same. */
  readonly asked: StepCall | null;
  /** What the step's own code must remember between its tries. */
  readonly kept: unknown;
  /** Tries that failed and count. */
  readonly failures: number;
  readonly awaits: Awaited | null;
  /** The provider that served it, and where a person sees what was made there. */
  readonly vendor: string | null;
  readonly url: string | null;
  /** Events that came before it was known which one it waits for: their data. */
  readonly early: readonly Readonly<Record<string, unknown>>[];
}

/** Where a run is, besides its steps. */
export interface Standing {
  readonly state: RunState;
  readonly reason: string | null;
  /** The integrations it is paused on. */
  readonly vendors: readonly string[];
  /** The contractor's object will say when one of them works again. */
  readonly parked: boolean;
  /** When it goes on by itself; of a paused run, when it expires. */
  readonly wakesAt: number | null;
  /** It waits for its turn among the workflow's runs. */
  readonly queued: boolean;
  readonly updatedAt: number;
  /** Step → how often a person said "do it again". */
  readonly again: Readonly<Record<string, number>>;
}

/** A run in memory. */
export interface Live {
  readonly storage: DurableObjectStorage;
  ask: StartRun | null;
  standing: Standing;
  readonly steps: Map<string, StepRow>;
  alarmAt: number | null;
  /** The work under way: one step at a time. */
  going: Promise<void> | null;
  /** It holds a place among the workflow's runs that go at a time. */
  entered: boolean;
  /** Others have not yet been told where it is. */
  untold: boolean;
  /** Entry → what the lead's timeline says. */
  readonly told: Map<string, string>;
  toldAt: number;
  /** Tries that were given up for another, of which the timeline has yet to be told. */
  readonly dropped: StepRow[];
  telling: Promise<void> | null;
  /** How far the step under way says it is: not worth writing down. */
  progress: number | null;
}

const TABLES = `
CREATE TABLE IF NOT EXISTS run (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS steps (seq INTEGER PRIMARY KEY, step TEXT NOT NULL, record TEXT NOT NULL);`;

const NOTHING: Standing = {
  state: "running",
  reason: null,
  vendors: [],
  parked: false,
  wakesAt: null,
  queued: false,
  updatedAt: 0,
  again: {},
};

/** Reads what is stored, if anything is. */
export async function openJournal(storage: DurableObjectStorage): Promise<Live> {
  const alarmAt = await storage.getAlarm();
  const live: Live = {
    ...{ storage, ask: null, standing: NOTHING, steps: new Map(), alarmAt, going: null },
    ...{ entered: false, untold: true, told: new Map(), dropped: [], toldAt: 0, telling: null, progress: null },
  };
  const { sql } = storage;
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'run'").toArray().length === 0) return live;
  for (const { name, value } of sql.exec<{ name: string; value: string }>("SELECT name, value FROM run")) {
    if (name === "ask") live.ask = JSON.parse(value) as StartRun;
    else live.standing = JSON.parse(value) as Standing;
  }
  for (const { step, record } of sql.exec<{ step: string; record: string }>("SELECT step, record FROM steps ORDER BY seq"))
    live.steps.set(step, JSON.parse(record) as StepRow);
  // It was under way when the process ended, or its alarm could not be set: it need not wait for one.
  if (live.ask && live.standing.state === "running") await ring(live, Date.now());
  return live;
}

/** Writes down that the run begins. */
export function begin(live: Live, ask: StartRun): void {
  const { sql } = live.storage;
  sql.exec(TABLES);
  live.ask = ask;
  live.standing = { ...NOTHING, updatedAt: ask.now };
  sql.exec("INSERT INTO run (name, value) VALUES ('ask', ?), ('standing', ?)", JSON.stringify(ask), JSON.stringify(live.standing));
}

/** Moves the run to another standing. */
export function stand(live: Live, to: Partial<Omit<Standing, "updatedAt">>, now: number): void {
  // Later than what was told before, whatever the clock says: an older row in D1 gives way.
  live.standing = { ...live.standing, ...to, updatedAt: Math.max(now, live.standing.updatedAt + 1) };
  live.untold = true;
  live.storage.sql.exec("UPDATE run SET value = ? WHERE name = 'standing'", JSON.stringify(live.standing));
}

/** Writes a step's record; a new one goes at the journal's end. */
export function note(live: Live, row: StepRow): void {
  const known = live.steps.has(row.step);
  live.steps.set(row.step, row);
  live.untold = true;
  const place = [...live.steps.keys()].indexOf(row.step);
  live.storage.sql.exec(
    known ? "UPDATE steps SET record = ?3 WHERE seq = ?1 AND step = ?2" : "INSERT INTO steps (seq, step, record) VALUES (?1, ?2, ?3)",
    ...[place, row.step, JSON.stringify(row)],
  );
}

/** Forgets a step and all that came after it, as far as they were done: they are to be done again, as new effects. */
export function rewind(live: Live, step: string, now: number): void {
  const names = [...live.steps.keys()];
  const from = names.indexOf(step);
  const again = { ...live.standing.again };
  for (const name of names.slice(from)) {
    const row = live.steps.get(name);
    again[name] = (row?.again ?? 0) + 1;
    if (row && !DONE.has(row.state)) live.dropped.push({ ...row, state: "failed", reason: "given up, and done again" });
    live.steps.delete(name);
  }
  live.storage.sql.exec("DELETE FROM steps WHERE seq >= ?", from);
  stand(live, { again }, now);
}

/** Sees to it that the alarm rings at `at`, or not at all. */
export async function ring(live: Live, at: number | null): Promise<void> {
  if (live.alarmAt === at) return;
  live.alarmAt = at;
  await (at === null ? live.storage.deleteAlarm() : live.storage.setAlarm(at));
}

/** The run as everyone sees it. */
export function viewOf(live: Live): RunView | null {
  const { ask, standing } = live;
  if (!ask) return null;
  const ended = ENDED.has(standing.state);
  return {
    ...{ id: ask.run, contractor: ask.contractor, workflow: ask.workflow, version: ask.version, name: ask.definition.name },
    ...{ lead: ask.lead, depth: ask.depth ?? 0, state: standing.state, reason: standing.reason, vendor: standing.vendors[0] ?? null },
    step: ended ? null : ([...live.steps.values()].findLast(({ state }) => !DONE.has(state))?.step ?? null),
    ...{ startedAt: ask.now, updatedAt: standing.updatedAt, wakesAt: standing.wakesAt },
    ...{ tool: ask.work?.tool ?? "", asked: ask.work?.input ?? null, progress: live.progress },
    steps: [...live.steps.values()].map(recordOf),
  };
}
/** A step in one of these is not done again by itself. */
export const DONE: ReadonlySet<StepRecord["state"]> = new Set(["completed", "failed", "skipped"]);

function recordOf({
  asked: _,
  kept: _k,
  failures: __,
  awaits: ___,
  vendor: ____,
  url: _____,
  early: ______,
  ...record
}: StepRow): StepRecord {
  return record;
}
