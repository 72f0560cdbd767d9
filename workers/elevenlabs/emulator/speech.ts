/** The account's voices, and what they say. https://elevenlabs.io/docs/api-reference/text-to-speech/convert */
import { type Call, json, type Reply, type State } from "@junction/sandbox";
import { FAULTS, refusal } from "./errors.ts";

const LIMIT = 100_000;
const spent = (state: State) => state.collection<number>("characters");
const used = (state: State): number => spent(state).get("used") ?? 17_231;

export const subscription = (state: State) => ({
  ...{ tier: "creator", status: "active", currency: "usd", billing_period: "monthly_period", character_refresh_period: "monthly_period" },
  ...{ character_count: used(state), character_limit: LIMIT, max_character_limit_extension: 10_000, next_character_count_reset_unix: null },
  ...{ can_extend_character_limit: true, allowed_to_extend_character_limit: true, can_extend_voice_limit: false },
  ...{ voice_slots_used: 1, voice_limit: 30, professional_voice_slots_used: 0, professional_voice_limit: 1, voice_add_edit_counter: 0 },
  ...{ can_use_instant_voice_cloning: true, can_use_professional_voice_cloning: true },
});

export function user({ url, state }: Call): Reply {
  const user_id = (url.host === "api.elevenlabs.io" ? "u" : "e").repeat(28);
  return json(200, {
    user_id,
    subscription: subscription(state),
    is_new_user: false,
    first_name: "Sandbox Plumbing",
    is_onboarding_completed: true,
  });
}

const VOICES = [
  {
    ...{ voice_id: "21m00Tcm4TlvDq8ikWAM", name: "Rachel", category: "premade", description: "Calm and matter-of-fact" },
    labels: { accent: "american", age: "young", gender: "female", use_case: "conversational" },
  },
  {
    ...{ voice_id: "AZnzlk1XvdvUeBnXmlld", name: "Domi", category: "premade", description: null },
    labels: { accent: "american", age: "young", gender: "female", use_case: "narrative_story" },
  },
  { ...{ voice_id: "cL0nEdVo1ceOfTheOwner", name: "The owner", category: "cloned", description: null }, labels: {} },
].map((voice) => ({ ...voice, preview_url: null, available_for_tiers: [], settings: null, high_quality_base_model_ids: [] }));

export function voices({ query }: Call): Reply {
  const size = Number(query.get("page_size") ?? 10);
  const from = Number(query.get("next_page_token") ?? 0);
  if (!Number.isInteger(size) || size < 1 || size > 100 || !Number.isInteger(from) || from < 0) return FAULTS["422"]();
  const wanted = (query.get("search") ?? "").toLowerCase();
  const all = VOICES.filter(({ name }) => name.toLowerCase().includes(wanted));
  const has_more = all.length > from + size;
  const next_page_token = has_more ? String(from + size) : null;
  return json(200, { voices: all.slice(from, from + size), has_more, total_count: all.length, next_page_token });
}

const model = (model_id: string, name: string, maximum_text_length_per_request: number) => ({
  ...{ model_id, name, can_do_text_to_speech: true, can_do_voice_conversion: false, maximum_text_length_per_request },
  languages: [{ language_id: "en", name: "English" }],
});
export const MODELS = [
  model("eleven_multilingual_v2", "Eleven Multilingual v2", 10_000),
  model("eleven_flash_v2_5", "Eleven Flash v2.5", 40_000),
  model("eleven_turbo_v2_5", "Eleven Turbo v2.5", 40_000),
];
const FORMATS = /^(mp3|pcm|ulaw|alaw|opus)_\d{4,5}(_\d{2,3})?$/;
const KNOWN = ["text", "model_id", "language_code", "voice_settings", "seed", "previous_text", "next_text", "apply_text_normalization"];

const unfit = (field: string, msg: string, type: string): Reply => json(422, { detail: [{ loc: ["body", field], msg, type }] });
const bad = (code: string, message: string): Reply => refusal(400, "validation_error", code, message);

/** An MP3: a tag that holds what was said, and a second of silence for every fifteen characters, by frames of 26 ms. */
function audio(text: string): Uint8Array {
  const said = new TextEncoder().encode(text);
  const size = said.length + 1;
  const frame = [..."TIT2"].map((letter) => letter.charCodeAt(0)).concat([0, 0, size >> 8, size & 255, 0, 0, 3]);
  const tag = frame.length + said.length;
  const head = [..."ID3"].map((letter) => letter.charCodeAt(0)).concat([4, 0, 0, 0, 0, (tag >> 7) & 127, tag & 127]);
  const FRAME = 417; // 128 kbit/s at 44.1 kHz
  const frames = Math.ceil((text.length / 15) * 38.28);
  const bytes = new Uint8Array(head.length + tag + frames * FRAME);
  bytes.set(head);
  bytes.set(frame, head.length);
  bytes.set(said, head.length + frame.length);
  for (let at = 0; at < frames; at++) bytes.set([0xff, 0xfb, 0x90, 0x00], head.length + tag + at * FRAME);
  return bytes;
}

export function speak(call: Call): Reply {
  const body = typeof call.json === "object" && call.json !== null ? (call.json as Readonly<Record<string, unknown>>) : {};
  const { text, model_id = "eleven_multilingual_v2", language_code } = body;
  const unknown = Object.keys(body).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) return unfit(unknown, "Extra inputs are not permitted", "extra_forbidden");
  if (typeof text !== "string") return unfit("text", "Field required", "missing");
  if (text.trim() === "") return bad("input_text_empty", "The input text is empty. Please provide a text.");
  if (!FORMATS.test(call.query.get("output_format") ?? "mp3_44100_128"))
    return json(422, { detail: [{ loc: ["query", "output_format"], msg: "Input should be a known format", type: "enum" }] });
  const known = MODELS.find((one) => one.model_id === model_id);
  if (!known) return bad("model_not_found", `A model with the ID ${String(model_id)} does not exist.`);
  if (language_code != null && model_id === "eleven_multilingual_v2")
    return bad("unsupported_language", `Model '${model_id}' does not support the language_code parameter.`);
  if (language_code != null && (typeof language_code !== "string" || !/^[a-z]{2}$/.test(language_code)))
    return bad("unsupported_language", `Model '${String(model_id)}' does not support the language_code ${String(language_code)}.`);
  const voice = VOICES.find(({ voice_id }) => voice_id === call.param("voice_id"));
  if (!voice) return refusal(404, "not_found", "voice_not_found", `A voice with voice_id ${call.param("voice_id")} was not found.`);
  if (text.length > known.maximum_text_length_per_request)
    return bad("max_character_limit_exceeded", `This request exceeds the maximum of ${known.maximum_text_length_per_request} characters.`);
  const cost = Math.ceil(text.length / (model_id === "eleven_multilingual_v2" ? 1 : 2));
  const left = LIMIT - used(call.state);
  if (cost > left)
    return refusal(
      401,
      "payment_required",
      "quota_exceeded",
      `This request exceeds your quota. You have ${left} credits remaining, while ${cost} credits are required for this request.`,
    );
  spent(call.state).put("used", used(call.state) + cost);
  const headers = {
    "content-type": "audio/mpeg",
    "request-id": call.random(20),
    "character-cost": String(cost),
    "current-concurrent-requests": "1",
    "maximum-concurrent-requests": "5",
  };
  return { status: 200, headers, body: audio(text) };
}
