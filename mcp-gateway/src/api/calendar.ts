/** `/api/calendar`: which calendars are kept in step with the jobs, what both sides changed, and when the contractor is busy. */
import { calendarIn, isOpen } from "@junction/calendar";
import { vendorById, vendorsServing } from "@junction/catalog";
import { VendorId } from "@junction/core";
import { busyBetween, type CalendarSync, decideConflict, listCalendarSyncs, listConflicts } from "@junction/db";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import { calendarOf } from "../calendars.ts";
import { keepInStep, letGo } from "../keep-in-step.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound } from "./problem.ts";

const Sync = z.object({
  vendor: z.string(),
  /** Null: no calendar was chosen as yet. */
  calendar: z.object({ id: z.string(), name: z.string() }).nullable(),
  state: z.enum(["on", "off"]),
  /** Why it does not go on, in words; null: all is well. */
  reason: z.string().nullable(),
  last_ok_at: z.number().nullable(),
  next_at: z.number().nullable(),
  /** The calendar says by itself when something changed. */
  told: z.boolean(),
});
const shown = (vendor: string, sync: CalendarSync | undefined): z.output<typeof Sync> => ({
  vendor,
  calendar: sync ? { id: calendarIn(sync.calendar), name: sync.name } : null,
  state: sync?.state ?? "off",
  reason: sync?.state === "on" ? sync.reason : null,
  last_ok_at: sync?.lastOkAt ?? null,
  next_at: sync?.state === "on" ? sync.nextAt : null,
  told: sync?.state === "on" && isOpen(sync.channel, Date.now()),
});
const Conflict = z.object({
  id: z.string(),
  vendor: z.string(),
  job: z.object({ id: z.string(), title: z.string(), time_zone: z.string().nullable() }),
  /** What both changed; `event`: whether it is on the calendar at all. */
  field: z.enum(["title", "time", "location", "notes", "event"]),
  /** Of `time`, JSON with start, end, time_zone, recurrence and exceptions. */
  ours: z.string().nullable(),
  theirs: z.string().nullable(),
  since: z.number(),
});

const Vendor = input("param", z.object({ vendor: VendorId }));
const servingIds = () => vendorsServing("crm/list_calendars").map(({ id }) => id);
const served = (id: string): string => {
  if (!servingIds().includes(id) || !vendorById(id)) throw notFound("calendar integration");
  return id;
};

export const calendar = new Hono<Api>()
  .get(
    "/syncs",
    describeRoute({
      summary: "How each calendar integration is kept in step with the jobs",
      responses: { 200: json(z.object({ syncs: z.array(Sync) }), "Calendars") },
    }),
    async (c) => {
      const found = await listCalendarSyncs(c.env.DB, c.get("session").contractor);
      return c.json({
        syncs: servingIds().map((id) =>
          shown(
            id,
            found.find(({ vendor }) => vendor === id),
          ),
        ),
      });
    },
  )
  .put(
    "/syncs/:vendor",
    only("owner"),
    describeRoute({
      summary: "Choose the calendar that jobs appear on, and keep it in step",
      responses: { 200: json(Sync, "The calendar") },
    }),
    Vendor,
    input("json", z.strictObject({ calendar: z.string().min(1).max(254) })),
    async (c) => {
      const vendor = served(c.req.valid("param").vendor);
      return c.json(shown(vendor, await keepInStep(c.env, c.executionCtx, c.get("session"), vendor, c.req.valid("json").calendar)));
    },
  )
  .post(
    "/syncs/:vendor/run",
    only("owner"),
    describeRoute({ summary: "Look at a calendar now", responses: { 202: json(z.object({ begun: z.boolean() }), "It looks") } }),
    Vendor,
    async (c) => {
      const { contractor } = c.get("session");
      const vendor = served(c.req.valid("param").vendor);
      await calendarOf(c.env, contractor, vendor).nudge({ contractor, vendor });
      return c.json({ begun: true }, 202);
    },
  )
  .delete(
    "/syncs/:vendor",
    only("owner"),
    describeRoute({
      summary: "Keep a calendar in step no longer; what is on it stays as it is",
      responses: { 200: json(Sync, "The calendar") },
    }),
    Vendor,
    async (c) => {
      const vendor = served(c.req.valid("param").vendor);
      return c.json(shown(vendor, await letGo(c.env, c.get("session").contractor, vendor)));
    },
  )
  .get(
    "/conflicts",
    describeRoute({
      summary: "Where a job and its event were both changed, newest first: nothing is overwritten until somebody decides",
      responses: { 200: json(z.object({ conflicts: z.array(Conflict) }), "Conflicts") },
    }),
    async (c) => {
      const found = await listConflicts(c.env.DB, c.get("session").contractor, 200);
      return c.json({
        conflicts: found.map(({ conflict: { id, vendor, job, field, ours, theirs, since }, title, timeZone }) => ({
          ...{ id, vendor, job: { id: job, title: title ?? "", time_zone: timeZone } },
          ...{ field: field as z.output<typeof Conflict>["field"], ours, theirs, since }, // written by the sync alone
        })),
      });
    },
  )
  .post(
    "/conflicts/:id",
    only("owner"),
    describeRoute({
      summary: "Decide a conflict: keep what the job says, or take what the calendar says",
      responses: { 200: json(z.object({ decided: z.boolean() }), "It is carried out at once") },
    }),
    input("param", z.object({ id: z.string().max(80) })),
    input("json", z.strictObject({ keep: z.enum(["ours", "theirs"]) })),
    async (c) => {
      const { contractor, sub } = c.get("session");
      const ask = { contractor, id: c.req.valid("param").id, kept: c.req.valid("json").keep, by: `user:${sub}` };
      const decided = await decideConflict(c.env.DB, ask);
      if (!decided) throw notFound("open conflict");
      await calendarOf(c.env, contractor, decided.vendor).nudge({ contractor, vendor: decided.vendor });
      return c.json({ decided: true });
    },
  )
  .get(
    "/availability",
    describeRoute({
      summary: "When the contractor is busy: jobs, and what else is on the calendars that are kept in step",
      responses: {
        200: json(
          z.object({ free: z.boolean(), busy: z.array(z.object({ start: z.string(), end: z.string(), job: z.string().nullable() })) }),
          "Busy times; of what is no job nothing but when",
        ),
      },
    }),
    input("query", z.strictObject({ from: z.iso.datetime({ offset: true }), until: z.iso.datetime({ offset: true }) })),
    async (c) => {
      const { from, until } = c.req.valid("query");
      const busy = await busyBetween(c.env.DB, c.get("session").contractor, Date.parse(from), Date.parse(until));
      const iso = (at: number) => new Date(at).toISOString();
      return c.json({
        free: busy.length === 0,
        busy: busy.map(({ startsAt, endsAt, job }) => ({ start: iso(startsAt), end: iso(endsAt), job })),
      });
    },
  );
