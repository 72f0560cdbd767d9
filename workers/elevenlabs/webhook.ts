/** What ElevenLabs tells after a call with one of its agents. https://elevenlabs.io/docs/agents-platform/workflows/post-call-webhooks */
import { type EventOf, hmac, joined, jsonOf, pairs, same, seconds, type Webhook } from "@junction/kit";
import * as z from "zod/mini";

const SIGNATURE = "elevenlabs-signature";
const About = z.object({
  /** Seconds since the epoch. */
  event_timestamp: z.nullish(z.number().check(z.nonnegative())),
});
const Report = z.extend(About, {
  data: z.object({
    conversation_id: z.string().check(z.minLength(1)),
    status: z.nullish(z.string()),
    transcript: z.nullish(z.array(z.object({ role: z.string(), message: z.nullish(z.string()) }))),
    metadata: z.nullish(
      z.object({
        call_duration_secs: z.nullish(z.number().check(z.nonnegative())),
        phone_call: z.nullish(
          z.object({
            direction: z.catch(z.nullish(z.enum(["inbound", "outbound"])), undefined),
            agent_number: z.nullish(z.string()),
            external_number: z.nullish(z.string()),
          }),
        ),
      }),
    ),
    analysis: z.nullish(z.object({ call_successful: z.nullish(z.string()), transcript_summary: z.nullish(z.string()) })),
  }),
});
const Failure = z.extend(About, {
  data: z.object({ conversation_id: z.string().check(z.minLength(1)), failure_reason: z.nullish(z.string()) }),
});

/** A conversation ends once, and its event has no id of its own. */
const ended = ({ event_timestamp }: z.output<typeof About>, conversation: string) => ({
  id: `${conversation}:completed`,
  type: "call.completed" as const,
  entity: `call:${conversation}`,
  occurredAt: event_timestamp == null ? undefined : Math.floor(event_timestamp * 1000),
});

function completed(told: z.output<typeof Report>): EventOf<"call.completed"> {
  const { conversation_id, status, transcript, metadata, analysis } = told.data;
  const { direction, agent_number, external_number } = metadata?.phone_call ?? {};
  const [ours, theirs] = [agent_number ?? undefined, external_number ?? undefined];
  const lines = (transcript ?? []).flatMap(({ role, message }) => (message ? [`${role}: ${message}`] : [])); // a turn may be a tool's
  return {
    ...ended(told, conversation_id),
    person: { phone: theirs },
    data: {
      call_id: conversation_id,
      direction: direction ?? undefined,
      ...(direction === "outbound" ? { from: ours, to: theirs } : { from: theirs, to: ours }),
      status: status ?? "done",
      duration_seconds: metadata?.call_duration_secs ?? undefined,
      transcript: lines.length > 0 ? lines.join("\n").slice(0, 200_000) : undefined,
      summary: analysis?.transcript_summary?.slice(0, 10_000),
      success_evaluation: analysis?.call_successful ?? undefined,
    },
  };
}

function neverBegan(told: z.output<typeof Failure>): EventOf<"call.completed"> {
  const { conversation_id, failure_reason } = told.data;
  const data = { call_id: conversation_id, direction: "outbound" as const, status: failure_reason ?? "failed", duration_seconds: 0 };
  return { ...ended(told, conversation_id), data };
}

export const webhook: Webhook = {
  events: ["call.completed"],
  secret: { from: "own", label: "Webhook secret", help: "Shown once, when the webhook is made" },
  setup:
    "In ElevenLabs under Developers, Webhooks: add one with this address and HMAC authentication, and copy its secret here; then choose it as the post-call webhook in the settings of the Agents Platform, for transcripts",
  // As ElevenLabs' own library checks it, which leaves the time ahead open.
  window: {
    maxAgeSeconds: 1800,
    maxAheadSeconds: 300,
    signedAt: ({ headers }) => seconds(pairs(headers[SIGNATURE])["t"]?.[0]),
  },
  async verify({ headers, body }, secret) {
    const { t = [], v0 = [] } = pairs(headers[SIGNATURE]);
    const wanted = await hmac("SHA-256", secret, joined(`${t[0] ?? ""}.`, body), "hex");
    return v0.some((signature) => same(signature, wanted));
  },
  receive(delivery) {
    switch (jsonOf(delivery, z.object({ type: z.string() })).type) {
      case "post_call_transcription":
        return [completed(jsonOf(delivery, Report))];
      case "call_initiation_failure":
        return [neverBegan(jsonOf(delivery, Failure))];
      default:
        return []; // the recording of a call, and what becomes of voices
    }
  },
};
