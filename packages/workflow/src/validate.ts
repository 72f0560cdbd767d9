/** What a workflow needs, and what it lacks before it can be activated: everything at once, each with the link that mends it. */
import { isBuiltIn, publicTools, toolById, vendorById, vendorsServing } from "@junction/catalog";
import { Definition } from "./definition.ts";
import { type Draft, draftSteps, placeholderIssues, readDraft } from "./draft.ts";
import { RESOURCES, type ResourceType } from "./fields.ts";
import type { Issue } from "./issue-words.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { scopeAt } from "./scope.ts";
import { type ConnectionNeed, type DraftStep, fieldsOf, needs, type ResourceNeed, STEPS } from "./steps.ts";
import { check } from "./template.ts";

/** What the contractor has, as far as it was loaded. */
export interface Has {
  readonly connections: readonly { readonly vendor: string; readonly status: string }[];
  /** Null: it could not be found out. */
  resources(type: ResourceType, id: string, vendor?: string): boolean | null;
  /** One of their email templates. */
  template?(id: string): { readonly subject: string; readonly text: string } | undefined;
}

export interface ActivationIssue {
  readonly at: string;
  /** The step's id; null for the workflow itself. */
  readonly step: string | null;
  readonly message: string;
  /** Where it is mended: a path of the settings app; null where that is the builder's own field. */
  readonly remedy: { readonly words: string; readonly url: string | null };
}

/** All that a definition or a draft needs, over its steps. */
export interface Needs {
  readonly connections: readonly (ConnectionNeed & { readonly steps: readonly string[] })[];
  readonly resources: readonly (ResourceNeed & { readonly step: string; readonly at: string })[];
  /** Lists its step types choose from: what the builder loads. */
  readonly lists: readonly ResourceType[];
}

const asDraft = (definition: Definition | Draft): Draft => definition as unknown as Draft; // a definition is a draft that lacks nothing

export function needsOf(definition: Definition | Draft): Needs {
  const connections = new Map<string, ConnectionNeed & { readonly steps: string[] }>();
  const resources: (ResourceNeed & { step: string; at: string })[] = [];
  const lists = new Set<ResourceType>();
  for (const { step, at } of draftSteps(asDraft(definition).steps)) {
    const own = needs(step);
    for (const need of own.connections) {
      const key = `${need.vendor ?? ""} ${need.tool}`;
      const known = connections.get(key);
      if (known === undefined) connections.set(key, { ...need, steps: [step.id] });
      else known.steps.push(step.id);
    }
    resources.push(...own.resources.map((need) => ({ ...need, step: step.id, at: `${at}.${need.field}` })));
    for (const field of fieldsOf(step.type)) if ("resource" in field && field.resource !== undefined) lists.add(field.resource);
  }
  return { connections: [...connections.values()], resources, lists: [...lists] };
}

/** Vendors that can serve a need, those at hand first. */
const serving = ({ tool, vendor }: ConnectionNeed): readonly string[] =>
  vendor === undefined ? vendorsServing(tool).map(({ id }) => id) : [vendor];

/** Whether disconnecting `vendor` would leave steps of the definition unserved, given what else is connected. */
export function breaksWithout(definition: Definition | Draft, vendor: string, connected: readonly string[]): boolean {
  const left = new Set(connected.filter((one) => one !== vendor));
  return needsOf(definition).connections.some((need) => serving(need).includes(vendor) && !serving(need).some((one) => left.has(one)));
}

