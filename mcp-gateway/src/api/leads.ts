/** `/api/leads`: the people the contractor hears from, what is known of them, and what happened to each. */
import { newId, type VendorEvent } from "@junction/core";
import {
  addLead,
  getLead,
  type LeadEvent,
  leadTimeline,
  listLeads,
  mergeLeads,
  patchLead,
  removeLead,
  saveContractor,
  type Taken,
} from "@junction/db";
import { type Ingest, ownEvents, wake } from "@junction/ingest";
import { importLeads, type NewIntake } from "@junction/leads";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { ingestOf } from "../ingest.ts";
import { saidIn } from "../said.ts";
import { type Api, input, json, only } from "./border.ts";
import { Changes, Done, Import, NewLead, Person, Search, Shown, shown } from "./lead-shapes.ts";
import { notFound, Refused } from "./problem.ts";

/** So much of a timeline is shown. */
const ENTRIES = 200;

const Id = input("param", z.object({ id: z.string().max(80) }));

/** A phone or an email that is another lead's. */
function taken([first]: readonly Taken[]): void {
  if (!first) return;
  const { kind, value, lead } = first;
  throw new Refused(409, {
    kind: "Conflict",
    message: `${value} is the ${kind} of another lead, ${lead}. Join the two with POST /api/leads/:id/merge, or leave it out.`,
    fields: { [`${kind}s`]: `${value} is at the lead ${lead}` },
  });
}

/** What is told of new leads, to be written with them. */
async function told(ingest: Ingest, contractor: string, leads: readonly NewIntake[], now: number): Promise<LeadEvent[]> {
  const events = leads.map(
    ({ create, name, phone, email }): VendorEvent => ({
      ...{ id: `created.${create}`, type: "lead.created", entity: `lead:${create}`, occurredAt: now, data: { lead_id: create } },
      person: { name: name ?? undefined, phone: phone ?? undefined, email: email ?? undefined },
    }),
  );
  const rows = await ownEvents(ingest, contractor, events, now);
  return rows.flatMap((row, at) => leads.slice(at, at + 1).map(({ create }) => ({ ...row, lead: create })));
}

export const leads = new Hono<Api>()
  .post(
    "/",
    only("owner"),
    describeRoute({
      summary: "Make a lead",
      responses: { 201: json(Shown, "The lead"), 409: { description: "One of its numbers or addresses is another lead's" } },
    }),
    input("json", NewLead),
    async (c) => {
      const { contractor } = c.get("session");
      const now = Date.now();
      const id = newId("lead", now);
      const { name = null, announce, ...rest } = c.req.valid("json");
      const ingest = ingestOf(c.env, c.executionCtx);
      const whom = { create: id, name, phone: rest.phones[0] ?? null, email: rest.emails[0] ?? null };
      const [event] = announce ? await told(ingest, contractor, [whom], now) : [];
      await saveContractor(c.env.DB, contractor, now);
      taken(await addLead(c.env.DB, { contractor, id, name, ...rest, event, now }));
      if (event) await wake(ingest, contractor);
      const lead = await getLead(c.env.DB, contractor, id);
      if (!lead) throw notFound("lead");
      return c.json(shown(lead), 201);
    },
  )
  .post(
    "/import",
    only("owner"),
    describeRoute({
      summary: "Take leads in from a CSV file: all good rows, and each bad one named",
      responses: { 200: json(Done, "What came in") },
    }),
    input("json", Import),
    async (c) => {
      const { contractor } = c.get("session");
      const { dry_run: dryRun, announce, ...rest } = c.req.valid("json");
      const now = Date.now();
      const ingest = ingestOf(c.env, c.executionCtx);
      const tell = announce ? (leads: readonly NewIntake[]) => told(ingest, contractor, leads, now) : undefined;
      await saveContractor(c.env.DB, contractor, now);
      const { columns, errors, leads: ids, ...counts } = await importLeads(c.env.DB, { contractor, ...rest, dryRun, tell, now });
      if (tell && counts.created > 0) await wake(ingest, contractor);
      return c.json({ ...counts, columns: [...columns], errors: [...errors], leads: [...ids] });
    },
  )
  .patch(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Change a lead",
      responses: { 200: json(Shown, "The lead"), 409: { description: "A number or an address is another lead's" } },
    }),
    Id,
    input("json", Changes),
    async (c) => {
      const { contractor } = c.get("session");
      const before = await getLead(c.env.DB, contractor, c.req.valid("param").id);
      if (!before) throw notFound("lead");
      taken(await patchLead(c.env.DB, { contractor, id: before.id, ...c.req.valid("json"), now: Date.now() }));
      const lead = await getLead(c.env.DB, contractor, before.id);
      if (!lead) throw notFound("lead");
      return c.json(shown(lead));
    },
  )
  .post(
    "/:id/merge",
    only("owner"),
    describeRoute({ summary: "Join a lead to another, `into`, which stays", responses: { 200: json(Shown, "The lead that stays") } }),
    Id,
    input("json", z.strictObject({ into: z.string().max(80) })),
    async (c) => {
      const { contractor } = c.get("session");
      const [from, into] = await Promise.all([
        getLead(c.env.DB, contractor, c.req.valid("param").id),
        getLead(c.env.DB, contractor, c.req.valid("json").into),
      ]);
      if (!from || !into) throw notFound("lead");
      if (from.id !== into.id) await mergeLeads(c.env.DB, { contractor, from: from.id, into: into.id, now: Date.now() });
      const lead = await getLead(c.env.DB, contractor, into.id);
      if (!lead) throw notFound("lead");
      return c.json(shown(lead));
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Forget a lead and its timeline",
      responses: { 200: json(z.object({ deleted: z.literal(true) }), "Deleted") },
    }),
    Id,
    async (c) => {
      const { contractor } = c.get("session");
      const lead = await getLead(c.env.DB, contractor, c.req.valid("param").id);
      if (!lead) throw notFound("lead");
      if (!(await removeLead(c.env.DB, contractor, lead.id)))
        throw new Refused(409, {
          kind: "Conflict",
          message: "Runs about this lead still go on. Cancel them, or wait for them to end; then delete it.",
        });
      return c.json({ deleted: true as const });
    },
  )
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
  .get("/:id", describeRoute({ summary: "A lead with its timeline", responses: { 200: json(Person, "The lead") } }), Id, async (c) => {
    const { contractor } = c.get("session");
    const lead = await getLead(c.env.DB, contractor, c.req.valid("param").id);
    if (!lead) throw notFound("lead");
    const all = await leadTimeline(c.env.DB, contractor, lead.id, ENTRIES + 1);
    const said = await saidIn(c.env, contractor, all);
    const timeline = all.slice(0, ENTRIES).map((entry) => ({ ...entry, ...said.get(entry.event ?? "") }));
    return c.json({ ...shown(lead), timeline, more: all.length > ENTRIES });
  });
