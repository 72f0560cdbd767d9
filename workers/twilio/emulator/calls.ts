/** Twilio's calls: made, rung, ended; and what callers left. https://www.twilio.com/docs/voice/api/call-resource */
import { type Call, json, noteChange, type Operation, type Reply, type State } from "@junction/sandbox";
import { ACCOUNT, answer, BASE, missing, paged, phone, refuse, rfc2822 } from "./account.ts";
import { owns } from "./numbers.ts";

interface PhoneCall {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly twiml: string;
  readonly at: number;
}
export const callsIn = (state: State) => state.collection<PhoneCall>("calls");

/** What the magic numbers answer. https://www.twilio.com/docs/iam/test-credentials */
const MAGIC_TO: Readonly<Record<string, readonly [code: number, words: string]>> = {
  "+15005550001": [21217, "The phone number you provided is invalid"],
  "+15005550002": [21214, "'To' phone number cannot be reached"],
  "+15005550003": [21215, "Account not authorized to call that country"],
  "+15005550004": [21216, "Account not allowed to call that number"],
};
/** It is busy, and it is not there. https://www.twilio.com/docs/iam/test-credentials has none for these: they are the sandbox's own. */
const ENDS: Readonly<Record<string, string>> = { "+12025550181": "busy", "+12025550182": "no-answer" };
const TALKED_SECONDS = 42;

function create(call: Call): Reply {
  const field = (name: string): string => call.form.get(name) ?? "";
  if (field("To") === "") return refuse(400, 21201, "No 'To' number is specified");
  if (field("From") === "") return refuse(400, 21213, "No 'From' number is specified");
  if (field("Url") === "" && field("Twiml") === "" && field("ApplicationSid") === "")
    return refuse(400, 21205, "Url parameter is required.");
  if (field("Twiml").length > 4000) return refuse(400, 21220, "Twiml is longer than 4000 characters");
  if (field("Twiml") !== "" && !/^(<\?xml[^>]*>)?\s*<Response>.*<\/Response>\s*$/s.test(field("Twiml")))
    return refuse(400, 12100, "Document parse failure");
  const to = phone(field("To"));
  if (to === null) return refuse(400, 21211, `Invalid 'To' Phone Number: ${field("To").slice(0, 20)}`);
  const [code, words] = MAGIC_TO[to] ?? [];
  if (code !== undefined) return refuse(400, code, words ?? "");
  const from = phone(field("From"));
  if (from === null) return refuse(400, 21212, `The phone number provided as 'From' is invalid: ${field("From").slice(0, 20)}`);
  if (!owns(call, from, "voice"))
    return refuse(400, 21210, `The source phone number provided, ${from}, is not yet verified for your account.`);
  if (to === from) return refuse(400, 21266, "'To' and 'From' number cannot be the same");
  const made: PhoneCall = { sid: `CA${call.random(32)}`, from, to, twiml: field("Twiml"), at: call.now() };
  callsIn(call.state).put(made.sid, made);
  if (field("StatusCallback") !== "") tell(call, made, call.form.getAll("StatusCallbackEvent"));
  return answer(json(201, shape(made, made.at)));
}

/** What is told of a call, to be delivered when somebody asks for it. */
function tell(call: Call, made: PhoneCall, events: readonly string[]): void {
  const ending = ENDS[made.to] ?? "completed";
  const told = [...(events.includes("ringing") ? ["ringing"] : []), ending];
  for (const [SequenceNumber, CallStatus] of told.entries()) {
    const body = new URLSearchParams({
      ...{ AccountSid: ACCOUNT, ApiVersion: "2010-04-01", CallSid: made.sid, CallStatus, CallbackSource: "call-progress-events" },
      ...{ Direction: "outbound-api", From: made.from, To: made.to, Caller: made.from, Called: made.to },
      ...{ SequenceNumber: String(SequenceNumber), Timestamp: rfc2822(call.now()) },
      ...(CallStatus === "completed" && { CallDuration: String(TALKED_SECONDS), Duration: "1" }),
    });
    noteChange(call.state, { kind: `call.${CallStatus}`, type: "application/x-www-form-urlencoded", body: body.toString() });
  }
}

/** A call makes its way within seconds. */
function progress({ at, to }: PhoneCall, now: number): string {
  const age = now - at;
  if (age < 500) return "queued";
  if (age < 2000) return "ringing";
  return ENDS[to] ?? (age < 4000 ? "in-progress" : "completed");
}

function shape(made: PhoneCall, now: number): unknown {
  const { sid, from, to, at } = made;
  const status = progress(made, now);
  const taken = status === "completed" || status === "in-progress";
  return {
    ...{ sid, account_sid: ACCOUNT, api_version: "2010-04-01", answered_by: null, caller_name: null, direction: "outbound-api" },
    ...{ date_created: rfc2822(at), date_updated: rfc2822(now) },
    ...{ duration: status === "completed" ? String(TALKED_SECONDS) : null, start_time: taken ? rfc2822(at + 2000) : null },
    end_time: status === "completed" ? rfc2822(at + (2 + TALKED_SECONDS) * 1000) : null,
    ...{ forwarded_from: null, from, from_formatted: from, group_sid: null, parent_call_sid: null, phone_number_sid: "" },
    ...{ price: null, price_unit: "USD", queue_time: "0", status, to, to_formatted: to, trunk_sid: null },
    ...{ subresource_uris: {}, uri: `/2010-04-01/Accounts/${ACCOUNT}/Calls/${sid}.json` },
  };
}

function list(call: Call): Reply {
  const [to, from] = [call.query.get("To"), call.query.get("From")];
  const found = callsIn(call.state)
    .list()
    .filter((one) => (to === null || one.to === phone(to)) && (from === null || one.from === phone(from)));
  return paged(call, "calls", found.toReversed(), (one) => shape(one, call.now()));
}

/** A recording that is there from the beginning; others are there once Twilio has told of them. */
export function seedRecordings(state: State): void {
  state.collection<string>("recordings").put("RE5a6db0c1e2f34a5b8c7d9e0f1a2b3c40", "seeded");
}

/** A recording, as a caller left it: two frames of silence. */
function recording(call: Call): Reply {
  if (call.state.collection<string>("recordings").get(call.param("sid")) === undefined) return missing(call);
  const frame = [0xff, 0xfb, 0x90, 0x00, ...Array<number>(413).fill(0)]; // MPEG-1 layer III, 128 kbit/s, 44.1 kHz
  const body = new Uint8Array([...frame, ...frame]);
  return answer({ status: 200, headers: { "content-type": "audio/mpeg", "content-length": String(body.length) }, body });
}

export const callOperations: readonly Operation[] = [
  { name: "create_call", method: "POST", path: `${BASE}/Calls.json`, run: create },
  { name: "list_calls", method: "GET", path: `${BASE}/Calls.json`, run: list },
  {
    name: "get_call",
    method: "GET",
    path: `${BASE}/Calls/:sid.json`,
    run(call) {
      const found = callsIn(call.state).get(call.param("sid"));
      return found ? answer(json(200, shape(found, call.now()))) : missing(call);
    },
  },
  { name: "get_recording", method: "GET", path: `${BASE}/Recordings/:sid.mp3`, run: recording },
];
