/** How calls that come in are answered. Junction itself serves these. */
import { CallRouting } from "@junction/core";
import * as z from "zod/mini";
import { tool } from "./tool.ts";

const Line = CallRouting.shape.phone_number;

export const setCallRouting = tool({
  id: "crm/set_call_routing",
  title: "Set how calls are answered",
  description:
    "Sets how calls to one of the contractor's numbers are answered: opening hours, who is rung, after-hours, voicemail, and the AI assistant. It replaces what was set; crm/get_call_routing tells that.",
  effect: "write",
  input: CallRouting,
  output: z.object({ phone_number: z.string(), updated_at: z.iso.datetime(), open_now: z.boolean() }),
});

export const getCallRouting = tool({
  id: "crm/get_call_routing",
  title: "See how calls are answered",
  description:
    "Tells how calls to the contractor's numbers are answered: opening hours, who is rung, after-hours, voicemail, and the AI assistant.",
  effect: "read",
  input: z.strictObject({ phone_number: z.optional(Line.check(z.describe("one number in E.164 form; left out, all of them"))) }),
  output: z.object({
    routings: z.array(z.object({ ...CallRouting.shape, open_now: z.boolean(), updated_at: z.iso.datetime() })),
  }),
});
