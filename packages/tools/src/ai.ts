/** What a language model does for the contractor: it writes, and it looks at photos. Nothing is changed by it, so any of several may answer. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";
import { FileRef } from "./words.ts";

const Model = z._default(
  z
    .string()
    .check(
      z.regex(/^[A-Za-z0-9][\w.-]{0,99}$/),
      z.describe("fast (short and simple tasks), balanced, or best (hard tasks); or the id of one model of the integration that serves"),
      z.meta({ examples: ["balanced"] }),
    ),
  "balanced",
);
const MaxTokens = z._default(
  z
    .int()
    .check(
      z.minimum(1),
      z.maximum(4000),
      z.describe("the most tokens to use, 1 to 4,000, what the model thinks in silence among them; 1,000 tokens are about 700 words"),
    ),
  2000,
);

const Answer = z.object({
  text: z.string().check(z.describe("empty: the model gave no answer, as finish says")),
  finish: z
    .enum(["complete", "cut_off", "refused"])
    .check(z.describe("cut_off: max_tokens was reached and the end is missing; refused: the model would not (go on to) answer")),
  usage: z.object({ input_tokens: z.int(), output_tokens: z.int() }),
});

export const generateText = tool({
  id: "crm/generate_text",
  title: "Write a text with AI",
  description:
    "Has an AI model write a text as the prompt says: draft a reply, a message or a post, rewrite, summarise, translate or classify. The text comes back and is sent to nobody. It uses up tokens of the contractor's plan.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({
    prompt: z
      .string()
      .check(
        z.minLength(1),
        z.maxLength(200_000),
        z.describe("what to write, with all that the model must know, up to 200,000 characters"),
      ),
    instructions: z.optional(
      z
        .string()
        .check(
          z.minLength(1),
          z.maxLength(20_000),
          z.describe("how the model is to behave, such as the tone and the language, up to 20,000 characters"),
        ),
    ),
    model: Model,
    max_tokens: MaxTokens,
  }),
  output: Answer,
});

export const analyzePhoto = tool({
  id: "crm/analyze_photo",
  title: "Look at a photo with AI",
  description:
    "Has an AI model look at one photo or picture, of a roof, a job site, a damage or a document, and say what it shows or what is wrong there. Nothing is sent to anybody. It uses up tokens of the contractor's plan.",
  effect: "read",
  interchangeable: true,
  input: z.strictObject({
    photo: FileRef({ types: ["image/jpeg", "image/png", "image/webp", "image/gif"], maxBytes: 10_000_000 }),
    question: z.string().check(z.minLength(1), z.maxLength(20_000), z.describe("what to find out or to describe, up to 20,000 characters")),
    model: Model,
    max_tokens: MaxTokens,
  }),
  output: Answer,
});
