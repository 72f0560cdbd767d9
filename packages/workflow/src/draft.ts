/**
 * A draft: a definition that may lack fields, and nothing else. What is no draft at all is refused whole, each fault with its place, what
 * may have been meant, and the remedy.
 */
import * as z from "zod";
import { Condition, Definition, MOST_BYTES, PLAIN, StepId, type StepType } from "./definition.ts";
import { explain, type Issue } from "./issue-words.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { lanes, type Scoped, scopeAt } from "./scope.ts";
import { type DraftStep, STEPS, texts } from "./steps.ts";
import { check } from "./template.ts";

/** A definition as the builder saves it: every field that is there is right. */
export interface Draft extends Scoped {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly crm?: Partial<NonNullable<Definition["crm"]>> | undefined;
  readonly concurrency?: number | undefined;
  readonly expires_after?: string | undefined;
}

const MOST_STEPS = 200;
/** Branches within branches. */
const MOST_DEEP = 5;
/** Objects within objects, of any JSON: a tool's arguments count. */
const MOST_NESTED = 60;

type Raw = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Raw => typeof value === "object" && value !== null && !Array.isArray(value);

const Top = Definition.omit({ steps: true }).partial();
const BranchShape = { id: StepId, type: z.literal("branch"), title: PLAIN[0].shape.title, on_failure: PLAIN[0].shape.on_failure };
const BranchTop = z.strictObject({ ...BranchShape, cases: z.unknown().optional(), otherwise: z.unknown().optional() });
const Case = z.strictObject({ when: Condition.partial().default({}), steps: z.unknown().optional() });
const BY_TYPE = new Map<string, z.ZodObject>(
  (PLAIN as readonly z.ZodObject[]).map((one, n) => [PLAIN[n]?.shape.type.value ?? "", one.partial().required({ id: true, type: true })]),
);
const TYPES = Object.keys(STEPS) as StepType[];

/** The draft, or why it is none. */
export function readDraft(
  json: unknown,
): { readonly ok: true; readonly draft: Draft } | { readonly ok: false; readonly issues: readonly Issue[] } {
  const size = weight(json);
  if (size !== null) return { ok: false, issues: [size] };
  if (!isObject(json)) return { ok: false, issues: [{ at: "", message: "A workflow is an object with a name and steps." }] };
  const issues: Issue[] = [];
  const { steps: listed = [], ...rest } = json;
  const top = Top.safeParse(withoutEmpty(rest));
  if (!top.success) issues.push(...explain(top.error.issues, "", rest, [...Object.keys(Definition.shape)]));
  const steps = readSteps(listed, "steps", 0, issues, new Map());
  if (steps.count > MOST_STEPS)
    issues.push({
      at: "steps",
      message: `There are ${steps.count} steps; a workflow has at most ${MOST_STEPS}.`,
      remedy: "Split it into several workflows.",
    });
  const draft: Draft = { ...(top.success ? top.data : {}), steps: steps.steps };
  const whole = issues.length === 0;
  // What a step or a trigger that could not be read would have given is not known.
  for (const { step: _, placeholder, ...issue } of placeholderIssues(draft, "unknown"))
    if (whole || !/^(steps|event)[.]/.test(placeholder)) issues.push(issue);
  return issues.length > 0 ? { ok: false, issues } : { ok: true, draft };
}

/** Why it is no draft: an empty list if it is one. */
export function draftIssues(json: unknown): readonly Issue[] {
  const read = readDraft(json);
  return read.ok ? [] : read.issues;
}

interface Misnamed extends Issue {
  readonly step: string | null;
  readonly placeholder: string;
}

/** Every placeholder that is unknown, or has no value where it stands. */
export function placeholderIssues(draft: Draft, kind: "unknown" | "misplaced"): Misnamed[] {
  const found: Misnamed[] = [];
  const look = (at: string, step: string | null, text: string, scope: ReturnType<typeof scopeAt>, lenient: boolean) => {
    for (const { kind: what, ...issue } of check(text, scope, lenient)) if (what === kind) found.push({ ...issue, at, step });
  };
  const { trigger } = draft;
  if (trigger?.on === "event")
    for (const [n, { left, right = "" }] of trigger.conditions.entries()) {
      const scope = scopeAt(draft);
      look(`trigger.conditions.${n}.left`, null, left, scope, true);
      look(`trigger.conditions.${n}.right`, null, right, scope, true);
    }
  for (const { step, at } of draftSteps(draft.steps)) {
    const written = texts(step).filter(({ text }) => text.includes("{{") || text.includes("}}"));
    if (written.length === 0) continue;
    const scope = scopeAt(draft, step.id);
    for (const { at: field, text, lenient } of written) look(`${at}.${field}`, step.id, text, scope, lenient);
  }
  return found;
}

