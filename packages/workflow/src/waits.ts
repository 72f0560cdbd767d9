/** Steps that wait: for a time, for an event, for a person's word. */
import { EVENT_NAMES } from "@junction/core";
import { saveWait } from "@junction/db";
import type { Came, Work } from "./came.ts";
import { type Step, spanMs } from "./definition.ts";
import { type Awaited, note, type StepRow } from "./journal.ts";
import { instant } from "./step-values.ts";
import { render } from "./template.ts";
import { valuesAt } from "./values.ts";

type Of<T extends Step["type"]> = Extract<Step, { type: T }>;
/** An event that nobody gave a deadline is waited for this long. */
const LONGEST = "P30D";

export async function wait(work: Work<Of<"wait">>): Promise<Came> {
  const { live, step, row, reach, ask } = work;
  note(live, { ...row, attempts: 1 });
  if (step.event === undefined) {
    const until = step.until === undefined ? row.startedAt + spanMs(step.for ?? "PT0S") : timeOf(work, step.until);
    return until <= Date.now() ? { came: "done", output: {} } : { came: "waits", reason: "Waits until its time has come", until };
  }
  const until = row.startedAt + spanMs(step.deadline ?? LONGEST);
  if (until <= Date.now()) return { came: "done", output: { happened: "no" } };
  if (ask.lead === null) return { came: "failed", reason: "It waits for an event about a lead, and this run is about none" };
  const awaits = { type: step.event, about: `lead:${ask.lead.id}` };
  note(live, { ...row, attempts: 1, awaits });
  await listen(reach, ask, awaits);
  return { came: "waits", reason: `Waits for this to happen: ${EVENT_NAMES[step.event].toLowerCase()}`, until, awaits };
}

function timeOf(work: Work<Of<"wait">>, until: string): number {
  return Date.parse(instant(render(until, valuesAt(work), "line"), "The time to wait until"));
}

/** Has events of this type about this told to the run. */
export const listen = (
  { db }: { readonly db: D1Database },
  { contractor, run }: { readonly contractor: string; readonly run: string },
  { type, about }: Awaited,
): Promise<void> => saveWait(db, { run, contractor, about, type, since: Date.now() });

/** A person decides; without a word by the deadline it is a no. */
export function approval(work: Work<Of<"approval">>): Came {
  const { live, step, row } = work;
  const until = row.startedAt + spanMs(step.deadline);
  note(live, { ...row, attempts: 1 });
  if (until <= Date.now()) return { came: "failed", reason: "Nobody approved it in time" };
  return { came: "waits", reason: render(step.ask, valuesAt(work)), until };
}

/** What an event says, as outputs of the step that waited for it. */
export const eventOutput = (row: StepRow, data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  ...row.output,
  happened: "yes",
  ...data,
});
