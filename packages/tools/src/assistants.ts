/** The contractor's AI voice assistants, as they are made and changed. */
import * as z from "zod/mini";
import { tool } from "./tool.ts";

const Id = z.string().check(z.minLength(1), z.maxLength(200), z.describe("the id that crm/list_ai_assistants gave"));
const Greeting = z.string().check(z.minLength(1), z.maxLength(1000), z.describe("the first thing it says, up to 1,000 characters"));
const Instructions = z
  .string()
  .check(z.minLength(1), z.maxLength(20_000), z.describe("what it is to do, and what it knows, up to 20,000 characters"));
const Name = z.string().check(z.minLength(1), z.maxLength(40), z.describe("its name, up to 40 characters"));
const Assistant = z.object({
  assistant_id: z.string(),
  name: z.string(),
  greeting: z.optional(z.string()),
  instructions: z.optional(z.string()),
});

export const getAiAssistant = tool({
  id: "crm/get_ai_assistant",
  title: "See an AI assistant",
  description: "Tells what one of the contractor's AI voice assistants says first, and how it is instructed.",
  effect: "read",
  input: z.strictObject({ assistant_id: Id }),
  output: Assistant,
});

export const createAiAssistant = tool({
  id: "crm/create_ai_assistant",
  title: "Make an AI assistant",
  description: "Makes a new AI voice assistant that can take calls, or make them by crm/start_ai_call. It calls nobody by itself.",
  effect: "write",
  input: z.strictObject({ name: Name, greeting: Greeting, instructions: Instructions }),
  output: Assistant,
});

export const updateAiAssistant = tool({
  id: "crm/update_ai_assistant",
  title: "Change an AI assistant",
  description: "Changes the name, the greeting or the instructions of one of the contractor's AI voice assistants.",
  effect: "write",
  input: z.strictObject({
    assistant_id: Id,
    name: z.optional(Name),
    greeting: z.optional(Greeting),
    instructions: z.optional(Instructions),
  }),
  output: Assistant,
});
