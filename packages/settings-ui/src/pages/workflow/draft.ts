/**
 * A workflow being built: a tree of steps that may yet lack what they need. Every change gives a new draft and leaves the old one as it is,
 * so that undoing is looking at an older one. Places are told as the API tells them: `steps.2.cases.0.steps.1`.
 */
export const STEP_TYPES = [
  "sms",
  "ai_call",
  "email",
  "whatsapp",
  "wait",
  "branch",
  "crm_sync",
  "calendar_event",
  "approval",
  "social_post",
  "webhook",
  "tool",
] as const;
export type StepType = (typeof STEP_TYPES)[number];

export interface Condition {
  readonly left: string;
  readonly is: "equal" | "not_equal" | "contains" | "empty" | "not_empty" | "greater" | "less";
  readonly right?: string | undefined;
}
export interface Case {
  readonly when: Condition;
  readonly steps: readonly DraftStep[];
}
export interface DraftStep {
  readonly id: string;
  readonly type: StepType;
  readonly title?: string | undefined;
  readonly on_failure?: "stop" | "continue" | undefined;
  /** Of a branch. */
  readonly cases?: readonly Case[] | undefined;
  readonly otherwise?: readonly DraftStep[] | undefined;
  /** What its type asks for. */
  readonly [field: string]: unknown;
}
export type DraftTrigger =
  | { readonly on: "manual" }
  | { readonly on: "event"; readonly event: string; readonly conditions?: readonly Condition[] | undefined }
  | { readonly on: "schedule"; readonly every: string; readonly at?: string | undefined; readonly time_zone?: string | undefined };
export interface DraftCrm {
  readonly vendor: string;
  readonly direction?: "fetch" | "send" | "both" | undefined;
  readonly map?: Readonly<Record<string, string>> | undefined;
}
export interface Draft {
  readonly name: string;
  readonly description?: string | undefined;
  readonly trigger?: DraftTrigger | undefined;
  readonly steps: readonly DraftStep[];
  readonly crm?: DraftCrm | undefined;
  readonly concurrency?: number | undefined;
  readonly expires_after?: string | undefined;
}
/** A gap between steps: before the step that stands there now. */
export interface Slot {
  readonly list: string;
  readonly index: number;
}
export interface Placed {
  readonly step: DraftStep;
  readonly at: string;
  readonly slot: Slot;
}

const FIRST_NAME: Readonly<Record<StepType, string>> = {
  sms: "text",
  ai_call: "call",
  email: "email",
  whatsapp: "whatsapp",
  wait: "wait",
  branch: "branch",
  crm_sync: "sync",
  calendar_event: "event",
  approval: "approval",
  social_post: "post",
  webhook: "webhook",
  tool: "tool",
};

/** What is stored may lack what the builder counts on: lists, and a branch's conditions. */
export function whole(stored: Partial<Draft> | null | undefined): Draft {
  const step = (one: DraftStep): DraftStep =>
    one.type !== "branch"
      ? one
      : {
          ...one,
          cases: (one.cases ?? []).map(({ when, steps }: Partial<Case>) => ({
            when: { ...when, left: when?.left ?? "", is: when?.is ?? "equal" },
            steps: (steps ?? []).map(step),
          })),
          otherwise: (one.otherwise ?? []).map(step),
        };
  return { ...stored, name: stored?.name ?? "", steps: (stored?.steps ?? []).map(step) };
}

/** Every step, from top to bottom, with its place. */
export function* placed(steps: readonly DraftStep[], list = "steps"): Generator<Placed> {
  for (const [index, step] of steps.entries()) {
    const at = `${list}.${index}`;
    yield { step, at, slot: { list, index } };
    for (const [number, one] of (step.cases ?? []).entries()) yield* placed(one.steps, `${at}.cases.${number}.steps`);
    if (step.type === "branch") yield* placed(step.otherwise ?? [], `${at}.otherwise`);
  }
}
export const find = (draft: Draft, id: string): Placed | undefined => {
  for (const each of placed(draft.steps)) if (each.step.id === id) return each;
  return undefined;
};
export const idsOf = (draft: Draft): Set<string> => new Set([...placed(draft.steps)].map(({ step }) => step.id));

/** The steps of a list: `steps`, `steps.2.otherwise`. */
export function listAt(draft: Draft, list: string): readonly DraftStep[] {
  let here: unknown = draft;
  for (const part of list.split(".")) here = typeof here === "object" && here !== null ? Reflect.get(here, part) : undefined;
  return Array.isArray(here) ? (here as DraftStep[]) : [];
}

/** What was not changed stays the very same, down to the list: so the screen knows what need not be drawn anew. */
const kept = <T>(before: readonly T[], after: readonly T[]): readonly T[] =>
  before.length === after.length && before.every((each, index) => each === after[index]) ? before : after;
