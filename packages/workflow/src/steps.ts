/**
 * The step types: what each is called, its fields, what it needs, what it gives to later steps, and the tool call it makes. The
 * builder, the checks, the engine and what a broken connection pauses all read this one table.
 */
import { toolById } from "@junction/catalog";
import { EVENTS } from "@junction/core";
import type { Branch, Step, StepType } from "./definition.ts";
import type { Field, ResourceType } from "./fields.ts";
import { FIELDS } from "./step-fields.ts";
import { BadValue, each, filled, filledIn, given, instant, properties } from "./step-values.ts";
import { type Goes, render, renderLoosely, type Values } from "./template.ts";

/** A step as a draft has it: a field may be absent. */
export type DraftStep = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: StepType };
/** A tool that must be served, by this vendor or by any. */
export interface ConnectionNeed {
  readonly tool: string;
  readonly vendor?: string | undefined;
}
export interface ResourceNeed {
  readonly type: ResourceType;
  /** The step's field that holds the id, `from`, `fields.lifecyclestage`. */
  readonly field: string;
  readonly id: string;
  /** Whose field it is, for `crm_field`. */
  readonly vendor?: string | undefined;
}
/** What a later step may name as `{{steps.<id>.<name>}}`. */
export interface StepOutput {
  readonly name: string;
  readonly words: string;
}
/** A text of a step, and where its value goes. `lenient`: a missing value is no matter. */
export interface StepText {
  readonly at: string;
  readonly text: string;
  readonly goes: Goes;
  readonly lenient: boolean;
}
/** The call a step makes; `vendor`: no other may serve it. */
export interface StepCall {
  readonly tool: string;
  readonly vendor?: string | undefined;
  readonly input: Readonly<Record<string, unknown>>;
}
/** Records of the contractor's own that a step names. */
export interface Loaded {
  readonly template?: { readonly subject: string; readonly text: string } | undefined;
}

interface Kind<T extends StepType> {
  readonly title: string;
  readonly words: string;
  connections?(step: DraftStep): readonly ConnectionNeed[];
  outputs(step: DraftStep): readonly StepOutput[];
  /** Absent: the engine does it itself. */
  call?(step: Extract<Step, { type: T }>, values: Values, loaded: Loaded): StepCall;
}