/** Everything that is missing before the definition can run; empty if nothing is. It takes what `readDraft` gave, or the JSON itself. */
export function activationIssues(definition: unknown, has: Has): ActivationIssue[] {
  const read = readDraft(definition);
  if (!read.ok)
    return read.issues.map(({ at, message, remedy }: Issue) => ({
      at,
      step: null,
      message,
      remedy: { words: remedy ?? "Correct it in the builder.", url: null },
    }));
  const { draft } = read;
  const issues: ActivationIssue[] = [];
  const say = (at: string, step: string | null, message: string, words: string, url: string | null = null) =>
    issues.push({ at, step, message, remedy: { words, url } });
  if (draft.name === undefined) say("name", null, "The workflow has no name.", "Give it a name.");
  if (draft.steps.length === 0) say("steps", null, "The workflow has no steps.", "Add a step.");
  for (const { at, step, message } of placeholderIssues(draft, "misplaced")) say(at, step, message, "Change the text.");
  for (const { step, at } of draftSteps(draft.steps)) {
    issues.push(...lacking(step, at), ...ofItsOwn(step, at, draft));
    for (const need of needs(step).connections) {
      if (step.type === "tool" && (toolById(need.tool) === undefined || isBuiltIn(need.tool))) continue; // said already, or ours
      const issue = unconnected(need, has);
      if (issue !== null) issues.push({ at, step: step.id, ...issue });
    }
    for (const { type, field, id, vendor } of needs(step).resources)
      if (has.resources(type, id, vendor) === false)
        say(
          `${at}.${field}`,
          step.id,
          `${RESOURCES[type].title} “${id.slice(0, 80)}” is not among yours${vendor ? ` in ${nameOf(vendor)}` : ""}.`,
          "Choose another one.",
        );
    const template = typeof step["template"] === "string" && step.type === "email" ? has.template?.(step["template"]) : undefined;
    if (template !== undefined)
      for (const { message } of [template.subject, template.text].flatMap((text) => check(text, scopeAt(draft, step.id))))
        say(`${at}.template`, step.id, `In the template: ${message}`, "Change the template.", "/settings/templates");
  }
  // What the words above do not cover: the schema has the last say.
  const whole = Definition.safeParse(draft);
  if (issues.length === 0 && !whole.success)
    for (const { path, message } of whole.error.issues) say(path.join("."), null, message, "Correct it in the builder.");
  return issues;
}

const isEmpty = (value: unknown): boolean => value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Fields that must be filled, and of those that stand for each other, one. */
function lacking(step: DraftStep, at: string): ActivationIssue[] {
  const fields = fieldsOf(step.type);
  const missing = fields.filter((field) => field.required === true && isEmpty(step[field.name]));
  const groups = [...new Set(fields.flatMap(({ either }) => (either === undefined ? [] : [either])))];
  return [
    ...missing.map((field) => ({
      ...{ at: `${at}.${field.name}`, step: step.id, message: `“${titleOf(step)}” lacks “${field.label}”.` },
      remedy: { words: field.kind === "resource" ? "Choose one." : "Fill it in.", url: null },
    })),
    ...groups.flatMap((group) => {
      const some = fields.filter(({ either }) => either === group);
      if (some.some(({ name }) => !isEmpty(step[name]))) return [];
      const message = `“${titleOf(step)}” needs ${some.map(({ label }) => `“${label}”`).join(" or ")}.`;
      return [{ at: `${at}.${group}`, step: step.id, message, remedy: { words: "Fill in one of them.", url: null } }];
    }),
  ];
}

const titleOf = (step: DraftStep): string => (typeof step["title"] === "string" ? step["title"] : STEPS[step.type].title);
const nameOf = (vendor: string): string => vendorById(vendor)?.name ?? vendor;

