/** Work that goes on after its call was answered. Junction itself serves these. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";

const WorkId = z.string().check(z.minLength(1), z.maxLength(80), z.describe("the work_id that the call gave"));

const Work = z.object({
  work_id: z.string(),
  tool: z.string().check(z.describe("the tool that was called")),
  status: z
    .enum(["working", "waiting", "completed", "failed", "unknown", "cancelled"])
    .check(
      z.describe("waiting: for an integration to be reconnected, or to try again; unknown: it may have happened, and a person must look"),
    ),
  progress: z.optional(z.number().check(z.minimum(0), z.maximum(1), z.describe("how much of it is done, 0 to 1, where that is known"))),
  result: z.optional(z.record(z.string(), z.unknown()).check(z.describe("what the tool gave, once it was done"))),
  reason: z.optional(z.string().check(z.describe("why it failed, what it waits for, or what was done of it before it was cancelled"))),
  started_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export const getWork = tool({
  id: "crm/get_work",
  title: "See how started work goes",
  description:
    "Tells what became of work that a tool started and answered with a work_id: how far it is, its result once it is completed, or why it waits or failed.",
  effect: "read",
  input: z.strictObject({ work_id: WorkId }),
  output: Work,
});

export const cancelWork = tool({
  id: "crm/cancel_work",
  title: "Stop started work",
  description:
    "Stops work that a tool started and answered with a work_id: it is not tried again. What has reached the integration by then stays there, and what is on its way may still arrive; reason says which. Work that is over stays as it ended.",
  effect: "write",
  input: z.strictObject({ work_id: WorkId }),
  output: Work,
});
