/**
 * Work in the background: one call of a tool that takes longer than its caller waits. It is a run of that one step under no workflow of the
 * contractor's, so that it pauses on a broken integration, goes on after a crash, and has its effect once, like any.
 */
import { toolById } from "@junction/catalog";
import { type CallAsk, JUNCTION, type Outcome, StartedWork, WORK } from "@junction/core";
import type { Announcement } from "@junction/outgoing";
import * as z from "zod";
import type { Definition } from "./definition.ts";
import { ENDED, type RunRpc, type RunState, type RunView } from "./run.ts";

const STEP = "work";
/** Pieces of work that go on at a time, per contractor; the others wait for their turn. */
const AT_A_TIME = 20;

type Status = z.output<typeof StartedWork>["status"];
const STATUS: Readonly<Record<RunState, Status>> = {
  ...{ running: "working", waiting: "waiting", paused: "waiting", needs_attention: "unknown" },
  ...{ completed: "completed", failed: "failed", cancelled: "cancelled" },
};

interface Reach {
  run(contractor: string, run: string): Pick<RunRpc, "start" | "view" | "order">;
}

/** The effect's key names the work: whoever repeats the call finds the work that it began. */
export async function startWork({ run }: Reach, { contractor, tool, input, idempotencyKey, only }: CallAsk): Promise<Outcome<unknown>> {
  const id = `work_${idempotencyKey.slice(0, 32)}`;
  const asked = { tool, input: input as Readonly<Record<string, unknown>>, ...(only !== undefined && { vendor: only }) };
  const view = await run(contractor, id).start({
    ...{ contractor, run: id, workflow: WORK, version: 0, definition: definitionOf(tool), work: asked },
    ...{ lead: null, input: {}, now: Date.now() },
  });
  return { ok: true, value: StartedWork.parse({ work_id: id, status: STATUS[view.state] }) };
}

const One = z.object({ work_id: z.string() });

/** What became of it, as whoever started it may know. */
export async function getWork({ run }: Reach, { contractor, input }: CallAsk): Promise<Outcome<unknown>> {
  return told(await run(contractor, One.parse(input).work_id).view());
}

/** It is not gone on with; whatever is over already stays as it ended. */
export async function cancelWork({ run }: Reach, { contractor, input }: CallAsk): Promise<Outcome<unknown>> {
  const work = run(contractor, One.parse(input).work_id);
  const found = await work.view();
  if (found?.workflow !== WORK) return told(null);
  const done = await work.order({ order: "cancel", by: "an agent", now: Date.now() });
  return told(done === null || "refused" in done ? await work.view() : done);
}

const told = (view: RunView | null): Outcome<unknown> =>
  view?.workflow === WORK ? { ok: true, value: shown(view) } : { ok: false, error: { kind: "NotFound" } };

function shown(view: RunView) {
  const { id, tool, state, progress, startedAt, updatedAt, steps } = view;
  const [step] = steps;
  const reason = workReason(view);
  return {
    ...{ work_id: id, tool, status: STATUS[state] },
    ...(progress !== null && state === "running" && { progress }),
    ...(step?.state === "completed" && { result: { ...step.output } }),
    ...(reason !== null && { reason }),
    ...{ started_at: new Date(startedAt).toISOString(), updated_at: new Date(updatedAt).toISOString() },
  };
}

/** Why work does not go on. An attempt under way is not broken off by a cancellation, so what came of it is said too. */
export function workReason({ state, reason, steps: [step] }: RunView): string | null {
  if (state !== "cancelled") return step?.state === "completed" ? null : (step?.reason ?? reason);
  const by = reason ?? "Cancelled";
  if (!step || step.attempts === 0) return `${by} before it began. Nothing was sent`;
  switch (step.state) {
    case "completed":
      return `${by}, but it was done by then, and that stays as it is`;
    case "failed":
      return `${by}. It had failed by itself: ${step.reason}`;
    case "unknown":
      return `${by}. It may have happened: look there before it is asked for again`;
    case "started":
      return `${by} while it was under way. What has reached the integration stays there, and what is on its way may still arrive`;
    default:
      return `${by}. What had reached the integration by then stays there`;
  }
}

const definitionOf = (tool: string): Definition => ({
  ...{ name: toolById(tool)?.title ?? tool, description: "", trigger: { on: "manual" }, concurrency: AT_A_TIME, expires_after: "P7D" },
  steps: [{ id: STEP, type: "tool", tool, arguments: {}, on_failure: "stop" }],
});

/** What is told to the contractor's own systems once the work is over; null before that, and of a run of a workflow. */
export function workEnded(view: RunView): Announcement | null {
  const { id, workflow, tool, state, updatedAt } = view;
  if (workflow !== WORK || !ENDED.has(state)) return null;
  const reason = workReason(view);
  return {
    ...{ id: `evt_${id}`, type: state === "completed" ? "work.finished" : "work.failed", vendor: JUNCTION, at: updatedAt },
    data: { work_id: id, tool, status: STATUS[state], ...(reason !== null && { reason }) },
  };
}
