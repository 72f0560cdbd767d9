/** A run goes on: one step after the other, until it waits, pauses or ends. What is written here holds however often the process ends. */
import { park, type ToolCall } from "@junction/dispatch";
import { perform } from "./attempt.ts";
import type { Came, Work } from "./came.ts";
import { type Step, spanMs } from "./definition.ts";
import { next } from "./flow.ts";
import { DONE, type Live, note, ring, type StepRow, stand } from "./journal.ts";
import { judge, type Verdict } from "./outcome.ts";
import { patienceNow } from "./patience.ts";
import type { Reach } from "./reach.ts";
import { ENDED, type RunState, type StartRun } from "./run.ts";
import { soonTell, tell } from "./tell.ts";

/** Steps in one invocation: a call is four of the platform's invocations, and 32 are allowed. */
const STEPS_AT_A_TIME = 6;
/** So long after its end a run is forgotten, but for its row in the list: it holds what was said to people, and what they said. */
const KEPT_MS = 90 * 86_400_000;
/** Whoever waits for a turn asks again by itself after so long. */
const TURN_AGAIN_MS = 10 * 60_000;
/** More than one attempt takes: if the alarm rings while nobody works, the process has ended. */
const guardMs = (live: Live, { timing }: Reach): number => patienceNow(live, timing) + 5_000;

/** Goes on if it can. Only one goes at a time: whoever asks meanwhile gets the same. */
export function advance(live: Live, reach: Reach): Promise<void> {
  live.going ??= go(live, reach).finally(() => {
    live.going = null;
  });
  return live.going;
}

const running = ({ standing }: Live): boolean => standing.state === "running";

async function go(live: Live, reach: Reach): Promise<void> {
  live.entered = false; // it asks again: a place it has, it keeps
  for (let steps = 0; running(live); ) {
    await guard(live, reach);
    const { ask } = live;
    if (!ask) return;
    if (steps === STEPS_AT_A_TIME) return ring(live, Date.now());
    if (live.entered || (await enter(live, reach, ask))) {
      steps++;
      const what = next(ask.definition, live.steps.values());
      if (what.do) await one(live, reach, ask, what.do);
      else await end(live, reach, what.ended, what.ended === "failed" ? `${what.step}: ${what.reason}` : null);
    }
    soonTell(live, reach);
    if (!running(live)) await rest(live, reach); // it may be woken meanwhile, and goes on
  }
}

/** A place among the workflow's runs that go at a time; false: there is none now. */
async function enter(live: Live, { mesh }: Reach, { contractor, workflow, run, definition }: StartRun): Promise<boolean> {
  const limit = definition.concurrency;
  live.entered = true;
  const now = Date.now();
  const verdict = await mesh.contractor(contractor).enter({ contractor, workflow, run, limit, now });
  if (verdict === "go") return true;
  live.entered = false;
  if (running(live))
    stand(live, { ...WAITS, reason: `Waits for its turn: ${limit} at a time`, queued: true, wakesAt: now + TURN_AGAIN_MS }, now);
  return false;
}
const WAITS = { state: "waiting", vendors: [], parked: false } as const;

/** One attempt at one step, and what comes of it. */
async function one(live: Live, reach: Reach, ask: StartRun, step: Step): Promise<void> {
  const row = live.steps.get(step.id) ?? fresh(step.id, live.standing.again[step.id] ?? 0);
  if (row.state === "waiting" && row.wakesAt !== null && row.wakesAt > Date.now()) {
    stand(live, { ...WAITS, reason: row.reason, wakesAt: row.wakesAt }, Date.now()); // it was paused while it waited
    return;
  }
  await take(live, reach, await performed({ live, reach, ask, step, row }), step.id);
}

/** What breaks on the way is ours: it is tried again like any passing trouble. */
async function performed(work: Work<Step>): Promise<Came> {
  try {
    return await perform(work);
  } catch (error) {
    const { ask, step, row, reach, live } = work;
    console.error(
      JSON.stringify({ at: "run", what: "step broke", run: ask.run, contractor: ask.contractor, step: step.id, error: String(error) }),
    );
    if (!live.steps.has(step.id)) note(live, row);
    const { failures } = live.steps.get(step.id) ?? row;
    return {
      came: "broke",
      verdict: judge({ tool: "", vendor: undefined, trouble: { kind: "Fault" }, failures, backoffMs: reach.timing.backoffMs }),
    };
  }
}

const fresh = (step: string, again: number): StepRow => ({
  ...{
    step,
    state: "started",
    attempts: 0,
    startedAt: Date.now(),
    endedAt: null,
    call: null,
    output: null,
    reason: null,
    wakesAt: null,
    again,
  },
  ...{ asked: null, kept: null, failures: 0, awaits: null, vendor: null, url: null, early: [] },
});