const gives = (name: string, words: string): StepOutput => ({ name, words });
const tool = (id: string) => () => [{ tool: id }];
const none = () => [];
export const STEPS: { readonly [T in StepType]: Kind<T> } = {
  sms: {
    title: "Text",
    words: "Sends a text message from one of your numbers.",
    connections: tool("crm/send_sms"),
    outputs: () => [gives("message_id", "The message's id"), gives("status", "What the provider said: queued, sent")],
    call: ({ to, body, from }, values) => ({
      tool: "crm/send_sms",
      input: given({ to: render(to, values, "line"), body: render(body, values), from }),
    }),
  },
  ai_call: {
    title: "AI call",
    words: "Has an AI assistant call, and waits until the call is over.",
    connections: tool("crm/start_ai_call"),
    outputs: () => [
      gives("call_id", "The call's id"),
      gives("status", "How it ended: completed, no-answer, busy, voicemail, failed"),
      gives("duration", "Its length in seconds"),
      gives("success_evaluation", "The assistant's own evaluation"),
      gives("summary", "What was said, in short"),
      gives("transcript", "What was said"),
    ],
    call: ({ to, assistant, from, variables }, values) => ({
      tool: "crm/start_ai_call",
      input: given({
        ...{ to: render(to, values, "line"), assistant_id: assistant, phone_number_id: from },
        customer_name: renderLoosely("{{name}}", values, "line").slice(0, 40).trim(),
        variables: filled(each(variables, (text) => renderLoosely(text, values))),
      }),
    }),
  },
  email: {
    title: "Email",
    words: "Sends an email, written here or from one of your templates.",
    connections: tool("crm/send_email"),
    outputs: () => [gives("message_id", "The message's id")],
    call: ({ to, subject, text, template }, values, loaded) => {
      if (template !== undefined && loaded.template === undefined)
        throw new BadValue("The email template is gone. Choose another one in the step.");
      return {
        tool: "crm/send_email",
        input: given({
          ...{ to: render(to, values, "line"), to_name: renderLoosely("{{name}}", values, "line").slice(0, 120).trim() },
          subject: render(loaded.template?.subject ?? subject ?? "", values, "line").slice(0, 200),
          text: render(loaded.template?.text ?? text ?? "", values),
        }),
      };
    },
  },
  whatsapp: {
    title: "WhatsApp",
    words: "Sends an approved template, or a text within 24 hours of the contact's own last message.",
    connections: tool("crm/send_whatsapp"),
    outputs: () => [gives("message_id", "The message's id"), gives("status", "What WhatsApp said: accepted, held")],
    call: ({ to, template, parameters, body }, values) => ({
      tool: "crm/send_whatsapp",
      input: given({
        to: render(to, values, "line"),
        ...(template === undefined
          ? { text: render(body ?? "", values) }
          : { template: { ...named(template), parameters: (parameters ?? []).map((text) => render(text, values, "line")) } }),
      }),
    }),
  },
  crm_sync: {
    title: "Sync to CRM",
    words: "Saves the lead in your CRM: updates the record it finds, and adds one only if there is none.",
    connections: ({ crm }) => (typeof crm === "string" ? [{ tool: "crm/sync_lead", vendor: crm }] : []),
    outputs: () => [
      gives("crm_id", "The lead's id in the CRM"),
      gives("outcome", "created, updated or unchanged"),
      gives("url", "Where the CRM shows it"),
    ],
    // The engine compares this with what the CRM has before it sends it. A value that is missing leaves the CRM's field as it is.
    call: ({ crm, fields }, values) => ({
      ...{ tool: "crm/sync_lead", vendor: crm },
      input: {
        fields: filled(Object.fromEntries(Object.entries(fields).map(([name, { value }]) => [name, renderLoosely(value, values)]))),
      },
    }),
  },
  webhook: {
    title: "Webhook",
    words: "Sends signed data to one of your webhook integrations.",
    outputs: () => [gives("delivery_id", "The delivery's id")],
  },
  social_post: {
    title: "Social post",
    words: "Publishes a post on one of your Facebook pages or Instagram accounts.",
    connections: ({ page }) => [{ tool: placeOf(page).tool }],
    outputs: () => [gives("post_id", "The post's id"), gives("url", "Where the post is seen")],
    call: ({ page, text, link, photo }, values) => {
      const { tool, page_id } = placeOf(page);
      const at = (address: string | undefined) => (address === undefined ? undefined : render(address, values, "url"));
      const photos = photo === undefined ? undefined : [at(photo)];
      return { tool, input: given({ page_id, text: render(text, values), link: at(link), photos }) };
    },
  },
  calendar_event: {
    title: "Calendar event",
    words: "Adds an event to your calendar. Nobody is invited or told.",
    connections: tool("crm/create_event"),
    outputs: () => [gives("event_id", "The event's id"), gives("url", "Where the calendar shows it")],
    call: ({ calendar, summary, start, minutes, location, notes }, values) => {
      const begins = instant(render(start, values, "line"), "The event's start");
      return {
        tool: "crm/create_event",
        input: given({
          ...{ calendar, title: render(summary, values, "line").slice(0, 250), start: begins },
          end: new Date(Date.parse(begins) + minutes * 60_000).toISOString(),
          location: location === undefined ? undefined : renderLoosely(location, values, "line").slice(0, 500),
          notes: notes === undefined ? undefined : renderLoosely(notes, values).slice(0, 8000),
        }),
      };
    },
  },
  wait: {
    title: "Wait",
    words: "Waits for a time, until a time, or for something to happen.",
    outputs: ({ event }) => [
      ...(typeof event === "string" && event in EVENTS
        ? [
            gives("happened", "yes, or no if the time was up first"),
            ...Object.keys(EVENTS[event as keyof typeof EVENTS].shape).map((name) => gives(name, `What the event says: ${spelled(name)}`)),
          ]
        : []),
    ],
  },
  branch: {
    title: "Branch",
    words: "Goes on with the first case that fits, or otherwise.",
    outputs: none,
  },
  approval: {
    title: "Approval",
    words: "Waits until someone of your team says yes. A no ends the run.",
    outputs: () => [gives("approved", "yes or no")],
  },
  tool: {
    title: "Any tool",
    words: "Calls any tool of your integrations.",
    connections: ({ tool: id }) => (typeof id === "string" ? [ownerOf(id)] : []),
    outputs: ({ tool: id }) =>
      Object.entries(properties(typeof id === "string" ? toolById(id)?.output : undefined)).map(([name, schema]) =>
        gives(name, typeof schema["description"] === "string" ? schema["description"] : spelled(name)),
      ),
    call: ({ tool: id, arguments: args }, values) => ({ ...ownerOf(id), input: filledIn(args, properties(toolById(id)?.input), values) }),
  },
};