/** Every step of a draft, with where it stands. */
export function* draftSteps(steps: readonly DraftStep[], at = "steps"): Generator<{ readonly step: DraftStep; readonly at: string }> {
  for (const [index, step] of steps.entries()) {
    const here = `${at}.${index}`;
    yield { step, at: here };
    const inside = lanes(step);
    for (const [n, lane] of inside.entries())
      yield* draftSteps(lane, n < inside.length - 1 ? `${here}.cases.${n}.steps` : `${here}.otherwise`);
  }
}

function readSteps(
  listed: unknown,
  at: string,
  deep: number,
  issues: Issue[],
  seen: Map<string, string>,
): { readonly steps: DraftStep[]; readonly count: number } {
  if (!Array.isArray(listed)) {
    issues.push({ at, message: "Steps are a list." });
    return { steps: [], count: 0 };
  }
  if (deep > MOST_DEEP && listed.length > 0) {
    issues.push({ at, message: `Branches go ${MOST_DEEP} deep at most.`, remedy: "Start another workflow from this step instead." });
    return { steps: [], count: 0 };
  }
  const steps: DraftStep[] = [];
  let count = 0;
  for (const [index, raw] of listed.entries()) {
    const here = `${at}.${index}`;
    const read = readStep(raw, here, deep, issues, seen);
    if (read === null) continue;
    steps.push(read.step);
    count += 1 + read.count;
  }
  return { steps, count };
}

function readStep(raw: unknown, at: string, deep: number, issues: Issue[], seen: Map<string, string>) {
  if (!isObject(raw) || typeof raw["type"] !== "string") {
    issues.push({ at: `${at}.type`, message: "A step is an object that says its type.", remedy: `One of ${TYPES.join(", ")}` });
    return null;
  }
  const { type, id } = raw;
  const schema = type === "branch" ? BranchTop : BY_TYPE.get(type);
  if (schema === undefined) {
    const near = nearest(type, TYPES);
    const message = `There is no step type “${type.slice(0, 60)}”.${didYouMean(near)}`;
    issues.push({ at: `${at}.type`, message, near, remedy: `Use one of ${TYPES.join(", ")}.` });
    return null;
  }
  if (typeof id === "string") {
    const first = seen.get(id);
    if (first !== undefined)
      issues.push({
        at: `${at}.id`,
        message: `The id “${id.slice(0, 40)}” is that of ${first} already.`,
        remedy: "Give this step another id.",
      });
    seen.set(id, first ?? at);
  }
  const parsed = schema.safeParse(withoutEmpty(raw));
  if (!parsed.success) issues.push(...explain(parsed.error.issues, at, raw, Object.keys(schema.shape)));
  if (type !== "branch") return parsed.success ? { step: parsed.data as unknown as DraftStep, count: 0 } : null;
  const { cases, otherwise, count } = readLanes(raw, at, deep, issues, seen);
  return parsed.success ? { step: { ...(parsed.data as unknown as DraftStep), cases, otherwise }, count } : null;
}

function readLanes(raw: Raw, at: string, deep: number, issues: Issue[], seen: Map<string, string>) {
  const { cases: listed = [], otherwise: others = [] } = raw;
  if (!Array.isArray(listed) || listed.length > 10) issues.push({ at: `${at}.cases`, message: "Cases are a list of at most 10." });
  let count = 0;
  const cases = (Array.isArray(listed) ? listed.slice(0, 10) : []).map((one: unknown, n) => {
    const here = `${at}.cases.${n}`;
    const parsed = Case.safeParse(isObject(one) && isObject(one["when"]) ? { ...one, when: withoutEmpty(one["when"]) } : one);
    if (!parsed.success) issues.push(...explain(parsed.error.issues, here, one, ["when", "steps"]));
    const inner = readSteps(isObject(one) ? (one["steps"] ?? []) : [], `${here}.steps`, deep + 1, issues, seen);
    count += inner.count;
    return { when: parsed.success ? parsed.data.when : {}, steps: inner.steps };
  });
  const rest = readSteps(others, `${at}.otherwise`, deep + 1, issues, seen);
  return { cases, otherwise: rest.steps, count: count + rest.count };
}

/** A field that is empty in the builder is one that is not there. */
const withoutEmpty = (raw: Raw): Raw => Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== "" && value !== null));

/** Too big or too deep: said before anything else is read. */
function weight(json: unknown): Issue | null {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_NESTED)
      return { at: "", message: `It is nested more than ${MOST_NESTED} deep.`, remedy: `Branches go ${MOST_DEEP} deep at most.` };
    level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  }
  const bytes = new TextEncoder().encode(JSON.stringify(json) ?? "").length;
  if (bytes <= MOST_BYTES) return null;
  return {
    at: "",
    message: `It weighs ${Math.ceil(bytes / 1024)} KB; a workflow weighs ${MOST_BYTES / 1024} KB at most.`,
    remedy: "Shorten its longest texts.",
  };
}
