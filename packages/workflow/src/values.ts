import type { Work } from "./came.ts";
import { valuesOf } from "./scope.ts";
import type { Values } from "./template.ts";

/** What a run's placeholders stand for now. */
export function valuesAt({ live, ask, row }: Pick<Work<unknown>, "live" | "ask" | "row">): Values {
  const { definition, lead, input, event } = ask;
  return valuesOf({ definition, lead, input, event, steps: live.steps.values(), now: row.startedAt });
}
