/** What an operator, an alarm, an event or the contractor's object may ask of a run. Each is a change of standing; the work is `advance`. */
import { dropWait } from "@junction/db";
import { end, fail, finish } from "./advance.ts";
import { isReport, reported } from "./ai-call.ts";
import { type Step, spanMs, stepsOf } from "./definition.ts";
import { DONE, type Live, note, rewind, type StepRow, stand } from "./journal.ts";
import type { Reach } from "./reach.ts";
import { ENDED, type RunOrder, type StartRun } from "./run.ts";
import { eventOutput } from "./waits.ts";

type Order = RunOrder & { readonly by: string; readonly now: number };
const GOES = { state: "running", reason: null, vendors: [], parked: false, wakesAt: null, queued: false } as const;

/** Why it cannot be done, in words; null if it is done. */
export async function obey(live: Live, reach: Reach, ask: StartRun, order: Order): Promise<string | null> {
  const { state, queued, vendors } = live.standing;
  const { by, now } = order;
  const unparked = () => (vendors.length > 0 ? reach.mesh.contractor(ask.contractor).unpark({ kind: "run", id: ask.run }) : undefined);
  switch (order.order) {
    case "pause":
      if (state !== "running" && state !== "waiting") return `Only a run that goes or waits can be paused; this one is ${said(state)}.`;
      live.entered ||= queued;
      stand(live, { ...GOES, state: "paused", reason: `Paused by ${by}`, wakesAt: now + spanMs(ask.definition.expires_after) }, now);
      return null;
    case "resume":
      if (state !== "paused") return `Only a paused run can be resumed; this one is ${said(state)}.`;
      stand(live, GOES, now);
      await unparked();
      return null;
    case "cancel":
      if (ENDED.has(state)) return `The run is ${said(state)} already.`;
      live.entered ||= queued;
      await end(live, reach, "cancelled", `Cancelled by ${by}`);
      return null;
  }
  const row = live.steps.get(order.step);
  if (!row) return "The run has not come to this step.";
  if (row.state === "started" && live.going !== null) return "The step is being done right now. Look again in a moment.";
  switch (order.order) {
    case "retry": {
      if (state === "running") return "The run goes on. Pause it first.";
      const open = after(live, row).find(isOpen);
      if (open?.state === "unknown") return `Say first whether the step ${open.step} happened: otherwise it might be done twice.`;
      if (open && open !== row) return `What came of the step ${open.step} is not known yet: skip it, or wait until it is.`;
      // What is still being tried is tried now, as the same effect; what is over is done again, as another.
      if (open) note(live, { ...row, wakesAt: null });
      else rewind(live, row.step, now);
      break;
    }
    case "skip":
      if (DONE.has(row.state) && row.state !== "failed") return "The step is done already.";
      note(live, { ...row, state: "skipped", endedAt: now, reason: `Skipped by ${by}`, wakesAt: null, awaits: null, early: [] });
      break;
    case "decided": {
      if (row.state !== "unknown") return "What came of this step is known.";
      const { happened } = order;
      const decided = row.call === null ? null : await reach.mesh.contractor(ask.contractor).decide({ call: row.call, happened, now });
      if (decided === "known") note(live, askedAgain(row));
      else if (happened) finish(live, row, row.output ?? {}, now);
      else rewind(live, row.step, now);
      break;
    }
    case "approve":
      if (row.state !== "waiting" || stepOf(ask, row.step)?.type !== "approval") return "This step waits for no approval.";
      if (order.approved) finish(live, row, { approved: "yes" }, now);
      else fail(live, { ...row, output: { approved: "no" } }, `${by} said no`, now);
      break;
  }
  stand(live, GOES, now);
  await unparked();
  return null;
}

const said = (state: string): string => state.replaceAll("_", " ");
const stepOf = (ask: StartRun, id: string): Step | undefined => [...stepsOf(ask.definition.steps)].find(({ step }) => step.id === id)?.step;
/** Something was sent for it, or may have been, and it is not over. */
const isOpen = ({ state, asked }: StepRow): boolean => state === "unknown" || (asked !== null && !DONE.has(state));
/** The step, and those that began after it. */
const after = (live: Live, row: StepRow): StepRow[] => [...live.steps.values()].slice([...live.steps.keys()].indexOf(row.step));

/** The alarm rings: what a time was set for has come. */
export async function timeIsUp(live: Live, reach: Reach, now: number): Promise<void> {
  const { state, wakesAt, reason, vendors, parked } = live.standing;
  // The process ended before the contractor's object had it among those it wakes.
  if (state === "paused" && vendors.length > 0 && !parked && live.going === null) return stand(live, GOES, now);
  if (wakesAt === null || wakesAt > now) return;
  if (state === "waiting") stand(live, GOES, now);
  if (state === "paused") await end(live, reach, "failed", `${reason ?? "Paused"}. Nobody resumed it in time, so it ended`);
}

/** The integration it was paused on works again. */
export function mended(live: Live, now: number): void {
  const { state, vendors } = live.standing;
  if (state === "paused" && vendors.length > 0) stand(live, GOES, now);
}

/** What came of a step that a person is asked about may be known by now. */
export function known(live: Live, now: number): void {
  const { state } = live.standing;
  if (ENDED.has(state)) return;
  for (const row of live.steps.values()) if (row.state === "unknown") note(live, askedAgain(row));
  if (state === "needs_attention") stand(live, GOES, now);
}
/** Asked for once more as the same effect, a step gets what the ledger knows of it, or is unknown as before. */
const askedAgain = (row: StepRow): StepRow => ({ ...row, state: "waiting", wakesAt: null });

/** It is its turn. One that no longer wants it gives it up. */
export function turn(live: Live, now: number): void {
  if (live.standing.queued) stand(live, GOES, now);
  else live.entered ||= live.standing.state !== "running";
}

/** An event that the run may be waiting for. */
export async function happened(
  live: Live,
  { db }: Reach,
  ask: StartRun,
  { type, data, now }: { readonly type: string; readonly data: Readonly<Record<string, unknown>>; readonly now: number },
): Promise<void> {
  const over = ENDED.has(live.standing.state);
  const waits = [...live.steps.values()].filter(({ state, awaits }) => awaits !== null && !DONE.has(state) && !over);
  if (waits.length === 0 && live.going === null) await dropWait(db, ask.run); // it waits for nothing any more
  const row = waits.findLast(({ awaits }) => awaits?.type === type);
  if (!row) return;
  const id = row.output?.["call_id"];
  if (stepOf(ask, row.step)?.type === "ai_call") {
    if (id === undefined) return note(live, { ...row, early: [...row.early, data].slice(-5) });
    if (!isReport(row, type, data)) return;
    finish(live, row, reported(String(id), data), now);
  } else {
    finish(live, row, eventOutput(row, data), now);
  }
  if (live.standing.state === "waiting") stand(live, GOES, now);
  await dropWait(db, ask.run); // before the run goes on, and waits for something else
}
