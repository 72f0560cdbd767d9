/** `/api/workflows`: making, changing, switching on and starting the contractor's workflows. */
import { RUN_STATES, WORKFLOW_STATES } from "@junction/db";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { missing } from "../checklist.ts";
import { activate, create, deactivate, duplicate, list, lookUp, remove, type Shown, save, startMany } from "../workflows.ts";
import { type Api, input, json, only } from "./border.ts";
import { Issue } from "./problem.ts";

const Row = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(WORKFLOW_STATES),
  /** `manual`, `schedule`, or the event that starts it; of the active version, or else of the draft. */
  trigger: z.string().nullable(),
  /** When its schedule is due next. */
  next_at: z.number().nullable(),
  revision: z.number().int(),
  active_version: z.number().int().nullable(),
  updated_at: z.number(),
  /** `issues`: how many things keep it from being switched on, as far as can be told without asking an integration. */
  health: z.object({ ready: z.boolean(), issues: z.number().int() }),
  runs: z.object({
    running: z.number().int(),
    waiting: z.number().int(),
    paused: z.number().int(),
    needs_attention: z.number().int(),
    failed_24h: z.number().int(),
  }),
});
/** `definition`: the draft, as JSON. `issues`: what is wrong with it as a draft. `changed`: it is not what new runs get. */
const Whole = Row.extend({ definition: z.unknown(), issues: z.array(Issue), changed: z.boolean() });
const Checklist = z.object({ ready: z.boolean(), issues: z.array(Issue) });

const One = z.object({ id: z.string().regex(/^wf_[a-z0-9]{1,60}$/) });
const Definition = z.record(z.string(), z.unknown(), "a workflow as a JSON object");
const New = z
  .strictObject({ definition: Definition.optional(), template: z.string().max(60).optional() })
  .refine(({ definition, template }) => definition === undefined || template === undefined, {
    path: ["template"],
    error: "give a definition or a template, not both",
  });
const Save = z.strictObject({
  definition: Definition,
  revision: z.number("the revision that was read").int("the revision that was read"),
});
const Start = z.strictObject({
  leads: z.array(z.string().min(1).max(80)).min(1, "at least one, or leave it out").max(500, "at most 500 at once").optional(),
  input: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "lower-case letters, digits and _"),
      z.string().max(5000, "at most 5,000 characters"),
    )
    .default({}),
});

/** What a definition is, is told by its schema: to the client's types it is JSON. */
const whole = (found: Shown) => ({ ...found, definition: found.definition as Record<string, never> });

export const workflows = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Workflows, those changed last first, and how their runs go",
      responses: {
        200: json(
          z.object({
            workflows: z.array(Row),
            templates: z.array(z.object({ id: z.string(), name: z.string(), description: z.string() })),
          }),
          "Workflows, and what a new one may begin with",
        ),
      },
    }),
    async (c) => c.json(await list(c.env, c.get("session").contractor)),
  )
  .post(
    "/",
    only("owner"),
    describeRoute({
      summary: "Make a workflow: from a definition, from a template, or empty",
      responses: { 201: json(Whole, "The draft") },
    }),
    input("json", New),
    async (c) => c.json(whole(await create(c.env, c.get("session").contractor, c.req.valid("json"))), 201),
  )
  .get(
    "/:id",
    describeRoute({ summary: "One workflow with its draft", responses: { 200: json(Whole, "The workflow") } }),
    input("param", One),
    async (c) => c.json(whole(await lookUp(c.env, c.get("session").contractor, c.req.valid("param").id))),
  )
  .put(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Save the draft. 409 where somebody saved meanwhile; 422 names each place that is wrong, and nothing is saved",
      responses: { 200: json(z.object({ revision: z.number().int(), issues: z.array(Issue) }), "Saved") },
    }),
    input("param", One),
    input("json", Save),
    async (c) => {
      const { definition, revision } = c.req.valid("json");
      return c.json(await save(c.env, c.get("session").contractor, c.req.valid("param").id, { definition, revision }));
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Delete a workflow; refused while runs of it go on",
      responses: { 200: json(z.object({ removed: z.literal(true) }), "Deleted") },
    }),
    input("param", One),
    async (c) => {
      await remove(c.env, c.get("session").contractor, c.req.valid("param").id);
      return c.json({ removed: true as const });
    },
  )
  .post(
    "/:id/duplicate",
    only("owner"),
    describeRoute({ summary: "A copy of its draft", responses: { 201: json(Whole, "The copy") } }),
    input("param", One),
    async (c) => c.json(whole(await duplicate(c.env, c.get("session").contractor, c.req.valid("param").id)), 201),
  )
  .get(
    "/:id/checklist",
    describeRoute({
      summary: "Everything that keeps the draft from being switched on, each with what mends it",
      responses: { 200: json(Checklist, "The checklist") },
    }),
    input("param", One),
    async (c) => {
      const session = c.get("session");
      const { definition } = await lookUp(c.env, session.contractor, c.req.valid("param").id);
      const issues = await missing(c.env, c.executionCtx, session, definition);
      return c.json({ ready: issues.length === 0, issues });
    },
  )
  .post(
    "/:id/activate",
    only("owner"),
    describeRoute({
      summary: "Switch the draft on: from now on new runs get it. 422 with the checklist where something is missing",
      responses: { 200: json(Whole, "The workflow") },
    }),
    input("param", One),
    async (c) => c.json(whole(await activate(c.env, c.executionCtx, c.get("session"), c.req.valid("param").id))),
  )
  .post(
    "/:id/deactivate",
    only("owner"),
    describeRoute({ summary: "Switch it off: it starts nothing, and what runs goes on", responses: { 200: json(Whole, "The workflow") } }),
    input("param", One),
    async (c) => c.json(whole(await deactivate(c.env, c.get("session").contractor, c.req.valid("param").id))),
  )
  .post(
    "/:id/runs",
    only("owner"),
    describeRoute({
      summary: "Start a run about each of these leads, or one about nobody",
      responses: {
        200: json(
          z.object({ runs: z.array(z.object({ id: z.string(), lead: z.string().nullable(), state: z.enum(RUN_STATES) })) }),
          "The runs",
        ),
      },
    }),
    input("param", One),
    input("json", Start),
    async (c) => c.json({ runs: await startMany(c.env, c.get("session").contractor, c.req.valid("param").id, c.req.valid("json")) }),
  );
