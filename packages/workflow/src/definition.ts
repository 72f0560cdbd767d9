/**
 * A workflow as data: what starts it, and its steps in order, branches within. It is a tree, so no step can lead back to one before it.
 * Texts may hold `{{placeholders}}`; what they may name stands in `template.ts`, and is checked when the definition is saved.
 */
import { EventType, ToolId } from "@junction/core";
import * as z from "zod";

export const StepId = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "lower-case letters, digits and _, beginning with a letter, at most 40");
/** A text in which placeholders stand. */
const Template = (most: number) => z.string().min(1).max(most);
/** `PT30M`, `P1D`, `P1DT2H`: ISO 8601, without months and years, which have no fixed length. */
export const Span = z
  .string()
  .regex(/^P(?=\d|T\d)(\d{1,3}D)?(T(?=\d)(\d{1,3}H)?(\d{1,4}M)?(\d{1,5}S)?)?$/, "an ISO 8601 duration such as PT30M or P1D");
const ResourceId = z.string().min(1).max(200);

const common = {
  id: StepId,
  /** What the operator calls it. */
  title: z.string().min(1).max(80).optional(),
  /** After its last try: the run fails, or goes on with the next step. */
  on_failure: z.enum(["stop", "continue"]).default("stop"),
};
const step = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ ...common, type: z.literal(type), ...shape });

export const Crm = z.enum(["hubspot", "salesforce", "zoho-crm", "pipedrive"]);
export type Crm = z.output<typeof Crm>;

export const Condition = z.strictObject({
  /** A template, mostly one placeholder: `{{callStatus}}`. */
  left: Template(500),
  is: z.enum(["equal", "not_equal", "contains", "empty", "not_empty", "greater", "less"]),
  right: z.string().max(500).optional(),
});
export type Condition = z.output<typeof Condition>;

const Sms = step("sms", { to: Template(200).default("{{phone}}"), body: Template(1600), from: ResourceId.optional() });
const AiCall = step("ai_call", {
  to: Template(200).default("{{phone}}"),
  assistant: ResourceId,
  from: ResourceId,
  /** Values for the assistant's own placeholders. */
  variables: z.record(z.string().min(1).max(100), Template(2000)).default({}),
  /** How long the call's end is waited for. */
  deadline: Span.default("PT30M"),
});
const Email = step("email", {
  to: Template(254).default("{{email}}"),
  /** One of the contractor's templates, or else `subject` and `text`. */
  template: ResourceId.optional(),
  subject: Template(200).optional(),
  text: Template(100_000).optional(),
});
const WhatsApp = step("whatsapp", {
  to: Template(200).default("{{phone}}"),
  /** An approved template, with the values of its parameters, or else a text inside the 24-hour window. */
  template: ResourceId.optional(),
  parameters: z.array(Template(1000)).max(20).optional(),
  body: Template(4000).optional(),
});
const CrmSync = step("crm_sync", {
  crm: Crm,
  /** The CRM's field → what goes in. Name, phone and email go in by themselves. */
  fields: z
    .record(
      z.string().min(1).max(200),
      z.strictObject({
        value: Template(2000),
        /** Whose value stands if both sides have changed it since they last agreed. */
        both_changed: z.enum(["ours", "theirs", "newest"]).default("newest"),
      }),
    )
    .default({}),
});
const Webhook = step("webhook", { subscription: ResourceId, data: z.record(z.string().min(1).max(100), Template(5000)).default({}) });
/** `page`: a Facebook page's id, or `instagram:` and an account's. */
const SocialPost = step("social_post", {
  page: ResourceId,
  text: Template(5000),
  link: Template(2000).optional(),
  photo: Template(2000).optional(),
});
const CalendarEvent = step("calendar_event", {
  calendar: ResourceId.default("primary"),
  /** What the calendar shows; `title` is the step's own. */
  summary: Template(250),
  /** A template that gives an ISO 8601 time with offset. */
  start: Template(200),
  minutes: z.number().int().min(5).max(1440).default(60),
  location: Template(500).optional(),
  notes: Template(8000).optional(),
});
const Wait = step("wait", {
  for: Span.optional(),
  /** A template that gives an ISO 8601 time with offset. */
  until: Template(200).optional(),
  /** An event about the run's lead; `deadline` says how long it is waited for. */
  event: z.optional(EventType),
  deadline: Span.optional(),
});
const Approval = step("approval", { ask: Template(1000), deadline: Span.default("P7D") });
const AnyTool = step("tool", { tool: ToolId, arguments: z.record(z.string(), z.unknown()).default({}) });