/** Writes down what came of an attempt, and where the run is now; an order that was given meanwhile stands. */
async function take(live: Live, reach: Reach, came: Came, step: string): Promise<void> {
  const row = live.steps.get(step);
  if (!row || DONE.has(row.state)) return; // an event was quicker
  const now = Date.now();
  const call = ("call" in came ? came.call : null) || row.call;
  switch (came.came) {
    case "done":
      return finish(live, { ...row, call, vendor: came.vendor ?? row.vendor, url: came.url ?? row.url }, came.output, now);
    case "failed":
      return fail(live, { ...row, call }, came.reason, now);
    case "waits": {
      const { reason, until: wakesAt, awaits = null, output = row.output, vendor = row.vendor } = came;
      note(live, { ...row, state: "waiting", reason, wakesAt, awaits, output, call, vendor });
      return move(live, { ...WAITS, reason, wakesAt }, now);
    }
    case "trouble":
      return trouble(live, reach, { ...row, call }, came.verdict, came.asked, now);
    case "broke":
      return trouble(live, reach, row, came.verdict, null, now);
  }
}

async function trouble(
  live: Live,
  { mesh, timing }: Reach,
  row: StepRow,
  verdict: Verdict,
  asked: ToolCall | null,
  now: number,
): Promise<void> {
  const { reason } = verdict;
  const later = (wakesAt: number, failures: number) => {
    note(live, { ...row, state: "waiting", reason, wakesAt, failures });
    move(live, { ...WAITS, reason, wakesAt }, now);
  };
  switch (verdict.does) {
    case "fail":
      return fail(live, row, reason, now);
    case "ask":
      note(live, { ...row, state: "unknown", reason, wakesAt: null });
      return move(live, { state: "needs_attention", reason, wakesAt: null }, now);
    case "retry":
      return later(now + verdict.afterMs, row.failures + (verdict.counts ? 1 : 0));
    case "pause": {
      note(live, { ...row, state: "waiting", reason, wakesAt: null });
      const { ask } = live;
      if (!running(live) || !ask || !asked) return;
      // Before it is parked: the word that it is mended may come before the answer does.
      move(
        live,
        { state: "paused", reason, vendors: verdict.vendors, parked: false, wakesAt: now + spanMs(ask.definition.expires_after) },
        now,
      );
      const { id, name } = { id: ask.workflow, name: ask.definition.name };
      const paused = live.standing;
      const parking = await park(mesh, asked, { kind: "run", id: ask.run, workflow: { id, name } });
      if (live.standing !== paused) return;
      if (parking.parked) return stand(live, { vendors: [parking.vendor], parked: true }, Date.now());
      const wait = timing.backoffMs[row.failures];
      stand(live, { state: "running" }, Date.now());
      return wait === undefined ? fail(live, row, reason, Date.now()) : later(Date.now() + wait, row.failures + 1);
    }
  }
}

/** Moves a run that goes; one that a person has stopped meanwhile stays as they left it. */
function move(live: Live, to: Parameters<typeof stand>[1], now: number): void {
  if (running(live)) stand(live, { queued: false, ...to }, now);
}

/** Writes down that a step is done. */
export const finish = (live: Live, row: StepRow, output: Readonly<Record<string, unknown>>, now: number): void =>
  note(live, { ...row, state: "completed", endedAt: now, reason: null, wakesAt: null, awaits: null, early: [], output });

/** Writes down that a step failed; what that makes of the run, its definition says. */
export const fail = (live: Live, row: StepRow, reason: string, now: number): void =>
  note(live, { ...row, state: "failed", endedAt: now, reason, wakesAt: null, awaits: null, early: [] });

/** The run is over. */
export async function end(live: Live, reach: Reach, state: RunState, reason: string | null): Promise<void> {
  const { ask } = live;
  const parked = live.standing.vendors.length > 0;
  stand(live, { state, reason, vendors: [], parked: false, wakesAt: null, queued: false }, Date.now());
  if (parked && ask) await reach.mesh.contractor(ask.contractor).unpark({ kind: "run", id: ask.run });
}

/** Nothing more is to be done now: others are told, the place is given up, and the alarm is set for what comes next. */
export async function rest(live: Live, reach: Reach): Promise<void> {
  const { ask } = live;
  if (!ask) return;
  if (live.entered && !running(live)) {
    live.entered = false;
    await reach.mesh.contractor(ask.contractor).leave({ workflow: ask.workflow, run: ask.run, now: Date.now() });
  }
  await tell(live, reach);
  await alarm(live, reach);
}

/** Whether it ended so long ago that it is to be forgotten. */
export const outlived = ({ standing }: Live, now: number): boolean => ENDED.has(standing.state) && standing.updatedAt + KEPT_MS <= now;

/** Sets the alarm for what comes next; while others do not know where the run is, not later than in a while. */
async function alarm(live: Live, reach: Reach): Promise<void> {
  if (running(live)) return guard(live, reach);
  const { state, wakesAt, updatedAt } = live.standing;
  const next = ENDED.has(state) ? updatedAt + KEPT_MS : wakesAt;
  await ring(live, live.untold ? Math.min(next ?? Number.POSITIVE_INFINITY, Date.now() + guardMs(live, reach)) : next);
}

/** If the process ends in the middle, the alarm goes on from what the journal says. */
async function guard(live: Live, reach: Reach): Promise<void> {
  const by = Date.now() + guardMs(live, reach);
  if (live.alarmAt === null || live.alarmAt > by) await ring(live, by);
}
