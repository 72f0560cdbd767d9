/** The vocabulary of placeholders: what may be named at a step, and what the names stand for in a run. */
import { EVENTS, type EventType } from "@junction/core";
import type { Definition, Trigger } from "./definition.ts";
import type { RunLead, StepRecord } from "./run.ts";
import { type DraftStep, outputsOf } from "./steps.ts";
import type { Scope, ScopeName, Values } from "./template.ts";

/** Of the last AI call before: `{{callStatus}}` is `{{steps.<that call>.status}}`. */
const CALL: Readonly<Record<string, string>> = {
  callStatus: "status",
  duration: "duration",
  successEvaluation: "success_evaluation",
  transcript: "transcript",
};
const LEAD: Readonly<Record<string, string>> = {
  name: "The lead's name",
  first_name: "The lead's first name",
  email: "The lead's email address",
  phone: "The lead's phone number",
};

/** What scopeAt reads of a definition; a draft's steps may lack fields. */
export interface Scoped {
  readonly trigger?: Trigger | undefined;
  readonly steps: readonly DraftStep[];
}

/** Steps before `id` that are done when it begins (`sure`), and those in branches before it, which may have been passed by. */
interface Before {
  readonly step: DraftStep;
  readonly sure: boolean;
}

/** What the texts of a step may name; without an id, what the trigger's conditions may. */
export function scopeAt(definition: Scoped, stepId?: string): Scope {
  const before = stepId === undefined ? [] : (stepsBefore(definition.steps, stepId) ?? []);
  const { trigger } = definition;
  const alone = trigger?.on === "schedule" ? "a run that a schedule starts is about no lead" : undefined;
  const names: ScopeName[] = [
    ...Object.entries(LEAD).map(([name, words]) => ({ name, words, unsure: alone })),
    { name: "now", words: "The time when the step runs" },
    ...(trigger?.on === "event"
      ? Object.keys(EVENTS[trigger.event].shape).map((name) => ({
          name: `event.${name}`,
          words: `What the event says: ${name.replaceAll("_", " ")}`,
        }))
      : []),
  ];
  const barred = new Map<string, string>();
  const calls = before.filter(({ step }) => step.type === "ai_call");
  for (const [name, output] of Object.entries(CALL)) {
    const words = `Of the AI call before: ${output.replaceAll("_", " ")}`;
    if (calls.length > 0) names.push({ name, words, unsure: unsure(calls.some(({ sure }) => sure)) });
    else barred.set(name, "no AI call comes before this step");
  }
  for (const { step, sure } of before)
    for (const { name, words } of outputsOf(step)) names.push({ name: `steps.${step.id}.${name}`, words, unsure: unsure(sure) });
  const later = "that step is not before this one";
  for (const { step } of all(definition.steps)) {
    if (before.some((one) => one.step.id === step.id)) continue;
    for (const { name } of outputsOf(step)) barred.set(`steps.${step.id}.${name}`, later);
  }
  const open = [
    { name: "lead.custom.", words: "A field of the lead's own" },
    { name: "input.", words: "What the run was started with" },
    ...(trigger?.on === "event" ? deepParts(trigger.event) : []),
  ];
  return { names, open, barred };
}

/** What a text may name that no one workflow is known of: what there is in some. */
export const ANYWHERE: Scope = {
  names: [
    ...Object.entries({ ...LEAD, now: "The time when the step runs" }).map(([name, words]) => ({ name, words })),
    ...Object.entries(CALL).map(([name, output]) => ({ name, words: `Of the AI call before: ${output.replaceAll("_", " ")}` })),
  ],
  open: [
    { name: "lead.custom.", words: "A field of the lead's own" },
    { name: "input.", words: "What the run was started with" },
    { name: "event.", words: "What the event says" },
    { name: "steps.", words: "What a step before gives" },
  ],
  barred: new Map(),
};

const unsure = (sure: boolean): string | undefined => (sure ? undefined : "the step that gives it is in a branch that may not be taken");

/** `event.answers.city`: parts of an event that hold what the vendor's own form asks. */
const deepParts = (event: EventType): ScopeName[] =>
  ["answers", "changed"]
    .filter((name) => name in EVENTS[event].shape)
    .map((name) => ({ name: `event.${name}.`, words: "What the event says" }));

function* all(steps: readonly DraftStep[]): Generator<{ readonly step: DraftStep }> {
  for (const step of steps) {
    yield { step };
    for (const inner of lanes(step)) yield* all(inner);
  }
}
/** The lists of steps in a branch: its cases', and otherwise. */
export function lanes(step: DraftStep): readonly (readonly DraftStep[])[] {
  if (step.type !== "branch") return [];
  const { cases = [], otherwise = [] } = step as { cases?: readonly { steps?: readonly DraftStep[] }[]; otherwise?: readonly DraftStep[] };
  return [...cases.map(({ steps = [] }) => steps), otherwise];
}

function stepsBefore(steps: readonly DraftStep[], id: string): Before[] | undefined {
  const before: Before[] = [];
  for (const step of steps) {
    if (step.id === id) return before;
    const inside = lanes(step);
    for (const lane of inside) {
      const found = stepsBefore(lane, id);
      if (found !== undefined) return [...before, { step, sure: true }, ...found];
    }
    before.push({ step, sure: true }, ...inside.flatMap((lane) => [...all(lane)].map((one) => ({ ...one, sure: false }))));
  }
  return undefined;
}

/** What a run's placeholders stand for. `steps`: its journal, in the order in which the steps began. */
export function valuesOf(run: {
  readonly definition: Definition;
  readonly lead: RunLead | null;
  readonly input: Readonly<Record<string, string>>;
  readonly event?: Readonly<Record<string, unknown>> | null | undefined;
  readonly steps: Iterable<Pick<StepRecord, "step" | "output">>;
  readonly now: number;
}): Values {
  const { lead, now } = run;
  const outputs = new Map([...run.steps].map(({ step, output }) => [step, output ?? {}]));
  const calls = new Set(
    [...all(run.definition.steps as unknown as readonly DraftStep[])].flatMap(({ step }) => (step.type === "ai_call" ? [step.id] : [])),
  );
  const call = [...outputs].findLast(([step]) => calls.has(step))?.[1];
  const plain = new Map<string, string | null | undefined>([
    ...([
      ["name", lead?.name],
      ["first_name", lead?.name?.trim().split(/\s+/)[0]],
      ["email", lead?.email],
      ["phone", lead?.phone],
      ["now", new Date(now).toISOString()],
    ] as const),
  ]);
  return (placeholder) => {
    if (plain.has(placeholder)) return plain.get(placeholder) ?? undefined;
    const output = Object.hasOwn(CALL, placeholder) ? CALL[placeholder] : undefined;
    if (output !== undefined) return said(call, [output]);
    const [root, ...path] = placeholder.split(".");
    if (root === "input") return said(run.input, [path.join(".")]);
    if (root === "lead" && path[0] === "custom") return said(lead?.custom, [path.slice(1).join(".")]);
    if (root === "event") return said(run.event, path);
    return root === "steps" ? said(outputs.get(path[0] ?? ""), path.slice(1)) : undefined;
  };
}

/** What stands at a path, as a text. */
function said(from: unknown, path: readonly string[]): string | undefined {
  let at = from;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  if (at === undefined || at === null || at === "") return undefined;
  if (typeof at === "string") return at;
  return typeof at === "object" ? JSON.stringify(at) : String(at);
}
