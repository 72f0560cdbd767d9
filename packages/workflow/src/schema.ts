/** The definition as JSON Schema, for editors and for whoever writes workflows elsewhere: `workflow.schema.json`, and `/api/workflow.schema.json`. */
import * as z from "zod";
import { Definition } from "./definition.ts";

/** Made from the zod schema each time, so the two cannot say different things. */
export const definitionSchema = (): Readonly<Record<string, unknown>> => ({
  title: "Workflow",
  description: "What starts a workflow of Junction, and its steps in order. Texts may hold {{placeholders}}.",
  ...z.toJSONSchema(Definition, { io: "input", target: "draft-2020-12" }),
});
