/** Where a run goes next: a pure function of its definition and its journal, so that a run that was cut off finds its way again. */
import type { Branch, Condition, Definition, Step } from "./definition.ts";
import type { StepRecord } from "./run.ts";
import { renderLoosely, type Values } from "./template.ts";

/** A step to do, in its how-manieth life, or the end. */
export type Next =
  | { readonly do: Step; readonly again: number; readonly ended?: undefined; readonly reason?: undefined }
  | { readonly do?: undefined; readonly ended: "completed" | "failed"; readonly step?: string; readonly reason?: string };

/** What flow reads of a record. A branch that is completed keeps its choice in its output: `{ case: 0 }`, or `{ case: null }`. */
export type Journaled = Pick<StepRecord, "step" | "state" | "output" | "reason" | "again">;

/** The first step, on the path that the branches took, that is not done. */
export function next(definition: Definition, journal: Iterable<Journaled>): Next {
  const records = new Map([...journal].map((record) => [record.step, record]));
  return walk(definition.steps, records) ?? { ended: "completed" };
}

function walk(steps: readonly Step[], records: ReadonlyMap<string, Journaled>): Next | undefined {
  for (const step of steps) {
    const record = records.get(step.id);
    if (record === undefined) return { do: step, again: 0 };
    if (record.state === "failed") {
      if (step.on_failure === "stop") return { ended: "failed", step: step.id, reason: record.reason ?? "The step failed." };
      continue;
    }
    if (record.state !== "completed" && record.state !== "skipped") return { do: step, again: record.again };
    if (step.type !== "branch" || record.state === "skipped") continue;
    const inner = walk(taken(step, record.output), records);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** The steps that a branch's journaled choice leads to. */
function taken(branch: Branch, output: Journaled["output"]): readonly Step[] {
  const choice = output?.["case"];
  return (typeof choice === "number" ? branch.cases[choice]?.steps : undefined) ?? branch.otherwise;
}

/** The number of the first case that holds, null for otherwise: to be journaled as `{ case }`. */
export function choose(branch: Branch, values: Values): number | null {
  const found = branch.cases.findIndex(({ when }) => holds(when, values));
  return found < 0 ? null : found;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
/** A number of a number, milliseconds of a time. */
function size(text: string): number {
  if (NUMBER.test(text)) return Number(text);
  return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
}

/** Whether a condition holds. A missing value is empty; capitals and spaces around do not count; `5` equals `5.0`. */
export function holds({ left, is, right = "" }: Condition, values: Values): boolean {
  const [a, b] = [left, right].map((text) => renderLoosely(text, values).trim().toLowerCase()) as [string, string];
  const same = a === b || (NUMBER.test(a) && NUMBER.test(b) && Number(a) === Number(b));
  switch (is) {
    case "equal":
      return same;
    case "not_equal":
      return !same;
    case "contains":
      return b !== "" && a.includes(b);
    case "empty":
      return a === "";
    case "not_empty":
      return a !== "";
    case "greater":
      return size(a) > size(b);
    case "less":
      return size(a) < size(b);
  }
}
