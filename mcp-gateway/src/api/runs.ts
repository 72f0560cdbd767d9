/** `/api/runs`: how runs of workflows, and work in the background, go step by step, and what a person may do with one. */
import { VendorId, WORK } from "@junction/core";
import { countNeedy, getRun, type ListedRun, listRuns, RUN_STATES, workflowVersion } from "@junction/db";
import { Definition, type RunView, stepsOf, workReason } from "@junction/workflow";
import { type Context, Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { runOf } from "../env.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound, Refused } from "./problem.ts";

const State = z.enum(RUN_STATES);
const Row = z.object({
  id: z.string(),
  workflow: z.string(),
  /** As the workflow was called when the run started. */
  name: z.string(),
  version: z.number().int(),
  lead: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  state: State,
  /** Why it is not going on, in words. */
  reason: z.string().nullable(),
  /** The integration it is paused on. */
  vendor: z.string().nullable(),
  /** The step it is at. */
  step: z.string().nullable(),
  started_at: z.number(),
  updated_at: z.number(),
  /** When it goes on by itself. */
  wakes_at: z.number().nullable(),
});
const StepShown = z.object({
  step: z.string(),
  title: z.string(),
  type: z.string(),
  state: z.enum(["started", "waiting", "completed", "failed", "skipped", "unknown"]),
  attempts: z.number().int(),
  started_at: z.number(),
  ended_at: z.number().nullable(),
  /** Its last call, as the audit has it. */
  call: z.string().nullable(),
  output: z.record(z.string(), z.unknown()).nullable(),
  reason: z.string().nullable(),
  wakes_at: z.number().nullable(),
  again: z.number().int(),
});
/**
 * `definition`: of the version it runs by, as JSON; null where it is not kept any more, and of work in the background. `asked`: what the tool
 * was given whose work it is.
 */
const Whole = Row.extend({ steps: z.array(StepShown), definition: z.unknown(), asked: z.record(z.string(), z.unknown()).nullable() });

const shown = ({ startedAt, updatedAt, wakesAt, ...rest }: ListedRun): z.output<typeof Row> => ({
  ...rest,
  ...{ started_at: startedAt, updated_at: updatedAt, wakes_at: wakesAt },
});

const One = z.object({ id: z.string().regex(/^(run|work)_[a-z0-9]{1,80}$/) });
/** Where a page of the list ended. */
const Place = z
  .string()
  .regex(/^\d{1,15}\.(run|work)_[a-z0-9]{1,80}$/, "what `next` said of the page before")
  .transform((text) => {
    const at = text.indexOf(".");
    return { startedAt: Number(text.slice(0, at)), id: text.slice(at + 1) };
  });
const Filter = z.strictObject({
  workflow: z.string().min(1).max(80).optional(),
  lead: z.string().min(1).max(80).optional(),
  state: z.enum(RUN_STATES, `one of ${RUN_STATES.join(", ")}`).optional(),
  vendor: z.optional(VendorId),
  before: Place.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

const AtStep = z.string("the step's id").min(1, "the step's id").max(40);
const Order = z.discriminatedUnion(
  "order",
  [
    z.strictObject({ order: z.enum(["pause", "resume", "cancel"]) }),
    z.strictObject({ order: z.enum(["retry", "skip"]), step: AtStep }),
    z.strictObject({ order: z.literal("decided"), step: AtStep, happened: z.boolean("true if it happened, false to do it again") }),
    z.strictObject({ order: z.literal("approve"), step: AtStep, approved: z.boolean("true or false") }),
  ],
  "one of pause, resume, cancel, retry, skip, decided, approve",
);

/** The run as its own object has it, or where that is unreachable, as the list last saw it. */
async function whole(
  c: Context<Api>,
  row: ListedRun,
  view: RunView | null,
): Promise<z.output<typeof Whole> & { definition: Record<string, never> | null; asked: Record<string, never> | null }> {
  const text = await workflowVersion(c.env.DB, row.workflow, row.version);
  const definition = text === null ? null : Definition.parse(JSON.parse(text));
  const named = new Map((definition ? [...stepsOf(definition.steps)] : []).map(({ step }) => [step.id, step]));
  const now = view && {
    state: view.state,
    reason: row.workflow === WORK ? workReason(view) : view.reason,
    vendor: view.vendor,
    step: view.step,
    updated_at: view.updatedAt,
    wakes_at: view.wakesAt,
  };
  return {
    ...shown(row),
    ...now,
    steps: (view?.steps ?? []).map(({ step, state, attempts, startedAt, endedAt, call, output, reason, wakesAt, again }) => ({
      ...{ step, state, attempts, call, output: output && { ...output }, reason, again },
      title: row.workflow === WORK ? row.name : (named.get(step)?.title ?? named.get(step)?.type ?? step),
      type: row.workflow === WORK ? "tool" : (named.get(step)?.type ?? ""),
      ...{ started_at: startedAt, ended_at: endedAt, wakes_at: wakesAt },
    })),
    definition: definition as Record<string, never> | null,
    asked: (view?.asked ?? null) as Record<string, never> | null,
  };
}

async function own(c: Context<Api>, id: string): Promise<ListedRun> {
  const row = await getRun(c.env.DB, c.get("session").contractor, id);
  if (!row) throw notFound("run");
  return row;
}

export const runs = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Runs, those started last first",
      responses: { 200: json(z.object({ runs: z.array(Row), next: z.string().nullable() }), "Runs") },
    }),
    input("query", Filter),
    async (c) => {
      const { limit, ...filter } = c.req.valid("query");
      const found = await listRuns(c.env.DB, { contractor: c.get("session").contractor, ...filter, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return c.json({ runs: page.map(shown), next: last ? `${last.startedAt}.${last.id}` : null });
    },
  )
  .get(
    "/needy",
    describeRoute({
      summary: "How many runs wait for a person to say what happened: of workflows, and of work in the background",
      responses: { 200: json(z.object({ workflows: z.number().int(), work: z.number().int() }), "How many") },
    }),
    async (c) => c.json(await countNeedy(c.env.DB, c.get("session").contractor)),
  )
  .get(
    "/:id",
    describeRoute({ summary: "One run with its steps", responses: { 200: json(Whole, "The run") } }),
    input("param", One),
    async (c) => {
      const row = await own(c, c.req.valid("param").id);
      return c.json(await whole(c, row, await runOf(c.env, c.get("session").contractor, row.id).view()));
    },
  )
  .post(
    "/:id/orders",
    only("owner"),
    describeRoute({
      summary: "Pause, resume, cancel, retry from a step, skip a step, say what happened, approve",
      responses: { 200: json(Whole, "The run as it is now") },
    }),
    input("param", One),
    input("json", Order),
    async (c) => {
      const { contractor, sub, email = sub } = c.get("session");
      const row = await own(c, c.req.valid("param").id);
      const done = await runOf(c.env, contractor, row.id).order({ ...c.req.valid("json"), by: email, now: Date.now() });
      if (done === null) throw notFound("run");
      if ("refused" in done) throw new Refused(409, { kind: "Conflict", message: done.refused });
      return c.json(await whole(c, row, done));
    },
  );
