/** `/api/crm` and `/api/fetches`: leads fetched from a CRM, and what a step would write there, looked at beforehand. */
import { FETCH_STATES, getFetch, listFetches } from "@junction/db";
import { Crm, type FetchView } from "@junction/workflow";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { beginFetch, dryRun, preview } from "../crm.ts";
import { fetchOf } from "../env.ts";
import { type Api, input, json, only } from "./border.ts";
import { Issue, notFound } from "./problem.ts";

const Vendor = input("param", z.object({ vendor: Crm }));
const FieldName = z.string().min(1).max(200);
const CustomName = z.string().regex(/^[^.{}|\s][^.{}|]{0,99}$/, "a field's name: at most 100 characters, none of . { } |");
const filter = {
  /** The lead's own field → the CRM's field it comes from. */
  map: z
    .record(CustomName, FieldName)
    .default({})
    .refine((map) => Object.keys(map).length <= 50, "at most 50 fields"),
  where: z
    .array(z.strictObject({ field: FieldName, equals: z.string().max(500) }))
    .max(4, "at most 4 filters")
    .default([]),
  updated_since: z.iso.datetime({ offset: true, error: "a time such as 2026-11-21T09:00:00-05:00" }).nullable().default(null),
};
const Preview = z.strictObject(filter);
const Start = z.strictObject({
  ...filter,
  /** Each lead starts a run of it. */
  workflow: z.string().max(80).optional(),
  /** Whoever came into the workflow by a fetch before starts a run again. */
  repeat: z.boolean().default(false),
});
const Coming = z.object({
  crm_id: z.string(),
  url: z.string().nullable(),
  lead: z.string().nullable(),
  /** False: there is neither a phone number nor an email address to reach them by. */
  comes_in: z.boolean(),
  name: z.string().nullable(),
  phones: z.array(z.string()),
  emails: z.array(z.string()),
  custom: z.record(z.string(), z.string()),
  /** Fields that both sides have changed. */
  conflicts: z.array(z.string()),
});
const Fetch = z.object({
  id: z.string(),
  vendor: z.string(),
  workflow: z.string().nullable(),
  state: z.enum(FETCH_STATES),
  reason: z.string().nullable(),
  counts: z.object({
    expected: z.number().nullable(),
    seen: z.number(),
    created: z.number(),
    matched: z.number(),
    started: z.number(),
    refused: z.number(),
  }),
  started_at: z.number(),
  updated_at: z.number(),
});
const shown = ({ id, vendor, workflow, state, reason, counts, startedAt, updatedAt }: FetchView): z.output<typeof Fetch> => ({
  ...{ id, vendor, workflow, state, reason, counts: { ...counts }, started_at: startedAt, updated_at: updatedAt },
});
const DryRun = z.strictObject({
  lead: z.string().max(80),
  /** As a `crm_sync` step has them. */
  fields: z
    .record(
      FieldName,
      z.strictObject({ value: z.string().min(1).max(2000), both_changed: z.enum(["ours", "theirs", "newest"]).default("newest") }),
    )
    .default({})
    .refine((fields) => Object.keys(fields).length <= 50, "at most 50 fields"),
});
const Dry = z.object({
  record: z.object({ crm_id: z.string(), name: z.string().nullable(), url: z.string().nullable() }).nullable(),
  ready: z.boolean(),
  issues: z.array(Issue),
  fields: z.array(
    z.object({
      field: z.string(),
      label: z.string(),
      ours: z.string().nullable(),
      theirs: z.string().nullable(),
      after: z.string().nullable(),
      writes: z.enum(["crm", "lead"]).nullable(),
      conflict: z.boolean(),
      lacks: z.string().nullable(),
    }),
  ),
});

export const crm = new Hono<Api>()
  .post(
    "/:vendor/preview",
    only("owner"),
    describeRoute({
      summary: "Whom a fetch would bring in: how many, and the first ten as they would come in",
      responses: { 200: json(z.object({ total: z.number().nullable(), leads: z.array(Coming) }), "Nothing is written") },
    }),
    Vendor,
    input("json", Preview),
    async (c) => {
      const { updated_since: updatedSince, ...rest } = c.req.valid("json");
      return c.json(await preview(c.env, c.executionCtx, c.get("session"), c.req.valid("param").vendor, { ...rest, updatedSince }));
    },
  )
  .post(
    "/:vendor/fetches",
    only("owner"),
    describeRoute({ summary: "Fetch leads from a CRM", responses: { 201: json(Fetch, "The fetch; it goes on by itself") } }),
    Vendor,
    input("json", Start),
    async (c) => {
      const { updated_since: updatedSince, workflow, ...rest } = c.req.valid("json");
      const { vendor } = c.req.valid("param");
      return c.json(shown(await beginFetch(c.env, c.executionCtx, c.get("session"), { ...rest, vendor, workflow, updatedSince })), 201);
    },
  )
  .post(
    "/:vendor/dry-run",
    only("owner"),
    describeRoute({
      summary: "What a CRM step would change for one lead, field by field",
      responses: { 200: json(Dry, "Nothing is written") },
    }),
    Vendor,
    input("json", DryRun),
    async (c) => c.json(await dryRun(c.env, c.executionCtx, c.get("session"), c.req.valid("param").vendor, c.req.valid("json"))),
  );

const One = input("param", z.object({ id: z.string().max(80) }));
export const fetches = new Hono<Api>()
  .get(
    "/",
    describeRoute({ summary: "Fetches, newest first", responses: { 200: json(z.object({ fetches: z.array(Fetch) }), "Fetches") } }),
    async (c) => c.json({ fetches: (await listFetches(c.env.DB, c.get("session").contractor, 50)).map(shown) }),
  )
  .get("/:id", describeRoute({ summary: "How a fetch stands", responses: { 200: json(Fetch, "The fetch") } }), One, async (c) => {
    const { contractor } = c.get("session");
    const found = await getFetch(c.env.DB, contractor, c.req.valid("param").id);
    if (!found) throw notFound("fetch");
    const now = found.state === "running" ? await fetchOf(c.env, contractor, found.id).view({ now: Date.now() }) : null;
    return c.json(shown(now ?? found));
  })
  .post(
    "/:id/cancel",
    only("owner"),
    describeRoute({ summary: "End a fetch; what came in stays", responses: { 200: json(Fetch, "The fetch") } }),
    One,
    async (c) => {
      const { contractor } = c.get("session");
      const { id } = c.req.valid("param");
      if (!(await getFetch(c.env.DB, contractor, id))) throw notFound("fetch");
      const cancelled = await fetchOf(c.env, contractor, id).cancel({ now: Date.now() });
      if (!cancelled) throw notFound("fetch");
      return c.json(shown(cancelled));
    },
  );
