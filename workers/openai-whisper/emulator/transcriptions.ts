/** A recording as OpenAI's models hear it: the sandbox has no ears, and hears the same call in each. */
import { type Call, json, type Reply, text } from "@junction/sandbox";
import { bad, failure } from "./errors.ts";

/** Model → the formats it answers in. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  "whisper-1": ["json", "text", "srt", "verbose_json", "vtt"],
  "gpt-4o-transcribe": ["json"],
  "gpt-4o-mini-transcribe": ["json"],
  "gpt-4o-transcribe-diarize": ["json", "text", "diarized_json"],
};
export const MODELS = Object.keys(FORMATS);
const EXTENSIONS = ["flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm"];
const LARGEST_BYTES = 25 * 1024 * 1024;
const KNOWN = ["file", "model", "language", "prompt", "response_format", "temperature", "chunking_strategy", "include", "include[]"];
const MORE = ["timestamp_granularities", "timestamp_granularities[]", "known_speaker_names[]", "known_speaker_references[]", "stream"];

const SAID = [
  { speaker: "A", start: 0, end: 2.6, text: " Sandbox Plumbing, how can I help?" },
  { speaker: "B", start: 3.2, end: 6.4, text: " My water heater leaks, can somebody come today?" },
  { speaker: "A", start: 7.8, end: 10.2, text: " We will be there at four." },
];
const DURATION = 10.5;

export async function transcribe(call: Call): Promise<Reply> {
  const type = call.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data;/i.test(type)) return bad(`you must provide a multipart/form-data body`);
  const form = await new Response(Uint8Array.from(call.bytes), { headers: { "content-type": type } }).formData();
  const unknown = [...form.keys()].find((name) => !KNOWN.includes(name) && !MORE.includes(name));
  if (unknown !== undefined) return bad(`Unknown parameter: '${unknown}'.`, unknown, "unknown_parameter");
  const field = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const file = form.get("file");
  if (file === null || typeof file === "string") return bad("file: Field required", "file", "missing_required_parameter");
  const model = field("model");
  if (model === undefined) return bad("you must provide a model parameter", "model", "missing_required_parameter");
  const formats = FORMATS[model];
  if (!formats)
    return failure(
      404,
      "invalid_request_error",
      "model_not_found",
      `The model \`${model}\` does not exist or you do not have access to it.`,
    );
  if (file.size > LARGEST_BYTES)
    return failure(413, "server_error", null, `Maximum content size limit (${LARGEST_BYTES}) exceeded (${file.size} bytes read)`);
  if (!EXTENSIONS.includes(file.name.split(".").at(-1)?.toLowerCase() ?? ""))
    return bad(`Unrecognized file format. Supported formats: ['${EXTENSIONS.join("', '")}']`, "file");
  const language = field("language");
  if (language !== undefined && !/^[a-z]{2}$/.test(language))
    return bad(`Invalid language '${language}'. Language parameter must be specified in ISO-639-1 format.`, "language");
  const format = field("response_format") ?? "json";
  if (!formats.includes(format))
    return bad(`response_format '${format}' is not compatible with model '${model}'.`, "response_format", "unsupported_value");
  if (model === "gpt-4o-transcribe-diarize" && field("chunking_strategy") === undefined)
    return bad("chunking_strategy is required for diarization models", "chunking_strategy", "missing_required_parameter");

  const whole = SAID.map((said) => said.text).join("");
  const usage = { type: "duration", seconds: Math.ceil(DURATION) };
  switch (format) {
    case "verbose_json":
      return json(200, {
        ...{ task: "transcribe", language: "english", duration: DURATION, text: whole.trim(), usage },
        segments: SAID.map((said, id) => ({
          ...{ id, seek: 0, start: said.start, end: said.end, text: said.text, tokens: [50364], temperature: 0 },
          ...{ avg_logprob: -0.2, compression_ratio: 1.1, no_speech_prob: 0.01 },
        })),
      });
    case "diarized_json":
      return json(200, {
        ...{ task: "transcribe", duration: DURATION, text: whole.trim(), usage },
        segments: SAID.map((said, at) => ({ type: "transcript.text.segment", id: `seg_${at + 1}`, ...said })),
      });
    case "json":
      return json(200, { text: whole.trim(), usage });
    default:
      return text(200, `${whole.trim()}\n`);
  }
}
