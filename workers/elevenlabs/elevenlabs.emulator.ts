/** Plays ElevenLabs: the account, its voices, and what it tells after a call. https://elevenlabs.io/docs/api-reference */
import { type Call, defineEmulator, type ErrorFault, json, mac, type Operation, type Reply } from "@junction/sandbox";

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
};
const EUROPE = "api.eu.residency.elevenlabs.io";
const HOSTS = ["api.elevenlabs.io", EUROPE, "api.in.residency.elevenlabs.io", "api.sg.residency.elevenlabs.io"] as const;

/** `status` is what clients of before read where others read `code`. */
const refusal = (status: number, type: string, code: string, message: string): Reply =>
  json(status, { detail: { type, code, message, status: code, request_id: crypto.randomUUID().replaceAll("-", ""), param: null } });
const unknownKey = (): Reply => refusal(401, "authentication_error", "invalid_api_key", "Invalid API key");
const lacking = (permission: string): Reply =>
  refusal(
    401,
    "authorization_error",
    "missing_permissions",
    `The API key you used is missing the permission ${permission} to execute this operation.`,
  );

const FAULTS: Readonly<Record<ErrorFault, () => Reply>> = {
  "401": unknownKey,
  "403": () => refusal(403, "authorization_error", "only_for_creator+", "This feature is only available for the creator plan or higher."),
  "404": () => json(404, { detail: "Not Found" }),
  "409": () => refusal(409, "conflict", "already_exists", "Already exists."),
  "422": () => json(422, { detail: [{ loc: ["query", "page_size"], msg: "Input should be a valid integer", type: "int_parsing" }] }),
  "429": () => refusal(429, "rate_limit_error", "rate_limit_exceeded", "Too many requests."),
  rate_limit_403: () => refusal(429, "rate_limit_error", "concurrent_limit_exceeded", "Too many concurrent requests."),
  "500": () => refusal(500, "internal_error", "internal_error", "Internal server error"),
  "503": () => refusal(503, "service_unavailable", "system_busy", "The system is experiencing heavy traffic. Please try again later."),
};

/** Each residence knows its own keys alone. */
function authenticate({ headers, url, operation }: Call): Reply | null {
  const presented = headers.get("xi-api-key") ?? "";
  const may = (url.host === EUROPE) === (presented === EUROPEAN) ? PERMISSIONS[presented] : undefined;
  if (may === undefined) return unknownKey();
  const needed = NEEDED[operation.replace(/_at_\w+$/, "")];
  return needed === undefined || may === "all" || may.includes(needed) ? null : lacking(needed);
}

const SUBSCRIPTION = {
  ...{ tier: "creator", status: "active", currency: "usd", billing_period: "monthly_period", character_refresh_period: "monthly_period" },
  ...{ character_count: 17_231, character_limit: 100_000, max_character_limit_extension: 10_000, next_character_count_reset_unix: null },
  ...{ can_extend_character_limit: true, allowed_to_extend_character_limit: true, can_extend_voice_limit: false },
  ...{ voice_slots_used: 1, voice_limit: 30, professional_voice_slots_used: 0, professional_voice_limit: 1, voice_add_edit_counter: 0 },
  ...{ can_use_instant_voice_cloning: true, can_use_professional_voice_cloning: true },
};
const VOICES = [
  { voice_id: "21m00Tcm4TlvDq8ikWAM", name: "Rachel", category: "premade", labels: { accent: "american" }, preview_url: null },
  { voice_id: "AZnzlk1XvdvUeBnXmlld", name: "Domi", category: "premade", labels: { accent: "american" }, preview_url: null },
];

function user({ headers }: Call): Reply {
  const european = headers.get("xi-api-key") === EUROPEAN;
  const user_id = (european ? "e" : "u").repeat(28);
  return json(200, {
    user_id,
    subscription: SUBSCRIPTION,
    is_new_user: false,
    first_name: "Sandbox Plumbing",
    is_onboarding_completed: true,
  });
}

function voices({ query }: Call): Reply {
  const size = Number(query.get("page_size") ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > 100) return FAULTS["422"]();
  const from = Number(query.get("next_page_token") ?? 0);
  const wanted = (query.get("search") ?? "").toLowerCase();
  const all = VOICES.filter(({ name }) => name.toLowerCase().includes(wanted));
  const has_more = all.length > from + size;
  const next_page_token = has_more ? String(from + size) : null;
  return json(200, { voices: all.slice(from, from + size), has_more, total_count: all.length, next_page_token });
}

const READS: readonly Operation[] = [
  { name: "get_user", method: "GET", path: "/v1/user", run: user },
  { name: "get_subscription", method: "GET", path: "/v1/user/subscription", run: () => json(200, SUBSCRIPTION) },
  { name: "list_models", method: "GET", path: "/v1/models", run: () => json(200, [{ model_id: "eleven_multilingual_v2", name: "v2" }]) },
  { name: "list_voices", method: "GET", path: "/v2/voices", run: voices },
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
