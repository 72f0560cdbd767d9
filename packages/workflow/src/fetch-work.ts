/** A fetch's work: page after page through dispatch, each page's leads in, and then the place in the list kept. A page that a crash cut short is read again. */
import { vendorById } from "@junction/catalog";
import { sha256 } from "@junction/core";
import { type FetchCounts, type FetchState, saveFetch } from "@junction/db";
import { dispatch, park, type ToolCall } from "@junction/dispatch";
import { takeRecords } from "@junction/leads";
import { CrmPage, type FetchView, NO_COUNTS, pageInput, type StartFetch } from "./fetch.ts";
import { judge } from "./outcome.ts";
import type { Reach } from "./reach.ts";
import type { RunRpc } from "./run.ts";
import { startRun } from "./start.ts";

export const PAGE = 100;
/** Runs begun at once. */
const AT_ONCE = 10;
/** How much longer than a page's call its work may take before it is taken to be lost. */
const LOST_GRACE_MS = 15_000;
const TOOL = "crm/fetch_leads";

export interface FetchReach extends Pick<Reach, "mesh" | "db" | "timing"> {
  run(contractor: string, run: string): Pick<RunRpc, "start">;
}

/** What the object keeps. */
export interface Kept {
  readonly ask: StartFetch;
  readonly state: FetchState;
  readonly reason: string | null;
  /** The next page; null: the first. */
  readonly page: string | null;
  readonly counts: FetchCounts;
  /** Tries of this page that failed. */
  readonly failures: number;
  /** When the next try is due; null: it has ended, or waits to be woken. */
  readonly dueAt: number | null;
  readonly updatedAt: number;
}
export interface LiveFetch {
  readonly storage: DurableObjectStorage;
  kept: Kept | null;
  /** A page is being fetched. */
  working: boolean;
}

export async function openFetch(storage: DurableObjectStorage): Promise<LiveFetch> {
  storage.sql.exec("CREATE TABLE IF NOT EXISTS seen (crm_id TEXT PRIMARY KEY) WITHOUT ROWID");
  return { storage, kept: (await storage.get<Kept>("kept")) ?? null, working: false };
}

export const viewOfFetch = ({ ask, state, reason, counts, updatedAt }: Kept): FetchView => ({
  ...{ id: ask.fetch, contractor: ask.contractor, vendor: ask.vendor, workflow: ask.workflow?.id ?? null },
  ...{ state, reason, counts, startedAt: ask.now, updatedAt },
});

const goesOn = (live: LiveFetch): live is LiveFetch & { kept: Kept } => live.kept?.state === "running";

/** Keeps a change, and an alarm: null, for a fetch that has ended or waits to be woken. */
function keep(live: LiveFetch, kept: Kept, change: Partial<Kept>, alarm: number | null): void {
  live.kept = { ...kept, ...change, dueAt: alarm, updatedAt: Date.now() };
  live.storage.put("kept", live.kept);
  if (alarm === null) live.storage.deleteAlarm();
  else live.storage.setAlarm(alarm);
}

/** Begins; harmless when repeated. */
export async function beginFetch(live: LiveFetch, { db }: Pick<FetchReach, "db">, ask: StartFetch): Promise<FetchView> {
  const first: Kept = {
    ask,
    state: "running",
    reason: null,
    page: null,
    counts: NO_COUNTS,
    failures: 0,
    dueAt: ask.now,
    updatedAt: ask.now,
  };
  if (live.kept === null) keep(live, first, {}, Date.now());
  const view = viewOfFetch(live.kept ?? first);
  await saveFetch(db, view);
  return view;
}

/** How it stands. Whoever looks sees to it that one goes on which a crash has left. */
export function lookAtFetch(live: LiveFetch, now: number): FetchView | null {
  const { kept, working, storage } = live;
  if (goesOn(live) && !working && (live.kept.dueAt ?? 0) <= now) storage.setAlarm(now);
  return kept && viewOfFetch(kept);
}

export async function cancelFetch(live: LiveFetch, { db, mesh }: Pick<FetchReach, "db" | "mesh">): Promise<FetchView | null> {
  const { kept } = live;
  if (kept === null) return null;
  if (kept.state === "running" || kept.state === "paused") {
    keep(live, kept, { state: "cancelled", reason: null }, null);
    await mesh.contractor(kept.ask.contractor).unpark({ kind: "fetch", id: kept.ask.fetch });
  }
  const view = viewOfFetch(live.kept ?? kept);
  await saveFetch(db, view);
  return view;
}

/** The integration works again. */
export async function mendedFetch(live: LiveFetch, { db }: Pick<FetchReach, "db">, now: number): Promise<void> {
  if (live.kept?.state !== "paused") return;
  keep(live, live.kept, { state: "running", reason: null, failures: 0 }, now);
  await saveFetch(db, viewOfFetch(live.kept));
}

/** The call for the page it is at. */
const callFor = ({ ask, page }: Kept): ToolCall => ({
  contractor: ask.contractor,
  actor: { kind: "user", id: ask.by, role: "owner" },
  tool: TOOL,
  vendor: ask.vendor,
  input: pageInput(ask, page, PAGE),
});

