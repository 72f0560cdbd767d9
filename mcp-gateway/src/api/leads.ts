/** `/api/leads`: the people the contractor hears from, and what happened to each. */
import { getLead, type Lead, leadTimeline, listLeads } from "@junction/db";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { type Api, input, json } from "./border.ts";
import { notFound } from "./problem.ts";

/** So much of a timeline is shown. */
const ENTRIES = 200;

const Shown = z.object({
  id: z.string(),
  name: z.string().nullable(),
  phones: z.array(z.string()),
  emails: z.array(z.string()),
  /** The integration they were first heard of through. */
  source: z.string().nullable(),
  /** Integration → their id there. */
  external: z.record(z.string(), z.string()),
  created_at: z.number(),
  updated_at: z.number(),
});
const Entry = z.object({
  id: z.string(),
  at: z.number(),
  type: z.string(),
  vendor: z.string().nullable(),
  event: z.string().nullable(),
  words: z.string(),
});
const Person = Shown.extend({
  /** Newest first. */
  timeline: z.array(Entry),
  /** There is more of it than is shown. */
  more: z.boolean(),
});

const shown = ({ id, name, phones, emails, source, external, createdAt, updatedAt }: Lead): z.output<typeof Shown> => ({
  ...{ id, name, source, created_at: createdAt, updated_at: updatedAt },
  phones: [...phones],
  emails: [...emails],
  external: { ...external },
});

/** Where a page of the list ended. Leads heard of since stand before it, so none is given twice. */
const Place = z
  .string()
  .regex(/^\d{1,15}\.[\w.-]{1,80}$/, "what `next` said of the page before")
  .transform((text) => {
    const at = text.indexOf(".");
    return { updatedAt: Number(text.slice(0, at)), id: text.slice(at + 1) };
  });
const Search = z.strictObject({
  query: z.string().trim().min(1).max(100).optional(),
  before: Place.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const leads = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Leads, those heard of last first; `query` is part of a name, an email or a phone",
      responses: { 200: json(z.object({ leads: z.array(Shown), next: z.string().nullable() }), "Leads") },
    }),
    input("query", Search),
    async (c) => {
      const { contractor } = c.get("session");
      const { query, before, limit } = c.req.valid("query");
      const found = await listLeads(c.env.DB, { contractor, query, after: before, limit: limit + 1 });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return c.json({ leads: page.map(shown), next: last ? `${last.updatedAt}.${last.id}` : null });
    },
  )
  .get(
    "/:id",
    describeRoute({ summary: "A lead with its timeline", responses: { 200: json(Person, "The lead") } }),
    input("param", z.object({ id: z.string().max(80) })),
    async (c) => {
      const { contractor } = c.get("session");
      const { id } = c.req.valid("param");
      const [lead, timeline] = await Promise.all([getLead(c.env.DB, contractor, id), leadTimeline(c.env.DB, contractor, id, ENTRIES + 1)]);
      if (!lead) throw notFound("lead");
      return c.json({ ...shown(lead), timeline: timeline.slice(0, ENTRIES), more: timeline.length > ENTRIES });
    },
  );
