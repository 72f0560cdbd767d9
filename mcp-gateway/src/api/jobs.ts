/** `/api/jobs`: the contractor's jobs. Those on a calendar that is kept in step appear there by themselves. */
import { MOST } from "@junction/calendar";
import { calendarsOfJobs, getJob, JOB_STATES, type Job, listJobs } from "@junction/db";
import { Hono } from "hono";
import { describeRoute } from "hono-openapi";
import * as z from "zod";
import type { Env } from "../env.ts";
import { addOne, changeOne, removeOne } from "../jobs.ts";
import { type Api, input, json, only } from "./border.ts";
import { notFound } from "./problem.ts";

const ClockTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?$/, "a time by the zone's clocks such as 2027-03-14T09:00:00, or of whole days a date");
const Title = z.string().trim().min(1, "is empty").max(MOST.title, `at most ${MOST.title} characters`);
const Location = z.string().max(MOST.location, `at most ${MOST.location} characters`).nullable();
const Notes = z.string().max(MOST.notes, `at most ${MOST.notes} characters`).nullable();
const Status = z.enum(JOB_STATES);
const Exceptions = z
  .array(z.strictObject({ original: ClockTime, start: ClockTime.nullable(), end: ClockTime.nullable() }))
  .max(400, "at most 400 occurrences");
const fields = {
  /** Null: start and end are dates. */
  time_zone: z.string().max(64).nullable().optional(),
  /** iCalendar's rule, such as RRULE:FREQ=WEEKLY;BYDAY=MO. */
  recurrence: z.string().max(500).nullable().optional(),
  /** Occurrences that are moved, or (null) left out, by when they would begin. */
  exceptions: Exceptions.optional(),
  location: Location.optional(),
  notes: Notes.optional(),
  lead: z.string().max(80).nullable().optional(),
  status: Status.optional(),
};
const NewJob = z.strictObject({ title: Title, start: ClockTime, end: ClockTime, ...fields });
const Change = z.strictObject({
  ...{ title: Title.optional(), start: ClockTime.optional(), end: ClockTime.optional(), ...fields },
  /** The change is refused if somebody changed the job since. */
  revision: z.number().int().optional(),
});
const JobView = z.object({
  id: z.string(),
  lead: z.string().nullable(),
  title: z.string(),
  start: z.string(),
  end: z.string(),
  time_zone: z.string().nullable(),
  location: z.string().nullable(),
  notes: z.string().nullable(),
  recurrence: z.string().nullable(),
  exceptions: z.array(z.object({ original: z.string(), start: z.string().nullable(), end: z.string().nullable() })),
  status: Status,
  revision: z.number(),
  starts_at: z.number(),
  ends_at: z.number(),
  /** On which calendars it is: `removed` where somebody took it off, `refused` where the calendar does not take it. */
  calendars: z.array(
    z.object({ vendor: z.string(), state: z.enum(["pending", "on", "removed", "refused"]), reason: z.string().nullable() }),
  ),
  created_at: z.number(),
  updated_at: z.number(),
});

async function shown(env: Env, contractor: string, jobs: readonly Job[]): Promise<z.output<typeof JobView>[]> {
  const links = await calendarsOfJobs(
    env.DB,
    contractor,
    jobs.map(({ id }) => id),
  );
  return jobs.map(({ startsAt, endsAt, createdAt, updatedAt, timeZone, contractor: _, deletedAt: __, exceptions, ...job }) => ({
    ...job,
    ...{ time_zone: timeZone, exceptions: exceptions.map((one) => ({ ...one })), starts_at: startsAt, ends_at: endsAt },
    ...{ created_at: createdAt, updated_at: updatedAt },
    calendars: links
      .filter((link) => link.job === job.id)
      .map(({ vendor, state, reason }) => ({ vendor, reason, state: reason !== null ? "refused" : (STATES[state] ?? "pending") })),
  }));
}
const STATES: Readonly<Record<string, "pending" | "on" | "removed">> = { making: "pending", linked: "on", removed: "removed" };

const One = input("param", z.object({ id: z.string().max(80) }));
const Listing = z.strictObject({
  from: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
  status: Status.optional(),
  lead: z.string().max(80).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
  after: z
    .string()
    .regex(/^-?\d{1,16}_job_\w+$/, "the next of the answer before")
    .optional(),
});

export const jobs = new Hono<Api>()
  .get(
    "/",
    describeRoute({
      summary: "Jobs in the order of their beginning; a series stands where it begins",
      responses: { 200: json(z.object({ jobs: z.array(JobView), next: z.string().nullable() }), "Jobs") },
    }),
    input("query", Listing),
    async (c) => {
      const { from, until, status, lead, limit, after } = c.req.valid("query");
      const { contractor } = c.get("session");
      const [, at, id] = /^(-?\d+)_(job_.+)$/.exec(after ?? "") ?? [];
      const found = await listJobs(c.env.DB, {
        ...{ contractor, limit, lead, status: status && [status] },
        ...{ from: from === undefined ? undefined : Date.parse(from), until: until === undefined ? undefined : Date.parse(until) },
        after: at === undefined || id === undefined ? undefined : { startsAt: Number(at), id },
      });
      const last = found.at(-1);
      const next = last && found.length === limit ? `${last.startsAt}_${last.id}` : null;
      return c.json({ jobs: await shown(c.env, contractor, found), next });
    },
  )
  .post(
    "/",
    only("owner"),
    describeRoute({
      summary: "Make a job; it appears on the calendars that are kept in step",
      responses: { 201: json(JobView, "The job") },
    }),
    input("json", NewJob),
    async (c) => {
      const { contractor } = c.get("session");
      const [view] = await shown(c.env, contractor, [await addOne(c.env, contractor, c.req.valid("json"))]);
      return c.json(view, 201);
    },
  )
  .get("/:id", describeRoute({ summary: "A job", responses: { 200: json(JobView, "The job") } }), One, async (c) => {
    const { contractor } = c.get("session");
    const job = await getJob(c.env.DB, contractor, c.req.valid("param").id);
    if (!job || job.deletedAt !== null) throw notFound("job");
    const [view] = await shown(c.env, contractor, [job]);
    return c.json(view);
  })
  .patch(
    "/:id",
    only("owner"),
    describeRoute({ summary: "Change what is named of a job", responses: { 200: json(JobView, "The job") } }),
    One,
    input("json", Change),
    async (c) => {
      const { contractor } = c.get("session");
      const { revision, ...wishes } = c.req.valid("json");
      const [view] = await shown(c.env, contractor, [await changeOne(c.env, contractor, c.req.valid("param").id, wishes, revision)]);
      return c.json(view);
    },
  )
  .delete(
    "/:id",
    only("owner"),
    describeRoute({
      summary: "Delete a job; it leaves its calendars, unless somebody changed it there",
      responses: { 200: json(z.object({ deleted: z.boolean() }), "Deleted") },
    }),
    One,
    async (c) => {
      await removeOne(c.env, c.get("session").contractor, c.req.valid("param").id);
      return c.json({ deleted: true });
    },
  );