/** Fetches one page, if it is to go on, and sees to the next. */
export async function workFetch(live: LiveFetch, reach: FetchReach): Promise<void> {
  if (!goesOn(live) || live.working) return;
  const { patienceMs } = reach.timing;
  live.storage.setAlarm(Date.now() + patienceMs + LOST_GRACE_MS); // if we are killed on the way, it goes on then
  live.working = true;
  try {
    const call = callFor(live.kept);
    const answer = await dispatch(reach.mesh, { ...call, patienceMs });
    if (!goesOn(live)) return; // cancelled meanwhile
    if (!answer.ok) await troubled(live, reach, call, answer);
    else await takePage(live, reach, CrmPage.parse(answer.value));
  } catch (error) {
    broke(live, reach, error);
  } finally {
    live.working = false;
  }
  if (live.kept) await saveFetch(reach.db, viewOfFetch(live.kept));
}

/** Ours: the page is read again a few times, later each time. */
function broke(live: LiveFetch, { timing }: FetchReach, error: unknown): void {
  if (!goesOn(live)) return;
  const { kept } = live;
  const { contractor, fetch } = kept.ask;
  console.error(JSON.stringify({ at: "fetch", contractor, fetch, page: kept.page, error: String(error) }));
  const next = timing.backoffMs[kept.failures];
  const reason = "Something broke on our side";
  if (next === undefined) keep(live, kept, { state: "failed", reason }, null);
  else keep(live, kept, { reason, failures: kept.failures + 1 }, Date.now() + next);
}

async function takePage(live: LiveFetch & { kept: Kept }, reach: FetchReach, page: CrmPage): Promise<void> {
  const { ask } = live.kept;
  const fresh = page.leads.filter(
    ({ crm_id }, index) => notSeen(live, crm_id) && page.leads.findIndex((one) => one.crm_id === crm_id) === index,
  );
  const taken = await takeRecords(reach.db, { ...ask, vendorName: vendorById(ask.vendor)?.name ?? ask.vendor, now: Date.now() }, fresh);
  const started = ask.workflow === null ? 0 : await startAll(live, reach, ask.workflow.id, taken);
  if (!goesOn(live)) return; // cancelled meanwhile: what came in stays
  const { kept } = live;
  if (started === null) return keep(live, kept, { state: "failed", reason: `${ask.workflow?.name} is switched off or deleted` }, null);
  const created = taken.filter((one) => one.created).length;
  for (const { crm_id } of fresh) live.storage.sql.exec("INSERT OR IGNORE INTO seen (crm_id) VALUES (?)", crm_id);
  const counts = {
    expected: page.total ?? kept.counts.expected,
    seen: kept.counts.seen + fresh.length,
    created: kept.counts.created + created,
    matched: kept.counts.matched + taken.length - created,
    started: kept.counts.started + started,
    refused: kept.counts.refused + fresh.length - taken.length,
  };
  const { next_page: next } = page;
  // The same page again would go on for ever.
  if (next === undefined || next === kept.page) keep(live, kept, { state: "completed", reason: null, counts, failures: 0 }, null);
  else keep(live, kept, { page: next, counts, failures: 0 }, Date.now());
}

const notSeen = ({ storage }: LiveFetch, id: string): boolean =>
  storage.sql.exec("SELECT 1 FROM seen WHERE crm_id = ?", id).toArray().length === 0;

/** A run for each; says how many were begun by this fetch, or null: the workflow is no longer active. Whoever had one has no second. */
async function startAll(
  live: LiveFetch & { kept: Kept },
  reach: FetchReach,
  workflow: string,
  taken: readonly { readonly ref: string; readonly lead: string }[],
): Promise<number | null> {
  const { contractor, vendor, fetch, repeat, now } = live.kept.ask;
  let begun = 0;
  for (let at = 0; at < taken.length && goesOn(live); at += AT_ONCE) {
    const some = await Promise.all(
      taken.slice(at, at + AT_ONCE).map(async ({ ref, lead }) => {
        const once = repeat ? [contractor, workflow, fetch, ref] : [contractor, workflow, vendor, ref];
        const run = `run_${(await sha256(JSON.stringify(once))).slice(0, 25)}`;
        return startRun(reach, { contractor, workflow, run, lead, now: Date.now() });
      }),
    );
    if (some.some((run) => "refused" in run && run.refused === "workflow")) return null;
    begun += some.filter((run) => !("refused" in run) && run.startedAt >= now).length;
  }
  return begun;
}

async function troubled(
  live: LiveFetch & { kept: Kept },
  { mesh, timing }: FetchReach,
  call: ToolCall,
  answer: Extract<Awaited<ReturnType<typeof dispatch>>, { ok: false }>,
): Promise<void> {
  const { kept } = live;
  const { ask, failures } = kept;
  const came = judge({ tool: TOOL, vendor: answer.vendor ?? ask.vendor, trouble: answer.trouble, failures, backoffMs: timing.backoffMs });
  const again = (reason: string, afterMs: number, counts: boolean) =>
    keep(live, live.kept, { reason, failures: failures + (counts ? 1 : 0) }, Date.now() + afterMs);
  if (came.does === "retry") return again(came.reason, came.afterMs, came.counts);
  if (came.does !== "pause") return keep(live, kept, { state: "failed", reason: came.reason }, null);
  keep(live, kept, { state: "paused", reason: came.reason }, null); // before it asks: `mended` may come before the answer
  const { parked } = await park(mesh, call, { kind: "fetch", id: ask.fetch, workflow: ask.workflow });
  const next = timing.backoffMs[failures];
  if (parked || live.kept.state !== "paused") return;
  if (next === undefined) return keep(live, kept, { state: "failed", reason: came.reason }, null);
  keep(live, kept, { state: "running", reason: came.reason, failures: failures + 1 }, Date.now() + next);
}
