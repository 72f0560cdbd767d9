/** A message as Claude takes and answers it. https://platform.claude.com/docs/en/api/messages */
import { type Call, json, type Reply, refuse } from "@junction/sandbox";
import { bad, failure } from "./errors.ts";
import { ALIASES, MODELS, thinks } from "./models.ts";

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const SHARED = ["model", "messages", "system", "thinking", "tools", "tool_choice", "output_config"];
const SAMPLING = ["temperature", "top_p", "top_k"];
const OWN = ["max_tokens", "metadata", "service_tier", "stop_sequences", "stream"];
const IMAGES = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const LARGEST_IMAGE_BYTES = 10 * 1024 * 1024;
/** As Anthropic documents it, for trying out what a client makes of a refusal. */
const REFUSAL = "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAEFB6177B4672DEE07F9D3AFC62588CCD2631EDCF22E8CCC1FB35B501C9C86";

const stop = (message: string): never => refuse(bad(message));
const tokensOf = (text: string): number => Math.ceil(text.length / 4);

/** What was said, in words; a picture counts by its size. */
interface Said {
  readonly model: string;
  readonly text: string;
  readonly pictures: readonly { readonly type: string; readonly bytes: number }[];
  readonly tokens: number;
}

function pictureOf(source: Fields, at: string): Said["pictures"][number] {
  if (source["type"] === "url") return { type: "image/jpeg", bytes: 100_000 };
  if (source["type"] !== "base64") return stop(`${at}.source.type: Input should be 'base64' or 'url'`);
  const { media_type, data } = source as { readonly media_type?: unknown; readonly data?: unknown };
  if (typeof media_type !== "string" || !IMAGES.includes(media_type))
    return stop(`${at}.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`);
  if (typeof data !== "string" || data === "" || !/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0)
    return stop(`${at}.source.base64.data: image source is not valid base64`);
  const bytes = (data.length * 3) / 4;
  if (bytes > LARGEST_IMAGE_BYTES) stop(`${at}.source.base64: image exceeds 10 MB maximum: ${bytes} bytes > ${LARGEST_IMAGE_BYTES} bytes`);
  const magic = atob(data.slice(0, 16));
  const real = magic.startsWith("\xff\xd8") ? "image/jpeg" : magic.startsWith("\x89PNG") ? "image/png" : media_type;
  if (real !== media_type)
    stop(`${at}.source.base64: The image was specified using the ${media_type} media type, but appears to be ${real}`);
  return { type: media_type, bytes };
}

function read(call: Call, known: readonly string[]): Said {
  if (call.json === undefined) return stop("The request body is not valid JSON");
  const body = fieldsOf(call.json);
  const newest = call.headers.get("anthropic-version") === "2026-10-21";
  for (const name of Object.keys(body)) {
    if (SAMPLING.includes(name) && !newest) continue;
    if (SAMPLING.includes(name)) stop(`${name}: this parameter was removed in API version 2026-10-21`);
    if (!known.includes(name)) stop(`${name}: Extra inputs are not permitted`);
  }
  if (typeof body["model"] !== "string") return stop("model: Field required");
  const wanted = body["model"];
  const model = MODELS.find(({ id }) => id === (ALIASES[wanted] ?? wanted));
  if (!model) return refuse(failure(404, "not_found_error", `model: ${wanted}`));
  const { messages } = body;
  if (!Array.isArray(messages)) return stop("messages: Field required");
  if (messages.length === 0) return stop("messages: at least one message is required");
  const texts: string[] = typeof body["system"] === "string" ? [body["system"]] : [];
  const pictures: Said["pictures"][number][] = [];
  for (const [at, message] of messages.map(fieldsOf).entries()) {
    if (message["role"] !== "user" && message["role"] !== "assistant") stop(`messages.${at}.role: Input should be 'user' or 'assistant'`);
    const { content } = message;
    const blocks = typeof content === "string" ? [{ type: "text", text: content }] : Array.isArray(content) ? content.map(fieldsOf) : [];
    if (blocks.length === 0) stop(`messages.${at}: all messages must have non-empty content`);
    for (const [index, block] of blocks.entries()) {
      const where = `messages.${at}.content.${index}`;
      if (block["type"] === "text") {
        if (typeof block["text"] !== "string" || block["text"] === "") stop("messages: text content blocks must be non-empty");
        texts.push(String(block["text"]));
      } else if (block["type"] === "image") pictures.push(pictureOf(fieldsOf(block["source"]), `${where}.image`));
      else stop(`${where}.type: Input tag '${String(block["type"])}' found using 'type' does not match any of the expected tags`);
    }
  }
  if (fieldsOf(messages.at(-1))["role"] === "assistant") stop("messages: the final message must have the role user");
  const text = texts.join("\n");
  const tokens = tokensOf(text) + pictures.reduce((sum, { bytes }) => sum + Math.ceil(bytes / 750), 0) + 7;
  return { model: model.id, text, pictures, tokens };
}

export const countTokens = (call: Call): Reply => json(200, { input_tokens: read(call, SHARED).tokens });

/** What the sandbox's Claude says: what it was asked, and of a picture what it can tell without eyes. */
function wordsOf({ text, pictures }: Said): string {
  const asked = text.trim().slice(-300);
  const [picture] = pictures;
  return picture
    ? `The photo (${picture.type}, ${picture.bytes} bytes) shows a water heater with a leaking valve. You asked: ${asked}`
    : `Here is what you asked for: ${asked}`;
}

export function createMessage(call: Call): Reply {
  const said = read(call, [...SHARED, ...OWN]);
  const body = fieldsOf(call.json);
  const most = body["max_tokens"];
  if (typeof most !== "number" || !Number.isInteger(most)) return stop("max_tokens: Field required");
  if (most < 1) return stop("max_tokens: Input should be greater than or equal to 1");
  if (most > 128_000) return stop(`max_tokens: ${most} > 128000, which is the maximum allowed number of output tokens for ${said.model}`);
  if (body["stream"] === true) return stop("stream: the sandbox answers in one piece alone");
  const refused = said.text.includes(REFUSAL);
  const thought = thinks(said.model) && !refused ? "A short answer will do." : "";
  const whole = refused ? "" : wordsOf(said);
  const left = most - tokensOf(thought);
  const text = left > 0 ? whole.slice(0, left * 4) : "";
  const cut = text.length < whole.length;
  return json(200, {
    id: `msg_01${call.random(22)}`,
    type: "message",
    role: "assistant",
    model: said.model,
    content: [
      ...(thought === "" ? [] : [{ type: "thinking", thinking: "", signature: btoa(call.random(24)) }]),
      ...(text === "" ? [] : [{ type: "text", text, citations: null }]),
    ],
    stop_reason: refused ? "refusal" : cut ? "max_tokens" : "end_turn",
    stop_sequence: null,
    stop_details: refused ? { type: "refusal", category: null, explanation: "The request was declined." } : null,
    usage: {
      ...{ input_tokens: said.tokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, cache_creation: null },
      ...{ output_tokens: Math.min(most, tokensOf(thought) + tokensOf(text)), server_tool_use: null, service_tier: "standard" },
    },
  });
}
