/** Files in the place of a contractor's: what an action is handed when the suite calls it. */
import { hasFiles, namedFiles } from "@junction/core";
import type { Tool } from "@junction/tools";
import { inputSchema, outputSchema } from "./samples.ts";

/** Reference → the media type of the file it leads to. */
export type SampleFiles = Readonly<Record<string, string>>;

/** The files of a call, as data that the rig's Worker makes a capability of; undefined where the tool's contract has none, as in dispatch. */
export function sampleFiles(tool: Tool, input: unknown): SampleFiles | undefined {
  const schema = inputSchema(tool.input);
  if (!hasFiles(schema) && !hasFiles(outputSchema(tool.output))) return undefined;
  return Object.fromEntries(
    namedFiles(schema, input).map(({ ref, limits: { types } }) => [ref, types[0]?.replace("/*", "/mp4") ?? "application/pdf"]),
  );
}
