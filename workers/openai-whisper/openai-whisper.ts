/** OpenAI: what is said in a recording. https://platform.openai.com/docs/guides/speech-to-text */
import { bearer, defineVendor, field, path, secret } from "@junction/kit";
import { transcribeAudio } from "@junction/tools";
import * as z from "zod/mini";

/** A key without a scope is told so in words alone, once with a 401 and once with a 403. */
const MISSING = /missing scopes?: ([\w.-]+(, ?[\w.-]+)*)/i;

const openai = defineVendor({
  id: "openai-whisper",
  name: "OpenAI Whisper",
  category: "ai",
  powers: "Recordings and voicemails turned into text",
  docs: "https://platform.openai.com/docs/guides/speech-to-text",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "On the OpenAI platform under API keys; a restricted key needs Model capabilities: Request, and List models: Read",
      placeholder: "sk-…",
    }),
    organization: z.optional(field({ label: "Organization", help: "Only for a key of several: begins with org-", placeholder: "org-…" })),
    project: z.optional(field({ label: "Project", help: "Only for a key of several: begins with proj_", placeholder: "proj_…" })),
  },
  auth: bearer("api_key"),
  hosts: ["api.openai.com"],
  errors: {
    body: z.pipe(
      z.object({
        error: z.object({
          message: z.nullish(z.string()),
          code: z.nullish(z.union([z.string(), z.number()])),
          type: z.nullish(z.string()),
          param: z.nullish(z.string()),
        }),
      }),
      z.transform(({ error: { message, code, type, param } }) => {
        const missing = MISSING.exec(message ?? "")?.[1]?.match(/[\w.-]*\w/g);
        return {
          code: missing ? "missing_scopes" : (code ?? type ?? undefined),
          message: message ?? undefined,
          field: param ?? undefined,
          missing: missing ?? undefined,
        };
      }),
    ),
    codes: {
      missing_scopes: "PermissionError",
      insufficient_quota: "Declined", // a 429 that no waiting mends
      billing_hard_limit_reached: "Declined",
    },
  },
  async test({ http, account }) {
    // A restricted key may transcribe and yet not read the list of models: that it is told which scope it lacks proves the key.
    (await http.get(path`/v1/models/whisper-1`, { headers: chosen(account), accept: ["missing_scopes"] })).json(Known);
    return { id: account.project ?? account.organization ?? "openai", name: "OpenAI" };
  },
});

const Known = z.union([z.object({ id: z.string() }), z.object({ error: z.object({ message: z.string() }) })]);
const chosen = ({ organization, project }: { readonly organization?: string | undefined; readonly project?: string | undefined }) => ({
  "OpenAI-Organization": organization,
  "OpenAI-Project": project,
});

const Segment = z.object({ start: z.number(), end: z.number(), text: z.string(), speaker: z.nullish(z.string()) });
const Transcript = z.object({
  text: z.string(),
  language: z.nullish(z.string()),
  duration: z.nullish(z.number()),
  segments: z.nullish(z.array(Segment)),
});

/** It tells by the name what a file is. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  ...{ "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/wav": "wav", "audio/x-wav": "wav", "audio/ogg": "ogg" },
  ...{ "audio/flac": "flac", "audio/webm": "webm", "video/mp4": "mp4", "video/webm": "webm", "video/mpeg": "mpeg" },
};

const transcribe = openai.implement(transcribeAudio, {
  async run({ http, account, files, input: { recording, language, speakers } }) {
    const { name, type, size, body } = await files.open(recording);
    const how = speakers
      ? { model: "gpt-4o-transcribe-diarize", response_format: "diarized_json", chunking_strategy: "auto" }
      : { model: "whisper-1", response_format: "verbose_json" };
    // Two letters alone; and the file last, so that what it is to be done with is known when it comes.
    const file = { name: `recording.${EXTENSIONS[type] ?? name.split(".").at(-1)}`, type, size, body };
    const multipart = { ...how, language: language?.split("-")[0], file };
    const said = (await http.post(path`/v1/audio/transcriptions`, { headers: chosen(account), multipart, long: true })).json(Transcript);
    return {
      text: said.text.trim(),
      language: said.language ?? language,
      duration_seconds: said.duration ?? undefined,
      segments: (said.segments ?? []).map(({ start, end, text, speaker }) => ({
        ...{ start_seconds: start, end_seconds: end, text: text.trim() },
        speaker: speaker ? `Speaker ${speaker}` : undefined,
      })),
    };
  },
});

export default openai.provides({ actions: [transcribe] });