export interface Branch {
  readonly id: string;
  readonly type: "branch";
  readonly title?: string | undefined;
  readonly on_failure: "stop" | "continue";
  /** The first whose condition holds is taken. */
  readonly cases: readonly { readonly when: Condition; readonly steps: readonly Step[] }[];
  readonly otherwise: readonly Step[];
}
/** Every step's schema but the branch's, which holds steps. */
export const PLAIN = [Sms, AiCall, Email, WhatsApp, CrmSync, Webhook, SocialPost, CalendarEvent, Wait, Approval, AnyTool] as const;
export type PlainStep = z.output<(typeof PLAIN)[number]>;
export type Step = PlainStep | Branch;
export type StepType = Step["type"];

const Branch: z.ZodType<Branch> = step("branch", {
  cases: z
    .array(z.strictObject({ when: Condition, steps: z.array(z.lazy(() => Step)).max(50) }))
    .min(1)
    .max(10),
  otherwise: z
    .array(z.lazy(() => Step))
    .max(50)
    .default([]),
}) as unknown as z.ZodType<Branch>; // it holds itself
export const Step: z.ZodType<Step> = z.union([z.discriminatedUnion("type", PLAIN), Branch]) as z.ZodType<Step>;

export const Trigger = z.discriminatedUnion("on", [
  z.strictObject({ on: z.literal("manual") }),
  /** Each such event about a lead starts a run, if every condition holds. */
  z.strictObject({ on: z.literal("event"), event: EventType, conditions: z.array(Condition).max(10).default([]) }),
  /** One run, about no lead, each time: `every` a day or longer is at `at` (`09:00`) in `time_zone`. */
  z.strictObject({
    on: z.literal("schedule"),
    every: Span,
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 09:00")
      .optional(),
    time_zone: z.string().max(64).default("UTC"),
  }),
]);
export type Trigger = z.output<typeof Trigger>;

export const Definition = z.strictObject({
  name: z.string().min(1).max(120),
  description: z.string().max(1000).default(""),
  /** API and MCP may start any active workflow, whatever else does. */
  trigger: Trigger.default({ on: "manual" }),
  steps: z.array(Step).max(50),
  /** The CRM its leads are fetched from, sent to, or both. Where it is fetched from alone, no step sends to it. */
  crm: z
    .strictObject({
      vendor: Crm,
      direction: z.enum(["fetch", "send", "both"]).default("both"),
      /** Custom field of the lead → the CRM's field it is fetched from. */
      map: z.record(z.string().min(1).max(100), z.string().min(1).max(200)).default({}),
    })
    .optional(),
  /** Runs of it at a time, per contractor; the others wait for their turn. */
  concurrency: z.number().int().min(1).max(1000).default(100),
  /** How long a run may stay paused before it ends, saying why. */
  expires_after: Span.default("P14D"),
});
export type Definition = z.output<typeof Definition>;

/** The most a definition may weigh as JSON, bytes. */
export const MOST_BYTES = 256 * 1024;

/** Every step, with where it stands: `steps.2.cases.0.steps.1`. */
export function* stepsOf(steps: readonly Step[], at = "steps"): Generator<{ readonly step: Step; readonly at: string }> {
  for (const [index, one] of steps.entries()) {
    const here = `${at}.${index}`;
    yield { step: one, at: here };
    if (one.type !== "branch") continue;
    for (const [number, { steps: inner }] of one.cases.entries()) yield* stepsOf(inner, `${here}.cases.${number}.steps`);
    yield* stepsOf(one.otherwise, `${here}.otherwise`);
  }
}

const PARTS = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
/** A span in milliseconds. */
export function spanMs(span: string): number {
  const [, d = 0, h = 0, m = 0, s = 0] = PARTS.exec(span) ?? [];
  return (((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s)) * 1000;
}
