import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Phone } from "./words.ts";

export const startAiCall = tool({
  id: "crm/start_ai_call",
  title: "Have the AI assistant call",
  description:
    "Has one of the contractor's AI voice assistants phone a customer or lead, to ask, remind or find a time for a visit. It costs money and cannot be recalled. It returns at once with a call_id; crm/get_ai_call tells how it went.",
  effect: "spend",
  input: z.strictObject({
    to: Phone,
    assistant_id: z.string().check(z.minLength(1), z.maxLength(200), z.describe("the id that crm/list_ai_assistants gave")),
    phone_number_id: z
      .string()
      .check(z.minLength(1), z.maxLength(200), z.describe("the number to call from: the id that crm/list_ai_phone_numbers gave")),
    customer_name: z.optional(
      z.string().check(z.minLength(1), z.maxLength(40), z.describe("whom the assistant asks for, up to 40 characters")),
    ),
    variables: z._default(
      z
        .record(z.string().check(z.minLength(1), z.maxLength(100)), z.string().check(z.maxLength(2000)))
        .check(z.describe("values for the assistant's own placeholders")),
      {},
    ),
  }),
  output: z.object({ call_id: z.string(), status: z.enum(["queued", "ringing", "in_progress", "ended"]) }),
});

export const getAiCall = tool({
  id: "crm/get_ai_call",
  title: "See how an AI call went",
  description:
    "Tells how a call by an AI assistant went: its status, and once it has ended its transcript, duration and the assistant's own evaluation.",
  effect: "read",
  input: z.strictObject({
    call_id: z.string().check(z.minLength(1), z.maxLength(200), z.describe("the call_id that crm/start_ai_call gave")),
  }),
  output: z.object({
    call_id: z.string(),
    status: z.enum(["queued", "ringing", "in_progress", "ended"]),
    ended_reason: z.optional(z.string().check(z.describe("how it ended, in a short token: completed, no-answer, busy, voicemail, failed"))),
    duration_seconds: z.optional(z.number()),
    transcript: z.optional(z.string()),
    summary: z.optional(z.string()),
    success_evaluation: z.optional(z.string()),
  }),
});
