/** ElevenLabs: voices, and agents that speak with them. https://elevenlabs.io/docs/api-reference/introduction */
import { defineVendor, field, header, path, secret } from "@junction/kit";
import { createSpeech, listVoices } from "@junction/tools";
import * as z from "zod/mini";
import { webhook } from "./webhook.ts";

const HOME = "api.elevenlabs.io";
/** Where an account is kept; each of these is an account and a key of its own. */
const RESIDENCES = {
  eu: "api.eu.residency.elevenlabs.io",
  in: "api.in.residency.elevenlabs.io",
  sg: "api.sg.residency.elevenlabs.io",
} as const;
type Residence = keyof typeof RESIDENCES;
const isResidence = (text: string | undefined): text is Residence => text !== undefined && Object.hasOwn(RESIDENCES, text);
const hostOf = ({ residence }: { readonly residence?: string | undefined }) => (isResidence(residence) ? RESIDENCES[residence] : HOME);

const Detail = z.object({
  code: z.nullish(z.string()),
  /** What `code` was called before. */
  status: z.nullish(z.string()),
  message: z.nullish(z.string()),
  param: z.nullish(z.string()),
});
const Unfit = z.object({ loc: z._default(z.array(z.union([z.string(), z.number()])), []), msg: z.nullish(z.string()) });

const elevenlabs = defineVendor({
  id: "elevenlabs",
  name: "ElevenLabs",
  category: "ai",
  powers: "Lifelike speech, and voice agents that talk with callers",
  docs: "https://elevenlabs.io/docs/api-reference/introduction",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "In ElevenLabs under Developers, API Keys; a restricted key needs the permissions User: Read, Voices: Read and Text to Speech",
      placeholder: "sk_…",
    }),
    residence: z.optional(
      field({
        label: "Data residency",
        help: "eu, in or sg for an account with data residency there; left out for all others",
        placeholder: "eu",
        pattern: /^(eu|in|sg)$/,
      }),
    ),
  },
  auth: header("xi-api-key", "api_key"),
  hosts: [HOME, RESIDENCES.eu, RESIDENCES.in, RESIDENCES.sg],
  errors: {
    body: z.pipe(
      z.object({ detail: z.union([Detail, z.array(Unfit), z.string()]) }),
      z.transform(({ detail }) => {
        if (typeof detail === "string") return { message: detail };
        if ("length" in detail) return { message: detail[0]?.msg ?? undefined, field: detail[0]?.loc.slice(1).join(".") };
        const message = detail.message ?? undefined;
        const [, permission] = /missing the permission (\w+)/.exec(message ?? "") ?? [];
        const missing = permission === undefined ? undefined : [permission];
        return { code: detail.code ?? detail.status ?? undefined, message, field: detail.param ?? undefined, missing };
      }),
    ),
    codes: {
      missing_permissions: "PermissionError", // as a 401
      quota_exceeded: "Declined", // as a 401 too: the key is good, the month's characters are used up
      voice_not_found: "NotFound", // as a 400 too
      // Of requests at once, where others are limited in a minute: either is waited for.
      concurrent_limit_exceeded: "RateLimited",
    },
  },
  async test({ http, account }) {
    const host = hostOf(account);
    const { user_id, first_name, subscription } = (await http.get(path`/v1/user`, { host })).json(User);
    (await http.get(path`/v2/voices`, { host, query: { page_size: 1 } })).json(Voices); // a permission of its own
    return { id: user_id, name: `${first_name || "ElevenLabs"}, ${subscription.tier} plan` };
  },
});

const User = z.object({
  user_id: z.string().check(z.minLength(1)),
  first_name: z.nullish(z.string()),
  subscription: z.object({ tier: z.string() }),
});
const Voices = z.object({
  voices: z.array(
    z.object({
      voice_id: z.string(),
      name: z.nullish(z.string()),
      category: z.nullish(z.string()),
      description: z.nullish(z.string()),
      labels: z.nullish(z.record(z.string(), z.nullable(z.string()))),
    }),
  ),
  next_page_token: z.nullish(z.string()),
});

const voices = elevenlabs.implement(listVoices, {
  async run({ http, account, input: { page } }) {
    const query = { page_size: 100, include_total_count: false, next_page_token: page };
    const { voices, next_page_token } = (await http.get(path`/v2/voices`, { host: hostOf(account), query })).json(Voices);
    const items = voices.map(({ voice_id, name, category, description, labels }) => {
      const { gender, age, accent, use_case } = labels ?? {};
      const detail = [gender, age, accent, use_case?.replaceAll("_", " "), description ?? category].filter((word) => word).join(", ");
      return { id: voice_id, name: name || voice_id, detail: detail.slice(0, 200) || undefined, usable: true };
    });
    return { items, next_page: next_page_token ?? undefined };
  },
});

const speak = elevenlabs.implement(createSpeech, {
  async run({ http, account, files, input: { text, voice_id, language } }) {
    // The finer model tells the language from the text and refuses to be told; this one takes it, by its two letters.
    const how =
      language === undefined
        ? { model_id: "eleven_multilingual_v2" }
        : { model_id: "eleven_flash_v2_5", language_code: language.slice(0, 2) };
    const { type, size, body, header } = await http.download(path`/v1/text-to-speech/${voice_id}`, {
      ...{ host: hostOf(account), query: { output_format: "mp3_44100_128" }, json: { text, ...how } },
      kind: "audio",
    });
    const cost = Number(header("character-cost") ?? Number.NaN);
    return {
      audio: await files.save({ name: "speech.mp3", type, size, body }),
      characters_used: Number.isInteger(cost) ? cost : undefined,
    };
  },
});

export default elevenlabs.provides({ actions: [speak, voices], webhook });
