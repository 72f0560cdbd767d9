/** Calls. https://www.twilio.com/docs/voice/api/call-resource */
import { path, refuse } from "@junction/kit";
import { getCall, getVoicemail, placeCall } from "@junction/tools";
import * as z from "zod/mini";
import { madeSince, PAGE, twilio } from "./manifest.ts";
import { dial, say, twiml } from "./twiml.ts";

type Status = z.input<typeof getCall.output>["status"];
const STATUS: Readonly<Record<string, Status>> = {
  "in-progress": "in_progress",
  "no-answer": "no_answer",
  ...{ ringing: "ringing", completed: "completed", busy: "busy", failed: "failed", canceled: "canceled" },
};
const statusOf = (status: string): Status => STATUS[status] ?? "queued";

/** Longer than any attempt takes. */
const ATTEMPT_MS = 60_000;
const Made = z.object({ sid: z.string(), status: z.string() });
const Calls = z.object({
  calls: z.array(
    z.extend(Made, {
      to: z.nullish(z.string()),
      from: z.nullish(z.string()),
      direction: z.nullish(z.string()),
      date_created: z.nullable(z.string()),
    }),
  ),
});

export const place = twilio.implement(placeCall, {
  async run({ http, account, hook, input }) {
    const From = input.from ?? callable(account.default_from);
    const steps = [
      input.say && say(input.say),
      input.connect_to && dial([input.connect_to], { timeout: input.ring_seconds, callerId: From }),
    ];
    const form = {
      ...{ To: input.to, From, Timeout: input.ring_seconds },
      Twiml: twiml(steps.filter((step) => step !== undefined)),
      // What becomes of the call is then told to us, and stands with the lead.
      ...(hook !== undefined && { StatusCallback: hook, StatusCallbackMethod: "POST", StatusCallbackEvent: ["ringing", "completed"] }),
    };
    const { sid, status } = (await http.post(path`/2010-04-01/Accounts/${account.account_sid}/Calls.json`, { form })).json(Made);
    return { call_id: sid, status: statusOf(status) };
  },
  // Twilio has no idempotency key, and does not say what a call was told to do: what was called from here just then is taken for it, lest
  // the customer's phone ring twice. Not by its start: one that is queued has none.
  async probe({ http, account, input, sentAt }) {
    const From = input.from ?? account.default_from;
    const query = { To: input.to, From, PageSize: PAGE };
    const { calls } = (await http.get(path`/2010-04-01/Accounts/${account.account_sid}/Calls.json`, { query })).json(Calls);
    const recent = madeSince(calls, sentAt, ATTEMPT_MS);
    const found = recent.find(({ to, from, direction }) => to === input.to && from === From && direction === "outbound-api");
    if (!found && recent.length >= PAGE) refuse({ kind: "VendorUnavailable", sent: true });
    return found ? { call_id: found.sid, status: statusOf(found.status) } : null;
  },
});

/** A short code can send texts and nothing else. */
const callable = (number: string): string =>
  number.startsWith("+")
    ? number
    : refuse({ kind: "InvalidRequest", issues: ["from: the default number is a short code, which cannot call; give from"] });

const Shown = z.extend(Made, {
  to: z.nullish(z.string()),
  from: z.nullish(z.string()),
  direction: z.nullish(z.string()),
  start_time: z.nullish(z.string()),
  end_time: z.nullish(z.string()),
  duration: z.nullish(z.coerce.number()),
});
/** RFC 2822 → ISO 8601. */
const at = (time: string | null | undefined): string | undefined => (time ? new Date(time).toISOString() : undefined);
const number = (address: string | null | undefined): string | undefined => /^\+\d{6,15}$/.exec(address ?? "")?.[0];

export const get = twilio.implement(getCall, {
  async run({ http, account, input }) {
    const to = path`/2010-04-01/Accounts/${account.account_sid}/Calls/${`${input.call_id}.json`}`;
    const call = (await http.get(to)).json(Shown);
    const inbound = call.direction?.startsWith("inbound") === true;
    return {
      ...{ call_id: call.sid, status: statusOf(call.status), direction: inbound ? "inbound" : "outbound" },
      ...{ from: number(call.from), to: number(call.to), started_at: at(call.start_time), ended_at: at(call.end_time) },
      duration_seconds: call.end_time ? (call.duration ?? undefined) : undefined,
    };
  },
});

/** https://www.twilio.com/docs/voice/api/recording#fetch-a-recordings-media-file */
export const listen = twilio.implement(getVoicemail, {
  async run({ http, account, files, input: { recording_id } }) {
    const to = path`/2010-04-01/Accounts/${account.account_sid}/Recordings/${`${recording_id}.mp3`}`;
    const { type, size, body } = await http.download(to, { kind: "audio" });
    return { recording_id, audio: await files.save({ name: "voicemail.mp3", type, size, body }) };
  },
});
