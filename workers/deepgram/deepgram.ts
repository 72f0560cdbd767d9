/** Deepgram: what is said in a recording, by whom, and when. https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
import { bearer, defineVendor, field, path, secret } from "@junction/kit";
import { transcribeAudio } from "@junction/tools";
import * as z from "zod/mini";

const HOME = "api.deepgram.com";
/** Where recordings are worked on; the same key is good everywhere, and projects are known at home alone. */
const REGIONS = { eu: "api.eu.deepgram.com", au: "api.au.deepgram.com", in: "api.in.deepgram.com" } as const;
const regionOf = (name: string | undefined): keyof typeof REGIONS | undefined => (["eu", "au", "in"] as const).find((one) => one === name);

const deepgram = defineVendor({
  id: "deepgram",
  name: "Deepgram",
  category: "ai",
  powers: "Recordings and voicemails turned into text, speaker by speaker",
  docs: "https://developers.deepgram.com/docs/pre-recorded-audio",
  credentials: {
    api_key: secret({ label: "API key", help: "In the Deepgram Console under Settings, API Keys; its role must be Member or higher" }),
    region: z.optional(
      field({
        label: "Region",
        help: "eu, au or in, to have recordings worked on there; left out, wherever Deepgram does",
        placeholder: "eu",
        pattern: /^(eu|au|in)$/,
      }),
    ),
  },
  auth: bearer("api_key", "Token"),
  hosts: [HOME, REGIONS.eu, REGIONS.au, REGIONS.in],
  errors: {
    // Older parts write err_code and err_msg, newer ones category and message.
    body: z.pipe(
      z.object({
        err_code: z.nullish(z.string()),
        err_msg: z.nullish(z.string()),
        category: z.nullish(z.string()),
        message: z.nullish(z.string()),
      }),
      z.transform(({ err_code, err_msg, category, message }) => ({
        code: err_code ?? category ?? undefined,
        message: err_msg ?? message ?? undefined,
      })),
    ),
    codes: {
      INSUFFICIENT_PERMISSIONS: "PermissionError", // as a 401 too
      ASR_PAYMENT_REQUIRED: "Declined",
    },
  },
  async test({ http }) {
    const [project] = (await http.get(path`/v1/projects`)).json(Projects).projects;
    return { id: project?.project_id ?? "deepgram", name: project?.name ?? "Deepgram" };
  },
});

const Projects = z.object({ projects: z.array(z.object({ project_id: z.string().check(z.minLength(1)), name: z.nullish(z.string()) })) });
const Transcript = z.object({
  metadata: z.object({ duration: z.nullish(z.number()) }),
  results: z.object({
    channels: z.array(
      z.object({ detected_language: z.nullish(z.string()), alternatives: z._default(z.array(z.object({ transcript: z.string() })), []) }),
    ),
    utterances: z.nullish(
      z.array(z.object({ start: z.number(), end: z.number(), transcript: z.string(), speaker: z.nullish(z.number()) })),
    ),
  }),
});

const transcribe = deepgram.implement(transcribeAudio, {
  // Its callback is not used: the tool is background work anyway, and a callback proves itself by the id of the key alone.
  async run({ http, account, files, input: { recording, language, speakers } }) {
    const { type, size, body } = await files.open(recording);
    const region = regionOf(account.region);
    const reply = await http.post(path`/v1/listen`, {
      host: region ? REGIONS[region] : HOME,
      query: {
        model: "nova-3",
        smart_format: true,
        utterances: true, // the pieces with their times
        diarize: speakers,
        ...(language === undefined ? { detect_language: true } : { language }),
      },
      // It describes sound alone, and tells by the bytes what it is: a video's container is the same for both.
      bytes: { type: type.replace(/^video\//, "audio/"), size, body },
      long: true,
    });
    const { metadata, results } = reply.json(Transcript);
    const [first] = results.channels;
    return {
      text: results.channels.flatMap(({ alternatives }) => alternatives[0]?.transcript || []).join("\n"),
      language: first?.detected_language ?? language,
      duration_seconds: metadata.duration ?? undefined,
      segments: (results.utterances ?? []).map(({ start, end, transcript, speaker }) => ({
        ...{ start_seconds: start, end_seconds: end, text: transcript },
        speaker: speakers && speaker != null ? `Speaker ${speaker + 1}` : undefined, // counted from 0
      })),
    };
  },
});

export default deepgram.provides({ actions: [transcribe] });
