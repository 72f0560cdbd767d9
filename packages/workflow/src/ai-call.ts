/**
 * The AI call: it is made, and then its end is waited for. The call's report may come before the answer that names the call, so the run
 * listens before the call goes out; a report that never comes is made good by asking, at the deadline.
 */

import { attempt, tried } from "./call.ts";
import type { Came, Work } from "./came.ts";
import { type Step, spanMs } from "./definition.ts";
import type { StepRow } from "./journal.ts";
import type { StepCall } from "./steps.ts";
import { listen } from "./waits.ts";

type AiCall = Extract<Step, { type: "ai_call" }>;
type Data = Readonly<Record<string, unknown>>;
const ENDS = "call.completed";
/** A call that still goes on at its deadline is asked about again after this, as long as a call can last. */
const AGAIN_MS = 2 * 60_000;
const LONGEST_MS = 6 * 3_600_000;

export async function aiCall(work: Work<AiCall>, filledIn: () => Promise<StepCall>): Promise<Came> {
  const { live, row, ask, step, reach } = work;
  const { output } = row;
  if (output !== null && typeof output["call_id"] === "string") return askNow(work, output["call_id"]);
  const asked = row.asked ?? (await filledIn());
  if (ask.lead) await listen(reach, ask, { type: ENDS, about: `lead:${ask.lead.id}` });
  const called = await attempt(work, { ...tried(row), asked, awaits: { type: ENDS, about: "" } }, asked);
  if ("trouble" in called) return called.trouble;
  const { value, vendor, call } = called.answer;
  const id = (value as { readonly call_id?: string } | null)?.call_id;
  if (id === undefined) return { came: "done", output: {}, call, vendor }; // a person said that it happened, and nobody knows which call it was
  const awaits = { type: ENDS, about: `${vendor}/call:${id}` };
  const early = live.steps.get(row.step)?.early.find((data) => data["call_id"] === id);
  if (early) return { came: "done", output: reported(id, early), call, vendor };
  await listen(reach, ask, awaits);
  return {
    came: "waits",
    reason: "The assistant is calling",
    until: Date.now() + spanMs(step.deadline),
    awaits,
    output: { call_id: id },
    call,
    vendor,
  };
}

/** The deadline has passed without a report: the vendor is asked. */
async function askNow(work: Work<AiCall>, id: string): Promise<Came> {
  const { row, step } = work;
  const called = await attempt(work, row, { tool: "crm/get_ai_call", vendor: row.vendor ?? undefined, input: { call_id: id } }, ".end");
  if ("trouble" in called) return called.trouble;
  const { value, call } = called.answer;
  const { status, ended_reason, duration_seconds, transcript, summary, success_evaluation } = value as Data;
  const now = Date.now();
  if (status === "ended")
    return {
      came: "done",
      call,
      output: reported(id, { status: ended_reason, duration_seconds, transcript, summary, success_evaluation }),
    };
  if (now > row.startedAt + spanMs(step.deadline) + LONGEST_MS) return { came: "failed", reason: "The call never came to an end", call };
  return { came: "waits", reason: "The assistant is still calling", until: now + AGAIN_MS, call };
}

/** Whether an event is this call's report. */
export const isReport = (row: StepRow, type: string, data: Data): boolean => type === ENDS && row.output?.["call_id"] === data["call_id"];

/** A call's report as the step's outputs; what is not said is left out. */
export function reported(id: string, { status, duration_seconds, transcript, summary, success_evaluation }: Data): Data {
  const said = { status, duration: duration_seconds, success_evaluation, summary, transcript };
  return { call_id: id, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) };
}