/** Which tool posts on a page, and the page's id there. */
function placeOf(page: unknown): { readonly tool: string; readonly page_id: string } {
  const [, account] = /^instagram:(.+)$/.exec(String(page)) ?? [];
  return account === undefined
    ? { tool: "crm/post_to_facebook", page_id: String(page) }
    : { tool: "crm/post_to_instagram", page_id: account };
}
const spelled = (name: string): string => name.replaceAll("_", " ");
/** A tool that only one vendor has, `hubspot/…`, says so in its name. */
function ownerOf(tool: string): ConnectionNeed {
  const [domain = ""] = tool.split("/");
  return domain === "crm" ? { tool } : { tool, vendor: domain };
}
/** `spring_offer:en_US`, as the list of templates gives it. */
function named(template: string): { readonly name: string; readonly language: string } {
  const at = template.lastIndexOf(":");
  return at < 0 ? { name: template, language: "en_US" } : { name: template.slice(0, at), language: template.slice(at + 1) };
}

export const fieldsOf = (type: StepType): readonly Field[] => FIELDS[type];
export const outputsOf = (step: DraftStep): readonly StepOutput[] => STEPS[step.type].outputs(step);

/** What a step calls, its placeholders filled in; null if the engine does it itself. Throws `MissingValue` or `BadValue`. */
export function callOf(step: Step, values: Values, loaded: Loaded = {}): StepCall | null {
  const kind = STEPS[step.type] as Kind<StepType>; // the entry is the step's own
  return kind.call?.(step, values, loaded) ?? null;
}

/** What a step needs: of a branch, what the steps in it need is theirs. */
export function needs(step: DraftStep): { readonly connections: readonly ConnectionNeed[]; readonly resources: readonly ResourceNeed[] } {
  const resources = fieldsOf(step.type).flatMap((field): ResourceNeed[] => {
    const value = step[field.name];
    if (field.kind === "resource") return typeof value === "string" ? [{ type: field.resource, field: field.name, id: value }] : [];
    if (field.kind !== "map" || field.resource === undefined || typeof value !== "object" || value === null) return [];
    const [type, vendor] = [field.resource, field.of === undefined ? undefined : String(step[field.of] ?? "")];
    return Object.keys(value).map((id) => ({ type, field: `${field.name}.${id}`, id, vendor }));
  });
  return { connections: STEPS[step.type].connections?.(step) ?? [], resources };
}

/** Every text of a step in which placeholders may stand; of a branch, those of its conditions. */
export const texts = (step: DraftStep): StepText[] =>
  fieldsOf(step.type).flatMap((field): StepText[] => {
    const value = step[field.name];
    const one = (at: string, text: unknown, goes: Goes, lenient: boolean): StepText[] =>
      typeof text === "string" ? [{ at, text, goes, lenient }] : [];
    if (field.kind === "text") return one(field.name, value, field.goes, field.lenient === true);
    if (field.kind === "texts" && Array.isArray(value))
      return value.flatMap((text, n) => one(`${field.name}.${n}`, text, field.goes, false));
    if (field.kind === "map" && typeof value === "object" && value !== null)
      return Object.entries(value).flatMap(([name, text]) =>
        typeof text === "string"
          ? one(`${field.name}.${name}`, text, field.goes, field.lenient)
          : one(`${field.name}.${name}.value`, (text as { value?: unknown }).value, field.goes, field.lenient),
      );
    if (field.kind === "arguments") return leaves(value, field.name).flatMap(([at, text]) => one(at, text, "text", false));
    if (field.kind === "cases")
      return ((value ?? []) as Branch["cases"]).flatMap(({ when }, n) => [
        ...one(`cases.${n}.when.left`, when?.left, "text", true),
        ...one(`cases.${n}.when.right`, when?.right, "text", true),
      ]);
    return [];
  });

function leaves(value: unknown, at: string): [string, string][] {
  if (typeof value === "string") return [[at, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, `${at}.${name}`));
}
