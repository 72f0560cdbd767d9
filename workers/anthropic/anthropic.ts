/** Anthropic: Claude writes, and looks at photos. https://platform.claude.com/docs/en/api/messages */
import { bearer, defineVendor, path, refuse, secret } from "@junction/kit";
import { analyzePhoto, generateText } from "@junction/tools";
import * as z from "zod/mini";

/**
 * The newest version, and the key as a bearer token, as its documentation and libraries now have it. What it took away (temperature and
 * its like) nothing here sends; 2023-06-01 would work as well, and will be the first to go.
 */
const VERSION = { "anthropic-version": "2026-10-21" };
/** Without a date: each is Anthropic's present one of its size. */
const MODELS = new Map([
  ["fast", "claude-haiku-5-5"],
  ["balanced", "claude-sonnet-5-5"],
  ["best", "claude-opus-5-5"],
]);

const Fault = z.object({ error: z.object({ type: z.string(), message: z._default(z.string(), "") }) });
/** Whose error it is says the type; where two share one, the message. */
function codeOf({ type, message }: z.output<typeof Fault>["error"]): string {
  if (type === "not_found_error" && message.startsWith("model:")) return "unknown_model";
  return type === "invalid_request_error" && /usage limits|credit balance/i.test(message) ? "spend_limit_reached" : type;
}

const anthropic = defineVendor({
  id: "anthropic",
  name: "Anthropic Claude",
  category: "ai",
  powers: "Texts written, rewritten and summarised, and photos looked at",
  docs: "https://platform.claude.com/docs/en/api/overview",
  credentials: {
    api_key: secret({
      label: "API key",
      help: "In the Claude Console under Settings, API keys; it must belong to a workspace that may use the Messages API",
      placeholder: "sk-ant-api…",
    }),
  },
  auth: bearer("api_key"),
  hosts: ["api.anthropic.com"],
  errors: {
    body: z.pipe(
      Fault,
      z.transform(({ error }) => {
        const [, name] = /^([\w.]+): /.exec(error.message) ?? [];
        return { code: codeOf(error), message: error.message, field: name };
      }),
    ),
    codes: {
      unknown_model: "InvalidRequest", // as a 404
      spend_limit_reached: "Declined", // as a 400: the key is good, the month's money is spent
      overloaded_error: "VendorUnavailable", // a 529
    },
  },
  // Counting tokens is free, and takes the same permission as writing; which model the key may use says the list.
  async test({ http }) {
    const { data } = (await http.get(path`/v1/models`, { headers: VERSION, query: { limit: 1 } })).json(Models);
    const [model] = data;
    if (!model) refuse({ kind: "PermissionError", missing: ["models"] });
    const json = { model: model.id, messages: [{ role: "user", content: "Hello" }] };
    const counted = await http.post(path`/v1/messages/count_tokens`, { headers: VERSION, json });
    counted.json(z.object({ input_tokens: z.int() }));
    const organization = counted.header("anthropic-organization-id");
    return { id: organization ?? "anthropic", name: organization === undefined ? "Anthropic" : `Anthropic, organization ${organization}` };
  },
});

const Models = z.object({ data: z.array(z.object({ id: z.string() })) });
const Message = z.object({
  /** Thoughts come before the text, so a block is known by its type. */
  content: z.array(z.object({ type: z.string(), text: z.nullish(z.string()) })),
  stop_reason: z.nullish(z.string()),
  usage: z.object({
    input_tokens: z.int(),
    cache_creation_input_tokens: z.nullish(z.int()),
    cache_read_input_tokens: z.nullish(z.int()),
    output_tokens: z.int(),
  }),
});
const FINISH: Readonly<Record<string, "cut_off" | "refused">> = {
  max_tokens: "cut_off",
  model_context_window_exceeded: "cut_off",
  refusal: "refused",
};

/** What the tools say of an answer. */
function answer({ content, stop_reason, usage }: z.output<typeof Message>) {
  const { input_tokens, cache_creation_input_tokens, cache_read_input_tokens, output_tokens } = usage;
  return {
    text: content.flatMap(({ type, text }) => (type === "text" ? [text ?? ""] : [])).join(""),
    finish: FINISH[stop_reason ?? ""] ?? ("complete" as const),
    usage: { input_tokens: input_tokens + (cache_creation_input_tokens ?? 0) + (cache_read_input_tokens ?? 0), output_tokens },
  };
}

const write = anthropic.implement(generateText, {
  async run({ http, input: { prompt, instructions, model, max_tokens } }) {
    const json = { model: MODELS.get(model) ?? model, max_tokens, system: instructions, messages: [{ role: "user", content: prompt }] };
    return answer((await http.post(path`/v1/messages`, { headers: VERSION, json, long: true })).json(Message));
  },
});

const look = anthropic.implement(analyzePhoto, {
  async run({ http, files, input: { photo, question, model, max_tokens } }) {
    const { type, base64 } = await files.open(photo);
    const source = { type: "base64", media_type: type, data: await base64() };
    // The picture first: so Claude reads the question knowing what it is about.
    const content = [
      { type: "image", source },
      { type: "text", text: question },
    ];
    const json = { model: MODELS.get(model) ?? model, max_tokens, messages: [{ role: "user", content }] };
    return answer((await http.post(path`/v1/messages`, { headers: VERSION, json, long: true })).json(Message));
  },
});

export default anthropic.provides({ actions: [write, look] });
