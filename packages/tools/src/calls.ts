/** Calls between people, and what callers left. Calls by an AI assistant are in voice.ts. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { Phone, SavedFile } from "./words.ts";

const Status = z.enum(["queued", "ringing", "in_progress", "completed", "no_answer", "busy", "failed", "canceled"]);

export const placeCall = tool({
  id: "crm/place_call",
  title: "Call a customer",
  description:
    "Calls a customer from the contractor's number and says a text to them, connects them to one of the contractor's people, or both. No AI speaks: for that, crm/start_ai_call. It costs money and cannot be recalled.",
  effect: "spend",
  input: z
    .strictObject({
      to: Phone,
      say: z.optional(
        z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(1500),
            z.describe("said when they answer, up to 1,500 characters; give this, connect_to, or both"),
          ),
      ),
      connect_to: z.optional(
        Phone.check(
          z.describe(
            "whom of the contractor's people they are then connected to, in E.164 form such as +12025550123; give this, say, or both",
          ),
        ),
      ),
      from: z.optional(
        Phone.check(z.describe("one of the contractor's own numbers in E.164 form, such as +12025550123; left out, the default one")),
      ),
      ring_seconds: z._default(z.int().check(z.minimum(5), z.maximum(120), z.describe("how long it rings, 5 to 120 seconds")), 30),
    })
    .check(
      z.refine(({ say, connect_to }) => say !== undefined || connect_to !== undefined, {
        path: ["say"],
        message: "give say, connect_to, or both",
      }),
    ),
  output: z.object({ call_id: z.string(), status: Status }),
});

export const getCall = tool({
  id: "crm/get_call",
  title: "See how a call went",
  description:
    "Tells how a phone call went that crm/place_call made or that came in: its status, when and how long. For a call by an AI assistant, crm/get_ai_call.",
  effect: "read",
  input: z.strictObject({
    call_id: z
      .string()
      .check(z.minLength(1), z.maxLength(200), z.describe("the call_id that crm/place_call gave, or that a call's event names")),
  }),
  output: z.object({
    call_id: z.string(),
    status: Status,
    direction: z.enum(["inbound", "outbound"]),
    from: z.optional(z.string()),
    to: z.optional(z.string()),
    started_at: z.optional(z.iso.datetime()),
    ended_at: z.optional(z.iso.datetime()),
    duration_seconds: z.optional(z.int()),
  }),
});

export const getVoicemail = tool({
  id: "crm/get_voicemail",
  title: "Listen to a voicemail",
  description:
    "Fetches the recording of a message that a caller left, and gives a link to it. What it says is written down by itself, and stands with the lead.",
  effect: "read",
  passesOn: true,
  input: z.strictObject({
    recording_id: z.string().check(z.minLength(1), z.maxLength(200), z.describe("the recording_id of the event voicemail.received")),
  }),
  output: z.object({ recording_id: z.string(), audio: SavedFile }),
});
