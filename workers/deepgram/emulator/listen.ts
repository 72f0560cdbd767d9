/** A recording as Deepgram hears it: the sandbox has no ears, and hears the same call in each. */
import { type Call, json, type Reply, type State } from "@junction/sandbox";
import { failure, invalid } from "./errors.ts";

const SAID = [
  { speaker: 0, start: 0.16, words: ["Sandbox", "Plumbing,", "how", "can", "I", "help?"] },
  { speaker: 1, start: 3.2, words: ["My", "water", "heater", "leaks,", "can", "somebody", "come", "today?"] },
  { speaker: 0, start: 7.84, words: ["We", "will", "be", "there", "at", "four."] },
];
const WORD_SECONDS = 0.4;
/** What tells a recording by its first bytes: MP3, WAV, OGG, FLAC, WebM, and MP4 at the fifth. */
const BEGINNINGS = ["ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2", "RIFF", "OggS", "fLaC", "\x1aE\xdf\xa3"];
const KNOWN = [
  ...["callback", "callback_method", "custom_topic", "custom_topic_mode", "custom_intent", "custom_intent_mode", "detect_entities"],
  ...["detect_language", "diarize", "dictation", "encoding", "extra", "filler_words", "intents", "keyterm", "keywords", "language"],
  ...["measurements", "mip_opt_out", "model", "multichannel", "numerals", "paragraphs", "profanity_filter", "punctuate", "redact"],
  ...["replace", "search", "sentiment", "smart_format", "summarize", "tag", "topics", "utterances", "utt_split", "version"],
];
const MODELS = /^(nova(-[23])?|enhanced|base|whisper)(-[a-z]+)*$/;

const requests = (state: State) =>
  state.collection<{ readonly request_id: string; readonly created: string; readonly path: string }>("requests");
export const requestOf = (state: State, id: string) => requests(state).get(id);

const hex = async (bytes: Uint8Array): Promise<string> =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

/** Whether it is a recording at all; one handed over by its address is taken to be one. */
function sounds({ headers, bytes, json: given }: Call): boolean {
  if (/^application\/json\b/.test(headers.get("content-type") ?? "")) {
    const { url } = Object(given) as { readonly url?: unknown };
    return typeof url === "string" && URL.canParse(url);
  }
  const start = String.fromCharCode(...bytes.subarray(0, 12));
  return BEGINNINGS.some((beginning) => start.startsWith(beginning)) || start.slice(4, 8) === "ftyp";
}

export async function listen(call: Call): Promise<Reply> {
  const { query, state, bytes } = call;
  const unknown = [...query.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) return invalid("Invalid query string.", `unknown parameter: ${unknown}`);
  const model = query.get("model") ?? "base-general";
  const language = query.get("language");
  if (!MODELS.test(model) || (language !== null && !/^[a-z]{2,5}(-[A-Za-z0-9]+)*$/.test(language)))
    return failure(400, "Bad Request", "Bad Request: No such model/language/tier combination found.");
  if (bytes.length === 0) return failure(400, "Bad Request", "Bad Request: failed to process audio: no data");
  if (!sounds(call)) return failure(400, "Bad Request", "Bad Request: failed to process audio: corrupt or unsupported data");
  const request_id = crypto.randomUUID();
  const created = new Date(call.now()).toISOString();
  requests(state).put(request_id, { request_id, created, path: `${call.url.pathname}${call.url.search}` });
  if (query.get("callback") !== null) return json(200, { request_id });
  const on = (name: string) => query.get(name) === "true";
  const spoken = SAID.map(({ speaker, start, words }) => ({
    ...{ start, end: start + words.length * WORD_SECONDS, confidence: 0.98, channel: 0, transcript: words.join(" ") },
    words: words.map((punctuated_word, at) => ({
      word: punctuated_word.toLowerCase().replace(/\W/g, ""),
      ...{ start: start + at * WORD_SECONDS, end: start + (at + 1) * WORD_SECONDS, confidence: 0.98 },
      ...(on("diarize") && { speaker, speaker_confidence: 0.9 }),
      ...((on("smart_format") || on("punctuate")) && { punctuated_word }),
    })),
    ...(on("diarize") && { speaker }),
    id: crypto.randomUUID(),
  }));
  const best = {
    transcript: spoken.map(({ transcript }) => transcript).join(" "),
    confidence: 0.98,
    words: spoken.flatMap(({ words }) => words),
  };
  return json(200, {
    metadata: {
      ...{ transaction_key: "deprecated", request_id, sha256: await hex(bytes), created, duration: 10.5, channels: 1 },
      models: ["0a1b2c3d-0000-4000-8000-0000000000aa"],
      model_info: { "0a1b2c3d-0000-4000-8000-0000000000aa": { name: `${model}-general`, version: "2026-06-01.0", arch: model } },
    },
    results: {
      channels: [{ alternatives: [best], ...(on("detect_language") && { detected_language: "en", language_confidence: 0.99 }) }],
      ...(on("utterances") && { utterances: spoken }),
    },
  });
}
