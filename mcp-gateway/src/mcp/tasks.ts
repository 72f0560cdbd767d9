/**
 * The tasks extension of 2026-07-28, which the SDK leaves to servers: whoever declares it gets a task for a workflow it starts, asks after it
 * and cancels it. The task is the run, under the run's id, and is looked after by the same tools as without it.
 */
import { type Caller, callTool, type ToolResult } from "./call.ts";

export const TASKS = "io.modelcontextprotocol/tasks";
const START = "crm/start_workflow";
const LOOK = "crm/get_workflow_run";
const CANCEL = "crm/cancel_workflow_run";
/** A run goes on for minutes or for weeks; nobody need ask more often. */
const POLL_MS = 5_000;

type Plain = Readonly<Record<string, unknown>>;
export type TaskAnswer = { readonly result: Plain } | { readonly code: number; readonly message: string } | "unauthenticated";

/** The task in the place of a started workflow's result; null if the result is to be given as it is. */
export async function taskFor(caller: Caller, tool: string, result: ToolResult): Promise<Plain | null> {
  const { tools } = caller.agent;
  const run = result.structuredContent?.["run_id"];
  if (tool !== START || typeof run !== "string" || (tools !== null && !tools.includes(LOOK))) return null;
  const task = await look(caller, run);
  return "result" in (task as object) ? { ...(task as { readonly result: Plain }).result, resultType: "task" } : null;
}

/** Answers `tasks/get`, `tasks/cancel` and `tasks/update`; null for any other method. */
export async function taskMethod(caller: Caller, method: string, id: string): Promise<TaskAnswer | null> {
  if (method === "tasks/get") return look(caller, id);
  if (method !== "tasks/cancel" && method !== "tasks/update") return null;
  const known = await look(caller, id);
  if (known === "unauthenticated" || "code" in known) return known;
  if (method === "tasks/cancel") {
    const called = await callTool(caller, CANCEL, { run_id: id, idempotency_key: `task:${id}` });
    if (called.state === "unauthenticated") return "unauthenticated";
    // One that ended meanwhile stays as it ended; a key that may not cancel is told so.
    if (called.state === "result" && called.result.isError && known.result["status"] === "working") return refused(called.result);
  }
  return { result: { resultType: "complete" } }; // a run asks its questions of people, so an update has nothing to say
}

async function look(caller: Caller, id: string): Promise<TaskAnswer> {
  const called = await callTool(caller, LOOK, { run_id: id });
  if (called.state === "unauthenticated") return "unauthenticated";
  if (called.state !== "result") return { code: -32603, message: called.message };
  const run = called.result.structuredContent;
  return run ? { result: { resultType: "complete", ...taskOf(run) } } : refused(called.result);
}

const refused = ({ content }: ToolResult): TaskAnswer => ({ code: -32602, message: content[0]?.text ?? "There is no such task." });

function taskOf({ run_id, state, reason, started_at, updated_at }: Plain): Plain {
  const task = {
    taskId: run_id,
    ...(reason !== undefined && { statusMessage: reason }),
    ...{ createdAt: started_at, lastUpdatedAt: updated_at, ttlMs: null, pollIntervalMs: POLL_MS },
  };
  if (state === "cancelled") return { ...task, status: "cancelled" };
  if (state !== "completed" && state !== "failed") return { ...task, status: "working" };
  const value = { run_id, state };
  const words = state === "failed" ? `The workflow failed: ${String(reason ?? "no reason is known")}` : JSON.stringify(value);
  const result = { content: [{ type: "text", text: words }], ...(state === "failed" ? { isError: true } : { structuredContent: value }) };
  return { ...task, status: "completed", result };
}