/** Rules that concern several fields of one step type. */
function ofItsOwn(step: DraftStep, at: string, draft: Draft): ActivationIssue[] {
  const issue = (field: string, message: string, words: string): ActivationIssue => ({
    at: `${at}.${field}`,
    step: step.id,
    message,
    remedy: { words, url: null },
  });
  if (step.type === "email" && step["template"] === undefined && step["subject"] === undefined && step["text"] !== undefined)
    return [issue("subject", `“${titleOf(step)}” has no subject.`, "Fill it in.")];
  if (step.type === "wait") {
    const given = ["for", "until", "event"].filter((name) => step[name] !== undefined);
    if (given.length > 1)
      return [issue(given[1] ?? "until", `“${titleOf(step)}” waits for two things.`, "Keep one: a time, until a time, or an event.")];
    if (step["event"] !== undefined && step["deadline"] === undefined)
      return [issue("deadline", `“${titleOf(step)}” may wait for ever.`, "Say how long it waits at most.")];
  }
  if (step.type === "crm_sync" && draft.crm?.direction === "fetch")
    return [
      issue(
        "crm",
        "This workflow only fetches from the CRM; no step may send to it.",
        "Take the step out, or let the workflow send as well.",
      ),
    ];
  if (step.type === "branch")
    return ((step["cases"] ?? []) as { when?: Record<string, unknown> }[]).flatMap(({ when = {} }, n) => [
      ...(when["left"] === undefined || when["is"] === undefined
        ? [issue(`cases.${n}.when`, `Case ${n + 1} of “${titleOf(step)}” has no condition.`, "Say what is compared.")]
        : []),
      ...(when["right"] === undefined && ["contains", "greater", "less"].includes(String(when["is"]))
        ? [issue(`cases.${n}.when.right`, `Case ${n + 1} of “${titleOf(step)}” compares with nothing.`, "Fill in the right side.")]
        : []),
    ]);
  return step.type === "tool" && typeof step["tool"] === "string" ? toolIssues(step, step["tool"], issue) : [];
}

function toolIssues(
  step: DraftStep,
  id: string,
  issue: (field: string, message: string, words: string) => ActivationIssue,
): ActivationIssue[] {
  const tool = toolById(id);
  if (tool === undefined) {
    const near = nearest(
      id,
      publicTools.map((one) => one.id),
    );
    return [issue("tool", `There is no tool ${id.slice(0, 80)}.${didYouMean(near)}`, "Choose a tool of the list.")];
  }
  const args = (step["arguments"] ?? {}) as Readonly<Record<string, unknown>>;
  const known = Object.keys((tool.input["properties"] ?? {}) as object);
  const required = (tool.input["required"] ?? []) as readonly string[];
  return [
    ...required
      .filter((name) => isEmpty(args[name]))
      .map((name) => issue(`arguments.${name}`, `${tool.title} needs ${name}.`, "Fill it in.")),
    ...Object.keys(args)
      .filter((name) => !known.includes(name))
      .map((name) =>
        issue(`arguments.${name}`, `${tool.title} takes no ${name.slice(0, 60)}.${didYouMean(nearest(name, known))}`, "Take it out."),
      ),
  ];
}

const WORKS = new Set(["connected", "warning"]);
/** Junction serves its own tools itself. */
const OWN = "junction";

/** Why a need is not met, and where that is mended. */
function unconnected(need: ConnectionNeed, has: Has): Pick<ActivationIssue, "message" | "remedy"> | null {
  const able = serving(need);
  const tool = toolById(need.tool);
  if (able.includes(OWN) || has.connections.some(({ vendor, status }) => able.includes(vendor) && WORKS.has(status))) return null;
  const what = tool?.title ?? need.tool;
  const broken = has.connections.find(({ vendor, status }) => able.includes(vendor) && status === "error");
  if (broken !== undefined)
    return {
      message: `${what}: ${nameOf(broken.vendor)} does not accept its credentials any more.`,
      remedy: { words: `Reconnect ${nameOf(broken.vendor)}`, url: `/settings/integrations/${broken.vendor}` },
    };
  const [only] = able;
  if (only === undefined) return { message: `${what}: no integration does this yet.`, remedy: { words: "Take the step out.", url: null } };
  const names = new Intl.ListFormat("en", { type: "disjunction" }).format(able.map(nameOf));
  return {
    message: `${what}: ${names} is not connected.`,
    remedy: { words: `Connect ${names}`, url: able.length === 1 ? `/settings/integrations/${only}` : "/settings/integrations" },
  };
}
