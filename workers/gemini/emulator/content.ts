/** What Gemini is asked and answers. https://ai.google.dev/api/generate-content */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";
import { failure, invalid } from "./errors.ts";

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const model = (id: string, displayName: string, ...methods: readonly string[]) => ({
  ...{ name: `models/${id}`, version: "001", displayName, inputTokenLimit: 1_048_576, outputTokenLimit: 65_536 },
  supportedGenerationMethods: methods,
});
export const MODELS = [
  model("gemini-embedding-001", "Gemini Embedding 001", "embedContent"), // first in Google's list: not every model answers
  model("gemini-flash-lite-latest", "Gemini Flash-Lite Latest", "generateContent", "countTokens"),
  model("gemini-flash-latest", "Gemini Flash Latest", "generateContent", "countTokens"),
  model("gemini-pro-latest", "Gemini Pro Latest", "generateContent", "countTokens"),
  model("gemini-3.8-flash", "Gemini 3.8 Flash", "generateContent", "countTokens"),
];
/** The names that move on, and where they lead today. */
const VERSIONS: Readonly<Record<string, string>> = {
  "gemini-flash-lite-latest": "gemini-3.5-flash-lite",
  "gemini-flash-latest": "gemini-3.8-flash",
  "gemini-pro-latest": "gemini-3.1-pro-preview",
};
const KNOWN = ["contents", "systemInstruction", "generationConfig", "safetySettings", "tools", "toolConfig", "cachedContent", "model"];
const IMAGES = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"];

/** What makes the sandbox's filters object: of the question, or of the answer to it. */
const [BLOCKED, UNSAFE] = ["sandbox: block this prompt", "sandbox: answer unsafely"];

const tokensOf = (text: string): number => Math.ceil(text.length / 4);

interface Said {
  readonly model: string;
  readonly text: string;
  readonly pictures: readonly { readonly type: string; readonly bytes: number }[];
  readonly tokens: number;
}

function read(call: Call, method: string): Said {
  const id = call.param("model");
  const model = MODELS.find(({ name }) => name === `models/${id}`);
  const unfit = `models/${id} is not found for API version v1beta, or is not supported for ${method}. Call ListModels to see the list of available models and their supported methods.`;
  if (!model?.supportedGenerationMethods.includes(method)) return refuse(failure(404, "NOT_FOUND", unfit));
  if (call.json === undefined) return refuse(failure(400, "INVALID_ARGUMENT", "Invalid JSON payload received. Expected a value."));
  const body = fieldsOf(call.json);
  for (const name of Object.keys(body))
    if (!KNOWN.includes(name)) refuse(invalid(name, `Invalid JSON payload received. Unknown name "${name}": Cannot find field.`));
  const { contents } = body;
  if (!Array.isArray(contents) || contents.length === 0)
    return refuse(invalid("contents", "* GenerateContentRequest.contents: contents is not specified\n"));
  const texts: string[] = [];
  const pictures: Said["pictures"][number][] = [];
  const readParts = (content: Fields, at: string): void => {
    const { role, parts } = content;
    if (role !== undefined && role !== "user" && role !== "model") refuse(invalid(`${at}.role`, "Please use a valid role: user, model."));
    const all: readonly unknown[] = Array.isArray(parts) ? parts : [];
    if (all.length === 0) refuse(invalid(`${at}.parts`, `* GenerateContentRequest.${at}.parts: contents.parts must not be empty.\n`));
    for (const part of all.map(fieldsOf)) {
      if (typeof part["text"] === "string") texts.push(part["text"]);
      else if ("inlineData" in part) pictures.push(pictureOf(fieldsOf(part["inlineData"])));
      else
        refuse(
          invalid(
            `${at}.parts`,
            `* GenerateContentRequest.${at}.parts[0].data: required oneof field 'data' must have one initialized field\n`,
          ),
        );
    }
  };
  if ("systemInstruction" in body) readParts(fieldsOf(body["systemInstruction"]), "system_instruction");
  for (const [at, content] of contents.map(fieldsOf).entries()) readParts(content, `contents[${at}]`);
  const text = texts.join("\n");
  return { model: id, text, pictures, tokens: tokensOf(text) + 258 * pictures.length };
}

function pictureOf({ mimeType, data }: Fields): Said["pictures"][number] {
  if (typeof mimeType !== "string" || !IMAGES.includes(mimeType))
    return refuse(failure(400, "INVALID_ARGUMENT", `Unsupported MIME type: ${String(mimeType)}`));
  if (typeof data !== "string" || data === "" || !/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0)
    return refuse(
      failure(
        400,
        "INVALID_ARGUMENT",
        "Unable to process input image. Please retry or report in https://developers.generativeai.google/guide/troubleshooting",
      ),
    );
  return { type: mimeType, bytes: (data.length * 3) / 4 };
}

export const countTokens = (call: Call): Reply => {
  const { tokens } = read(call, "countTokens");
  return json(200, { totalTokens: tokens, promptTokensDetails: [{ modality: "TEXT", tokenCount: tokens }] });
};

function wordsOf({ text, pictures }: Said): string {
  const asked = text.trim().slice(-300);
  const [picture] = pictures;
  return picture
    ? `This ${picture.type} of ${picture.bytes} bytes shows a water heater with a leaking valve. Asked: ${asked}`
    : `As you asked: ${asked}`;
}

export function generateContent(call: Call): Reply {
  const said = read(call, "generateContent");
  const { maxOutputTokens = 65_536 } = fieldsOf(fieldsOf(call.json)["generationConfig"]);
  if (typeof maxOutputTokens !== "number" || !Number.isInteger(maxOutputTokens) || maxOutputTokens < 1 || maxOutputTokens > 65_536)
    return invalid(
      "generation_config.max_output_tokens",
      "* GenerateContentRequest.generation_config.max_output_tokens: max_output_tokens must be in the range [1, 65536].\n",
    );
  const about = { modelVersion: VERSIONS[said.model] ?? said.model, responseId: call.random(22) };
  const counted = (output: number, thoughts: number) => ({
    ...{ promptTokenCount: said.tokens, totalTokenCount: said.tokens + output + thoughts },
    ...(output > 0 && { candidatesTokenCount: output }), // a zero is left out, as in all that these services say
    ...(thoughts > 0 && { thoughtsTokenCount: thoughts }),
  });
  if (said.text.includes(BLOCKED))
    return json(200, { promptFeedback: { blockReason: "PROHIBITED_CONTENT" }, usageMetadata: counted(0, 0), ...about });
  if (said.text.includes(UNSAFE))
    return json(200, { candidates: [{ finishReason: "SAFETY", index: 0 }], usageMetadata: counted(0, 20), ...about });
  const thoughts = Math.min(20, maxOutputTokens);
  const whole = wordsOf(said);
  const text = whole.slice(0, (maxOutputTokens - thoughts) * 4);
  const candidate = {
    content: { ...(text !== "" && { parts: [{ text }] }), role: "model" },
    finishReason: text.length < whole.length ? "MAX_TOKENS" : "STOP",
    index: 0,
  };
  return json(200, { candidates: [candidate], usageMetadata: counted(tokensOf(text), thoughts), ...about });
}
