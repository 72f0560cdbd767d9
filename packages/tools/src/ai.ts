/** What a language model does for the contractor: it writes, and it looks at photos. Nothing is changed by it, so any of several may answer. */
import * as z from "zod";
import { tool } from "./tool.ts";
import { FileRef } from "./words.ts";

const Model = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,99}$/)
  .default("balanced")
  .describe("fast (short and simple tasks), balanced, or best (hard tasks); or the id of one model of the integration that serves")
  .meta({ examples: ["balanced"] });
const MaxTokens = z
  .int()
  .min(1)
  .max(4000)
  .default(2000)
  .describe("the most tokens to use, 1 to 4,000, what the model thinks in silence among them; 1,000 tokens are about 700 words");

const Answer = z.object({
  text: z.string().describe("empty: the model gave no answer, as finish says"),
  finish: z
    .enum(["complete", "cut_off", "refused"])
    .describe("cut_off: max_tokens was reached and the end is missing; refused: the model would not (go on to) answer"),
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
    prompt: z.string().min(1).max(200_000).describe("what to write, with all that the model must know, up to 200,000 characters"),
    instructions: z
      .string()
      .min(1)
      .max(20_000)
      .optional()
      .describe("how the model is to behave, such as the tone and the language, up to 20,000 characters"),
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
    question: z.string().min(1).max(20_000).describe("what to find out or to describe, up to 20,000 characters"),
    model: Model,
    max_tokens: MaxTokens,
  }),
  output: Answer,
});
