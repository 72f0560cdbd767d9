/** `/api/step-types`, `/api/placeholders`, `/api/resources`: what the builder of workflows draws from. */
import { vendorsServing } from "@junction/catalog";
import { VendorId } from "@junction/core";
import {
  draftSteps,
  type Field,
  fieldsOf,
  RESOURCES,
  type ResourceType,
  readDraft,
  STEPS,
  type StepType,
  scopeAt,
} from "@junction/workflow";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { listResources } from "../resources.ts";
import { lookUp } from "../workflows.ts";
import { type Api, input, json } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const types = Object.keys(STEPS) as [StepType, ...StepType[]];
const resourceTypes = Object.keys(RESOURCES) as [ResourceType, ...ResourceType[]];

const StepKind = z.object({
  type: z.enum(types),
  title: z.string(),
  words: z.string(),
  /** What a form asks for, in order: `kind` says how. */
  fields: z.array(z.looseObject({ name: z.string(), label: z.string(), kind: z.string() })),
  /** Tools that an integration must serve, and which integrations do. */
  needs: z.array(z.object({ tool: z.string(), vendors: z.array(z.string()) })),
  resources: z.array(z.enum(resourceTypes)),
  /** What later steps may name as `{{steps.<id>.<name>}}`. */
  outputs: z.record(z.string(), z.string()),
});

function kindOf(type: StepType): z.output<typeof StepKind> {
  const kind = STEPS[type];
  const blank = { id: "step", type };
  const fields = fieldsOf(type) as readonly Field[];
  return {
    ...{ type, title: kind.title, words: kind.words },
    fields: fields.map((field) => ({ ...field })),
    needs: (kind.connections?.(blank) ?? []).map(({ tool, vendor }) => ({
      tool,
      vendors: vendor === undefined ? vendorsServing(tool).map(({ id }) => id) : [vendor],
    })),
    resources: [...new Set(fields.flatMap((field) => ("resource" in field && field.resource !== undefined ? [field.resource] : [])))],
    outputs: Object.fromEntries(kind.outputs(blank).map(({ name, words }) => [name, words])),
  };
}

export const stepTypes = new Hono<Api>().get(
  "/",
  describeRoute({
    summary: "The types of steps: their fields, what they need, what they give to later steps",
    responses: { 200: json(z.object({ step_types: z.array(StepKind) }), "Step types") },
  }),
  (c) => c.json({ step_types: types.map(kindOf) }),
);

const Placeholder = z.object({
  name: z.string(),
  words: z.string(),
  /** Why it may have no value, so that it asks for a fallback: `{{name|there}}`. */
  unsure: z.string().nullable(),
});
export const placeholders = new Hono<Api>().get(
  "/",
  describeRoute({
    summary: "What the texts of a step may name; without a step, what the trigger's conditions may",
    responses: {
      200: json(
        z.object({ placeholders: z.array(Placeholder), open: z.array(Placeholder) }),
        "Placeholders; after an open one any name may follow",
      ),
    },
  }),
  input("query", z.strictObject({ workflow: z.string().min(1).max(80), step: z.string().max(40).optional() })),
  async (c) => {
    const { workflow, step } = c.req.valid("query");
    const { definition } = await lookUp(c.env, c.get("session").contractor, workflow);
    const read = readDraft(definition);
    if (!read.ok) throw new Error("a draft was saved that is none");
    if (step !== undefined && ![...draftSteps(read.draft.steps)].some((one) => one.step.id === step)) throw notFound("step");
    const scope = scopeAt(read.draft, step);
    const shown = (names: typeof scope.names) => names.map(({ name, words, unsure = null }) => ({ name, words, unsure }));
    return c.json({ placeholders: shown(scope.names), open: shown(scope.open) });
  },
);

const Page = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), detail: z.string().optional(), usable: z.boolean() })),
  /** The `cursor` of the next page; null where this is the last. */
  next: z.string().nullable(),
  /** The integration that has them; null where they are kept here, or none is connected. */
  source: z.object({ vendor: z.string(), name: z.string() }).nullable(),
  connected: z.boolean(),
  connect_url: z.string().optional(),
});
const Ask = z.strictObject({
  query: z.string().trim().min(1).max(100).optional(),
  cursor: z.string().min(1).max(2000).optional(),
  vendor: z.optional(VendorId),
});

export const resources = new Hono<Api>().get(
  "/:type",
  describeRoute({
    summary: "What a step names by id, from the integration that has it, page by page",
    responses: { 200: json(Page, "A page") },
  }),
  input("param", z.object({ type: z.enum(resourceTypes, `one of ${resourceTypes.join(", ")}`) })),
  input("query", Ask),
  async (c) => {
    const { type } = c.req.valid("param");
    const ask = c.req.valid("query");
    if (type === "crm_field" && ask.vendor === undefined)
      throw new Refused(422, {
        kind: "InvalidRequest",
        message: "Some fields are wrong.",
        fields: { vendor: "which CRM's fields, such as hubspot" },
      });
    const page = await listResources(c.env, c.executionCtx, c.get("session"), { type, ...ask });
    // A browser asks again after a moment; what is not connected is asked for again at once.
    if (page.connected && page.source !== null) c.header("cache-control", "private, max-age=20");
    return c.json({ ...page, items: page.items.map((one) => ({ ...one })) });
  },
);
