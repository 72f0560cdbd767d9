/** What Vapi tells of calls. https://docs.vapi.ai/server-url/events, https://docs.vapi.ai/server-url/server-authentication */
import { type EventOf, hmac, joined, jsonOf, same, seconds, type Webhook } from "@junction/kit";
import * as z from "zod/mini";
import { endedAs } from "./ended.ts";

const cut = (most: number) =>
  z.pipe(
    z.string(),
    z.transform((whole) => whole.slice(0, most)),
  );
const About = z.object({
  call: z.object({ id: z.string().check(z.minLength(1)), type: z.nullish(z.string()), customerId: z.nullish(z.string()) }),
  customer: z.nullish(z.object({ number: z.nullish(z.string()), name: z.nullish(z.string()), email: z.nullish(z.string()) })),
  phoneNumber: z.nullish(z.object({ number: z.nullish(z.string()) })),
  /** Epoch milliseconds. */
  timestamp: z.nullish(z.number().check(z.nonnegative())),
});
const Progress = z.extend(About, { status: z.string() });
const Report = z.extend(About, {
  endedReason: z.string(),
  startedAt: z.nullish(z.iso.datetime({ offset: true })),
  endedAt: z.nullish(z.iso.datetime({ offset: true })),
  artifact: z.nullish(
    z.object({
      transcript: z.nullish(cut(200_000)),
      recordingUrl: z.nullish(z.string()),
      recording: z.nullish(z.object({ mono: z.nullish(z.object({ combinedUrl: z.nullish(z.string()) })) })),
    }),
  ),
  analysis: z.nullish(
    z.object({ summary: z.nullish(cut(10_000)), successEvaluation: z.nullish(z.union([z.string(), z.number(), z.boolean()])) }),
  ),
});

/** What is the same for everything that is told of a call. There is one event of a kind for a call, and no id of its own. */
function about({ call, customer, phoneNumber, timestamp }: z.output<typeof About>, what: string) {
  const outbound = call.type === "outboundPhoneCall";
  const [theirs, ours] = [customer?.number ?? undefined, phoneNumber?.number ?? undefined];
  return {
    id: `${call.id}:${what}`,
    entity: `call:${call.id}`,
    occurredAt: timestamp == null ? undefined : Math.floor(timestamp),
    person: {
      id: call.customerId ?? undefined,
      name: customer?.name ?? undefined,
      phone: theirs,
      email: customer?.email ?? undefined,
    },
    way: {
      call_id: call.id,
      direction: outbound ? ("outbound" as const) : ("inbound" as const),
      ...(outbound ? { from: ours, to: theirs } : { from: theirs, to: ours }),
    },
  };
}

function started(told: z.output<typeof Progress>): EventOf<"call.started"> {
  const { way, ...event } = about(told, "started");
  return { ...event, type: "call.started", data: way };
}

function completed(told: z.output<typeof Report>): EventOf<"call.completed"> {
  const { way, ...event } = about(told, "completed");
  const { endedReason, startedAt, endedAt, artifact, analysis } = told;
  const seconds = (Date.parse(endedAt ?? "") - Date.parse(startedAt ?? "")) / 1000;
  const url = artifact?.recording?.mono?.combinedUrl ?? artifact?.recordingUrl ?? undefined;
  const data = {
    ...way,
    status: endedAs(endedReason),
    duration_seconds: seconds >= 0 ? Math.round(seconds) : undefined, // a call that never began has no times
    recording_url: url !== undefined && url.length <= 2000 ? url : undefined,
    transcript: artifact?.transcript ?? undefined,
    summary: analysis?.summary ?? undefined,
    success_evaluation: analysis?.successEvaluation == null ? undefined : String(analysis.successEvaluation).slice(0, 10_000),
  };
  return { ...event, type: "call.completed", data };
}

export const webhook: Webhook = {
  events: ["call.started", "call.completed"],
  secret: {
    from: "own",
    label: "HMAC secret",
    help: "Made here, and entered at Vapi as the secret key of an HMAC credential",
    generate: true,
  },
  setup:
    "In Vapi's dashboard: Organization Settings, Server Credentials, add one of the type HMAC with this secret, SHA-256 and the headers it proposes; then enter the address as the server URL of the assistant, the phone number or the organization, and choose that credential",
  // Vapi says neither the unit of the time nor how long it is good for.
  window: {
    maxAgeSeconds: 600,
    maxAheadSeconds: 300,
    signedAt({ headers }) {
      const told = seconds(headers["x-timestamp"]);
      return told !== undefined && told > 99_999_999_999 ? told / 1000 : told;
    },
  },
  async verify({ headers, body }, secret) {
    const wanted = await hmac("SHA-256", secret, joined(`${headers["x-timestamp"] ?? ""}.`, body), "hex");
    return same(headers["x-signature"], wanted);
  },
  receive(delivery) {
    const { message } = jsonOf(delivery, z.object({ message: z.looseObject({ type: z.string() }) }));
    if (message.type === "end-of-call-report") return [completed(Report.parse(message))];
    if (message.type !== "status-update") return []; // some thirty kinds more, of what is said and done during a call
    const progress = Progress.parse(message);
    return progress.status === "in-progress" ? [started(progress)] : [];
  },
};
