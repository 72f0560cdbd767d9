/** Plays ElevenLabs: the account, its voices and what they say, and what it tells after a call. https://elevenlabs.io/docs/api-reference */
import { type Call, defineEmulator, json, mac, type Operation, type Reply } from "@junction/sandbox";
import { FAULTS, lacking, unknownKey } from "./emulator/errors.ts";
import { MODELS, speak, subscription, user, voices } from "./emulator/speech.ts";

// Put together here, so that no scanner takes them for somebody's.
const key = (digit: string): string => `sk_${digit.repeat(48)}`;
const [OWNER, SPEAKER, EUROPEAN, UNKNOWN] = [key("1"), key("2"), key("3"), key("f")];
/** Key → what it may do; a key without restrictions may do all. */
const PERMISSIONS: Readonly<Record<string, readonly string[] | "all">> = {
  [OWNER]: "all",
  [SPEAKER]: ["text_to_speech", "voices_read"],
  [EUROPEAN]: "all",
};
const NEEDED: Readonly<Record<string, string>> = {
  get_user: "user_read",
  get_subscription: "user_read",
  list_voices: "voices_read",
  list_models: "models_read",
  text_to_speech: "text_to_speech",
};
const EUROPE = "api.eu.residency.elevenlabs.io";
const HOSTS = ["api.elevenlabs.io", EUROPE, "api.in.residency.elevenlabs.io", "api.sg.residency.elevenlabs.io"] as const;

/** Each residence knows its own keys alone. */
function authenticate({ headers, url, operation }: Call): Reply | null {
  const presented = headers.get("xi-api-key") ?? "";
  const may = (url.host === EUROPE) === (presented === EUROPEAN) ? PERMISSIONS[presented] : undefined;
  if (may === undefined) return unknownKey();
  const needed = NEEDED[operation.replace(/_at_\w+$/, "")];
  return needed === undefined || may === "all" || may.includes(needed) ? null : lacking(needed);
}

const READS: readonly Operation[] = [
  { name: "get_user", method: "GET", path: "/v1/user", run: user },
  { name: "get_subscription", method: "GET", path: "/v1/user/subscription", run: ({ state }) => json(200, subscription(state)) },
  { name: "list_models", method: "GET", path: "/v1/models", run: () => json(200, MODELS) },
  { name: "list_voices", method: "GET", path: "/v2/voices", run: voices },
  { name: "text_to_speech", method: "POST", path: "/v1/text-to-speech/:voice_id", run: speak },
];

export default defineEmulator({
  vendor: "elevenlabs",
  hosts: HOSTS,
  credentials: {
    valid: { api_key: OWNER },
    wrong: { api_key: UNKNOWN },
    /** May speak, and not see whose account it is. */
    restricted: { api_key: SPEAKER },
    european: { api_key: EUROPEAN, residence: "eu" },
  },
  secrets: ["api_key"],
  authenticate,
  operations: HOSTS.flatMap((host, at) => READS.map((read) => ({ ...read, host, name: at === 0 ? read.name : `${read.name}_at_${at}` }))),
  fault: (error) => FAULTS[error](),
  pushes: {
    secret: `wsec_${"5".repeat(64)}`,
    kinds: {
      "call.completed": ({ id, entity, now }) => ({
        type: "post_call_transcription",
        body: JSON.stringify({
          type: "post_call_transcription",
          event_timestamp: Math.floor(now / 1000),
          data: {
            agent_id: "agent_sandbox",
            conversation_id: `conv_${id}`,
            status: "done",
            user_id: "u".repeat(28),
            transcript: [
              { role: "agent", message: "Sandbox Plumbing, how can I help?", tool_calls: null, time_in_call_secs: 0 },
              { role: "user", message: "My water heater leaks.", tool_calls: null, time_in_call_secs: 4 },
              { role: "agent", message: null, tool_calls: [{ tool_name: "book_visit" }], time_in_call_secs: 9 },
            ],
            metadata: {
              start_time_unix_secs: Math.floor(now / 1000) - 62,
              call_duration_secs: 62,
              cost: 296,
              termination_reason: "Call ended by remote party",
              phone_call: {
                ...{ type: "twilio", direction: "inbound", phone_number_id: "phnum_sandbox", agent_number: "+12025550123" },
                ...{ external_number: `+1202555${String(1000 + (entity % 9000))}`, call_sid: `CA${id}`, stream_sid: `MZ${id}` },
              },
            },
            analysis: {
              evaluation_criteria_results: {},
              data_collection_results: {},
              call_successful: "success",
              transcript_summary: "The caller's water heater leaks; a visit was booked.",
            },
          },
        }),
      }),
    },
    async sign({ body, secret, now }) {
      const t = Math.floor(now / 1000);
      const signature = `t=${t},v0=${await mac("SHA-256", secret, "hex", `${t}.${body}`)}`;
      return { headers: { "content-type": "application/json", "elevenlabs-signature": signature }, body };
    },
  },
});