function inLists(step: DraftStep, change: (steps: readonly DraftStep[]) => readonly DraftStep[]): DraftStep {
  if (step.type !== "branch") return step;
  const { cases: before = [], otherwise: rest = [] } = step;
  const inCase = (one: Case): Case => {
    const steps = change(one.steps);
    return steps === one.steps ? one : { ...one, steps };
  };
  const [cases, otherwise] = [kept(before, before.map(inCase)), change(rest)];
  return cases === before && otherwise === rest ? step : { ...step, cases, otherwise };
}
/** Each step, its branches' first, becomes what `change` says; null takes it out. */
const walk = (steps: readonly DraftStep[], change: (step: DraftStep) => DraftStep | null): readonly DraftStep[] =>
  kept(
    steps,
    steps.flatMap((step) => change(inLists(step, (inner) => walk(inner, change))) ?? []),
  );

const withList = (draft: Draft, list: string, change: (steps: readonly DraftStep[]) => readonly DraftStep[]): Draft => {
  const within = (steps: readonly DraftStep[], here: string): readonly DraftStep[] =>
    here === list
      ? change(steps)
      : steps.map((step, index) => {
          const at = `${here}.${index}`;
          if (!list.startsWith(`${at}.`)) return step;
          return {
            ...step,
            cases: (step.cases ?? []).map((one, number) => ({ ...one, steps: within(one.steps, `${at}.cases.${number}.steps`) })),
            otherwise: within(step.otherwise ?? [], `${at}.otherwise`),
          };
        });
  return { ...draft, steps: within(draft.steps, "steps") };
};

export const insert = (draft: Draft, { list, index }: Slot, step: DraftStep): Draft =>
  withList(draft, list, (steps) => [...steps.slice(0, index), step, ...steps.slice(index)]);
export const remove = (draft: Draft, id: string): Draft => ({
  ...draft,
  steps: walk(draft.steps, (step) => (step.id === id ? null : step)),
});
/** A field set to undefined goes away. */
export const patch = (draft: Draft, id: string, changes: Readonly<Record<string, unknown>>): Draft => ({
  ...draft,
  steps: walk(draft.steps, (step) => (step.id === id ? without({ ...step, ...changes }) : step)),
});
const without = (step: DraftStep): DraftStep =>
  Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined)) as unknown as DraftStep;

/** Whether the gap lies inside the step, or right beside it: moving it there would change nothing, or lose it. */
export function idle(draft: Draft, id: string, { list, index }: Slot): boolean {
  const from = find(draft, id);
  if (!from) return true;
  return list.startsWith(`${from.at}.`) || (list === from.slot.list && (index === from.slot.index || index === from.slot.index + 1));
}
export function move(draft: Draft, id: string, slot: Slot): Draft {
  const from = find(draft, id);
  if (!from || idle(draft, id, slot)) return draft;
  // Its copy goes in first: taking it out would shift the place it goes to.
  const copied = insert(draft, slot, { ...from.step, id: MOVING });
  return { ...draft, steps: walk(remove(copied, id).steps, (step) => (step.id === MOVING ? { ...step, id } : step)) };
}
/** No id a step may have. */
const MOVING = "~";

/** Its copy stands right after it. What the copy's own steps say of one another, they say of the copies. */
export function duplicate(draft: Draft, id: string): { readonly draft: Draft; readonly copy: string } | null {
  const from = find(draft, id);
  if (!from) return null;
  const taken = idsOf(draft);
  const renamed = new Map<string, string>();
  for (const { step } of placed([from.step])) {
    const fresh = freshId(step.id.replace(/_\d+$/, ""), taken);
    taken.add(fresh);
    renamed.set(step.id, fresh);
  }
  const text = JSON.stringify(from.step).replace(
    /(\{\{\s*steps\.)([a-z0-9_]+)/g,
    (_, before: string, name: string) => before + (renamed.get(name) ?? name),
  );
  const [copy] = walk([JSON.parse(text) as DraftStep], (step) => ({ ...step, id: renamed.get(step.id) ?? step.id }));
  if (!copy) return null;
  return { draft: insert(draft, { ...from.slot, index: from.slot.index + 1 }, copy), copy: copy.id };
}

/** `call`, or else `call_2`, `call_3`. */
export function freshId(base: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base.slice(0, 36)}_${n}`;
    if (!taken.has(id)) return id;
  }
}

/** A new step, with what its type mostly begins with. */
export function newStep(type: StepType, draft: Draft): DraftStep {
  const id = freshId(FIRST_NAME[type], idsOf(draft));
  const first: Readonly<Partial<Record<StepType, Readonly<Record<string, unknown>>>>> = {
    wait: { for: "P1D" },
    branch: { cases: [{ when: { left: "{{callStatus}}", is: "not_equal", right: "completed" }, steps: [] }], otherwise: [] },
    crm_sync: { crm: draft.crm?.vendor ?? "hubspot", fields: {} },
    calendar_event: { calendar: "primary", minutes: 60 },
  };
  return { id, type, ...first[type] };
}
