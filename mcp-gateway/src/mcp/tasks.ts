/**
 * The tasks extension of 2026-07-28, which the SDK leaves to servers: whoever declares it gets a task for a workflow it starts, and for a tool
 * that goes on in the background, asks after it and cancels it. The task is the run or the work, under its id, and is looked after by the
 * same tools as without it.
 */
import { toolById } from "@junction/catalog";
import { type Caller, callTool, type ToolResult } from "./call.ts";

export const TASKS = "io.modelcontextprotocol/tasks";
const START = "crm/start_workflow";
const isWork = (id: string): boolean => id.startsWith("work_");
/** What a task is asked after by. */
const lookOf = (id: string) =>
  isWork(id) ? { tool: "crm/get_work", input: { work_id: id } } : { tool: "crm/get_workflow_run", input: { run_id: id } };
/** What a task is cancelled by. */
const stopOf = (id: string) =>
  isWork(id) ? { tool: "crm/cancel_work", input: { work_id: id } } : { tool: "crm/cancel_workflow_run", input: { run_id: id } };
/** It goes on for minutes or for weeks; nobody need ask more often. */
const POLL_MS = 5_000;

type Plain = Readonly<Record<string, unknown>>;
export type TaskAnswer = { readonly result: Plain } | { readonly code: number; readonly message: string } | "unauthenticated";

/** The task in the place of a started workflow's result; null if the result is to be given as it is. */
export async function taskFor(caller: Caller, tool: string, result: ToolResult): Promise<Plain | null> {
  const { tools } = caller.agent;
  const id = result.structuredContent?.[tool === START ? "run_id" : "work_id"];
  if ((tool !== START && !toolById(tool)?.background) || typeof id !== "string") return null;
  if (tools !== null && !tools.includes(lookOf(id).tool)) return null;
  const task = await look(caller, id);
  return "result" in (task as object) ? { ...(task as { readonly result: Plain }).result, resultType: "task" } : null;
}

/** Answers `tasks/get`, `tasks/cancel` and `tasks/update`; null for any other method. */
export async function taskMethod(caller: Caller, method: string, id: string): Promise<TaskAnswer | null> {
  if (method === "tasks/get") return look(caller, id);
  if (method !== "tasks/cancel" && method !== "tasks/update") return null;
  const known = await look(caller, id);
  if (known === "unauthenticated" || "code" in known) return known;
  if (method === "tasks/cancel") {
    const { tool, input } = stopOf(id);
    const called = await callTool(caller, tool, { ...input, idempotency_key: `task:${id}` });
    if (called.state === "unauthenticated") return "unauthenticated";
    // One that ended meanwhile stays as it ended; a key that may not cancel is told so.
    if (called.state === "result" && called.result.isError && known.result["status"] === "working") return refused(called.result);
  }
  // An empty word, as the extension has it: what came of it by then, `tasks/get` says. A run asks its questions of people, so an update has nothing to say.
  return { result: { resultType: "complete" } };
}

async function look(caller: Caller, id: string): Promise<TaskAnswer> {
  const { tool, input } = lookOf(id);
  const called = await callTool(caller, tool, input);
  if (called.state === "unauthenticated") return "unauthenticated";
  if (called.state !== "result") return { code: -32603, message: called.message };
  const run = called.result.structuredContent;
  return run ? { result: { resultType: "complete", ...(isWork(id) ? taskOfWork(run) : taskOf(run)) } } : refused(called.result);
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

function taskOfWork({ work_id, status, progress, result, reason, started_at, updated_at }: Plain): Plain {
  const words = reason ?? (progress === undefined ? undefined : `${Math.round(Number(progress) * 100)} %`);
  const task = {
    taskId: work_id,
    ...(words !== undefined && { statusMessage: words }),
    ...{ createdAt: started_at, lastUpdatedAt: updated_at, ttlMs: null, pollIntervalMs: POLL_MS },
  };
  if (status === "cancelled") return { ...task, status };
  if (status === "working" || status === "waiting") return { ...task, status: "working" };
  const whole = { work_id, status, result };
  if (status === "completed")
    return { ...task, status, result: { content: [{ type: "text", text: JSON.stringify(whole) }], structuredContent: whole } };
  // What may have happened is no failure to be repeated: its words say that a person must look.
  return { ...task, status: "completed", result: { content: [{ type: "text", text: String(reason ?? "It failed.") }], isError: true } };
}
