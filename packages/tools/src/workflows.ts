/** The contractor's own workflows. Junction itself serves these. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";

const WorkflowId = z.string().check(z.minLength(1), z.maxLength(80), z.describe("the workflow's id, such as wf_…, or its exact name"));
const RunId = z.string().check(z.minLength(1), z.maxLength(80), z.describe("the run's id, as crm/start_workflow gave it"));
const State = z.enum(["running", "waiting", "paused", "needs_attention", "completed", "failed", "cancelled"]);
const Run = z.object({
  run_id: z.string(),
  workflow: z.string(),
  state: State,
  reason: z.optional(z.string().check(z.describe("why it is not going on"))),
  step: z.optional(z.string().check(z.describe("the step it is at"))),
  started_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export const startWorkflow = tool({
  id: "crm/start_workflow",
  title: "Start a workflow",
  description:
    "Starts one of the contractor's active workflows, about a lead if one is named. It returns at once with a run_id; crm/get_workflow_run tells how it goes. It may send messages and spend money, as its steps say.",
  effect: "spend",
  input: z.strictObject({
    workflow: WorkflowId,
    lead: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(254),
          z.describe("whom it is about: a lead's id, a phone number in E.164 form or an email address"),
        ),
    ),
    input: z._default(
      z
        .record(z.string().check(z.regex(/^[a-z][a-z0-9_]{0,39}$/)), z.string().check(z.maxLength(5000)))
        .check(z.describe("values that its steps may name as {{input.name}}")),
      {},
    ),
  }),
  output: z.object({ run_id: z.string(), state: State }),
});

export const getWorkflowRun = tool({
  id: "crm/get_workflow_run",
  title: "See how a workflow run goes",
  description: "Tells where a run of a workflow is: its state, why it waits, and what became of each step.",
  effect: "read",
  input: z.strictObject({ run_id: RunId }),
  output: z.extend(Run, {
    steps: z.array(
      z.object({
        step: z.string(),
        state: z.enum(["started", "waiting", "completed", "failed", "skipped", "unknown"]),
        reason: z.optional(z.string()),
      }),
    ),
  }),
});

export const listWorkflowRuns = tool({
  id: "crm/list_workflow_runs",
  title: "List workflow runs",
  description: "Lists runs of the contractor's workflows, newest first.",
  effect: "read",
  input: z.strictObject({
    workflow: z.optional(WorkflowId),
    state: z.optional(State),
    limit: z._default(z.int().check(z.minimum(1), z.maximum(50), z.describe("at most this many, 1 to 50")), 20),
  }),
  output: z.object({ runs: z.array(Run) }),
});

export const cancelWorkflowRun = tool({
  id: "crm/cancel_workflow_run",
  title: "Cancel a workflow run",
  description: "Stops a run of a workflow for good. What it has done stays done.",
  effect: "write",
  input: z.strictObject({ run_id: RunId }),
  output: z.object({ run_id: z.string(), state: State }),
});
