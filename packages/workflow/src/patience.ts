/** How long a step's try may take: as long as a caller would wait, or as long as the tool says it may need. */
import { toolById } from "@junction/catalog";
import { next } from "./flow.ts";
import type { Live } from "./journal.ts";
import type { Timing } from "./timing.ts";

/** Tools that are several calls of others, which may be long. */
const OF_PARTS: ReadonlySet<string> = new Set(["crm/post_to_social"]);
const isLong = (tool: string): boolean => toolById(tool)?.background === true || OF_PARTS.has(tool);

export const patienceFor = (tool: string, { patienceMs, longMs }: Timing): number => (isLong(tool) ? longMs : patienceMs);

/** That of the step the run is at. */
export function patienceNow({ ask, steps }: Live, timing: Timing): number {
  const step = ask ? next(ask.definition, steps.values()).do : undefined;
  return patienceFor(step?.type === "tool" ? step.tool : step?.type === "social_post" ? "crm/post_to_social" : "", timing);
}
