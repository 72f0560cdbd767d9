/** Others are told where a run is: its row in D1, which lists read, and its lead's timeline. The run itself never waits for it. */
import { toolById } from "@junction/catalog";
import { saveRun, type TimelineNote, upsertTimeline } from "@junction/db";
import { announce } from "@junction/outgoing";
import { type Step, stepsOf } from "./definition.ts";
import { type Live, type StepRow, viewOf } from "./journal.ts";
import { nameOf } from "./outcome.ts";
import type { Reach } from "./reach.ts";
import { ENDED, type StartRun } from "./run.ts";
import { STEPS } from "./steps.ts";
import { workEnded } from "./work.ts";

/** While steps follow each other quickly, others are told once in so long. */
const SELDOM_MS = 1_000;

/** Tells others, unless they were told just now; the run does not wait. */
export function soonTell(live: Live, reach: Reach): void {
  if (live.telling === null && Date.now() - live.toldAt >= SELDOM_MS) void tell(live, reach);
}

/** Tells others what they do not know; D1 may fail, and is tried again by the alarm. */
export async function tell(live: Live, reach: Reach): Promise<void> {
  while (live.telling !== null) await live.telling;
  if (!live.untold) return;
  live.telling = write(live, reach).finally(() => {
    live.telling = null;
  });
  await live.telling;
}

async function write(live: Live, { db, outgoing }: Reach): Promise<void> {
  const { ask } = live;
  const view = viewOf(live);
  if (!ask || !view) return;
  live.untold = false;
  live.toldAt = Date.now();
  try {
    const { id, contractor, workflow, version, name, lead, state, reason, vendor, step, startedAt, updatedAt, wakesAt } = view;
    const row = {
      id,
      contractor,
      workflow,
      version,
      name,
      lead: lead?.id ?? null,
      state,
      reason,
      vendor,
      step,
      startedAt,
      updatedAt,
      wakesAt,
    };
    const notes = lead ? notesOf(live, ask, lead.id) : [];
    // A list finds a run that goes when it is late: it is, if nothing more is heard of it.
    await Promise.all([saveRun(db, { ...row, wakesAt: state === "running" ? live.alarmAt : wakesAt }), upsertTimeline(db, notes)]);
    const ended = workEnded(view);
    if (ended) await announce(outgoing, contractor, ended); // a repeat finds it there
    live.dropped.length = 0;
    for (const note of notes) live.told.set(note.id, JSON.stringify(note));
  } catch (error) {
    live.untold = true;
    console.error(JSON.stringify({ at: "run", what: "not told", run: ask.run, contractor: ask.contractor, error: String(error) }));
  }
}

/** What the timeline does not say yet, an entry an effect. */
function notesOf(live: Live, ask: StartRun, lead: string): TimelineNote[] {
  const steps = new Map([...stepsOf(ask.definition.steps)].map(({ step }) => [step.id, step]));
  return [...live.dropped, ...live.steps.values()].flatMap((row) => {
    const step = steps.get(row.step);
    if (!step || !hasEffect(step)) return [];
    const note = noteOf(ask, lead, step, row, ENDED.has(live.standing.state) ? live.standing.reason : null);
    return live.told.get(note.id) === JSON.stringify(note) ? [] : [note];
  });
}

const hasEffect = (step: Step): boolean =>
  step.type === "tool" ? toolById(step.tool)?.effect !== "read" : !["wait", "branch", "approval"].includes(step.type);

/** `ended`: why the run is over, though the step is not. */
function noteOf(ask: StartRun, lead: string, step: Step, row: StepRow, ended: string | null): TimelineNote {
  const title = step.title ?? (step.type === "tool" ? toolById(step.tool)?.title : undefined) ?? STEPS[step.type].title;
  const through = row.vendor === null ? "" : ` through ${nameOf(row.vendor)}`;
  const about = {
    ...{ id: `${ask.run}.${row.step}.${row.again}`, contractor: ask.contractor, lead, at: row.startedAt, type: `step.${step.type}` },
    ...{ vendor: row.vendor, url: row.url, run: ask.run },
  };
  if (row.state === "completed") return { ...about, state: "success", words: `${title}: done${through}` };
  const reason = row.state === "failed" || row.state === "skipped" ? row.reason : ended;
  if (reason !== null) return { ...about, state: "failure", words: `${title}: ${reason}` };
  return { ...about, state: "pending", words: row.reason === null ? `${title}: under way` : `${title}: ${row.reason}` };
}
