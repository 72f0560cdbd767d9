/** Google Gemini: it writes, and looks at photos. https://ai.google.dev/api/generate-content */
import { defineVendor, type Http, header, path, refuse, secret } from "@junction/kit";
import { analyzePhoto, generateText } from "@junction/tools";
import * as z from "zod/mini";

/** Google moves these names on to its present model of each kind. */
const MODELS = new Map([
  ["fast", "gemini-flash-lite-latest"],
  ["balanced", "gemini-flash-latest"],
  ["best", "gemini-pro-latest"],
]);

/** `details` says more than `status` does, each in a member of its own: why (ErrorInfo), which field, and how long to wait (RetryInfo). */
const Detail = z.looseObject({
  reason: z.nullish(z.string()),
  fieldViolations: z.nullish(z.array(z.object({ field: z.nullish(z.string()) }))),
});
const Fault = z.pipe(
  z.object({
    error: z.object({ status: z.nullish(z.string()), message: z.nullish(z.string()), details: z.nullish(z.array(z.unknown())) }),
  }),
  z.transform(({ error: { status, message, details } }) => {
    const all = (details ?? []).map((one) => Detail.safeParse(one).data).filter((one) => one !== undefined);
    const seconds = all.map((one) => Number.parseFloat(String(one["retryDelay"]))).find((wait) => wait >= 0); // "12.5s"
    const unknown = status === "NOT_FOUND" && /^models?\//.test(message ?? "");
    return {
      code: unknown ? "UNKNOWN_MODEL" : (all.find(({ reason }) => reason)?.reason ?? status ?? undefined),
      message: message ?? undefined,
      field: unknown ? "model" : (all.flatMap(({ fieldViolations }) => fieldViolations ?? [])[0]?.field ?? undefined),
      waitMs: seconds === undefined ? undefined : seconds * 1000,
    };
  }),
);

const gemini = defineVendor({
  id: "gemini",
  name: "Google Gemini",
  category: "ai",
  powers: "Texts written, rewritten and summarised, and photos looked at",
  docs: "https://ai.google.dev/gemini-api/docs",
  credentials: {
    // Keys of before begin with AIza, those of today with AQ.: no pattern would hold.
    api_key: secret({ label: "API key", help: "In Google AI Studio under API keys", placeholder: "AQ.…" }),
  },
  auth: header("x-goog-api-key", "api_key"),
  hosts: ["generativelanguage.googleapis.com"],
  errors: {
    body: Fault,
    codes: {
      API_KEY_INVALID: "CredentialError", // as a 400
      UNKNOWN_MODEL: "InvalidRequest", // as a 404
      FAILED_PRECONDITION: "Declined", // a 400: no billing, or not in this country
    },
  },
  // Counting tokens is free. A key may list the models and yet not use them, so the list would prove too little.
  async test({ http }) {
    const json = { contents: [{ role: "user", parts: [{ text: "Hello" }] }] };
    const counted = await http.post(path`/v1beta/models/${"gemini-flash-latest"}:countTokens`, { json });
    counted.json(z.object({ totalTokens: z.int() }));
    return { id: "gemini", name: "Google Gemini" }; // nothing tells whose key it is
  },
});

const Generated = z.object({
  candidates: z.nullish(
    z.array(
      z.object({
        content: z.nullish(
          z.object({ parts: z.nullish(z.array(z.object({ text: z.nullish(z.string()), thought: z.nullish(z.boolean()) }))) }),
        ),
        finishReason: z.nullish(z.string()),
      }),
    ),
  ),
  promptFeedback: z.nullish(z.object({ blockReason: z.nullish(z.string()) })),
  usageMetadata: z.object({
    promptTokenCount: z.nullish(z.int()),
    candidatesTokenCount: z.nullish(z.int()),
    thoughtsTokenCount: z.nullish(z.int()),
  }),
});

interface Ask {
  readonly model: string;
  readonly max_tokens: number;
  readonly parts: readonly object[];
  readonly instructions?: string | undefined;
}

async function generate(http: Http<"generativelanguage.googleapis.com">, { model, max_tokens, parts, instructions }: Ask) {
  const json = {
    contents: [{ role: "user", parts }],
    systemInstruction: instructions === undefined ? undefined : { parts: [{ text: instructions }] },
    generationConfig: { maxOutputTokens: max_tokens },
  };
  const reply = await http.post(path`/v1beta/models/${MODELS.get(model) ?? model}:generateContent`, { json, long: true });
  const { candidates, promptFeedback, usageMetadata: usage } = reply.json(Generated);
  // The question itself was blocked: there is no answer to tell of, and none to pay for.
  if (promptFeedback?.blockReason) refuse({ kind: "Declined", code: "prompt_blocked" });
  const [first] = candidates ?? [];
  const reason = first?.finishReason ?? "STOP";
  return {
    text: (first?.content?.parts ?? []).flatMap(({ text, thought }) => (thought ? [] : [text ?? ""])).join(""),
    finish: reason === "STOP" && first ? ("complete" as const) : reason === "MAX_TOKENS" ? ("cut_off" as const) : ("refused" as const),
    usage: {
      input_tokens: usage.promptTokenCount ?? 0,
      output_tokens: (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0), // thoughts are billed as output
    },
  };
}

const write = gemini.implement(generateText, {
  run: ({ http, input: { prompt, ...rest } }) => generate(http, { ...rest, parts: [{ text: prompt }] }),
});

const look = gemini.implement(analyzePhoto, {
  async run({ http, files, input: { photo, question, ...rest } }) {
    const { type, base64 } = await files.open(photo);
    return generate(http, { ...rest, parts: [{ inlineData: { mimeType: type, data: await base64() } }, { text: question }] });
  },
});

export default gemini.provides({ actions: [write, look] });
