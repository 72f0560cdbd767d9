/** Work that goes on after its call was answered. Junction itself serves these. */
import * as z from "zod";
import { tool } from "./tool.ts";

const WorkId = z.string().min(1).max(80).describe("the work_id that the call gave");

export const getWork = tool({
  id: "crm/get_work",
  title: "See how started work goes",
  description:
    "Tells what became of work that a tool started and answered with a work_id: how far it is, its result once it is completed, or why it waits or failed.",
  effect: "read",
  input: z.strictObject({ work_id: WorkId }),
  output: z.object({
    work_id: z.string(),
    tool: z.string().describe("the tool that was called"),
    status: z
      .enum(["working", "waiting", "completed", "failed", "unknown", "cancelled"])
      .describe("waiting: for an integration to be reconnected, or to try again; unknown: it may have happened, and a person must look"),
    progress: z.number().min(0).max(1).optional().describe("how much of it is done, 0 to 1, where that is known"),
    result: z.record(z.string(), z.unknown()).optional().describe("what the tool gave, once completed"),
    reason: z.string().optional().describe("why it failed, or what it waits for"),
    started_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  }),
});
