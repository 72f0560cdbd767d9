/** A job and an event as what both have in common, field by field, so that the two can be compared. */
import { isZone } from "@junction/core";
import type { EventFields, Job, JobChange, JobException } from "@junction/db";
import * as z from "zod";
import { instantOf } from "./clock.ts";
import { canonicalRecurrence } from "./recurrence.ts";

export const FIELDS = ["title", "time", "location", "notes"] as const;
export type Field = (typeof FIELDS)[number];

/** An event as the calendars' integrations give and take it: see `packages/tools/src/calendar-sync.ts`. */
export const CalendarEvent = z.object({
  title: z.string(),
  start: z.string(),
  end: z.string(),
  time_zone: z.string().nullable(),
  location: z.string().nullable(),
  notes: z.string().nullable(),
  recurrence: z.string().nullable(),
  exceptions: z.array(z.object({ original: z.string(), start: z.string().nullable(), end: z.string().nullable() })),
});
export type CalendarEvent = z.output<typeof CalendarEvent>;

/** All about when: one field, since half of one side's time and half of the other's is nobody's. */
const Time = CalendarEvent.pick({ start: true, end: true, time_zone: true, recurrence: true, exceptions: true });
export type Time = z.output<typeof Time>;

const text = (value: string | null, most: number): string | null => value?.replace(/\r\n?/g, "\n").trim().slice(0, most) || null;
/** As long as an event's integration gives and takes them. */
export const MOST = { title: 1000, location: 1000, notes: 8192 } as const;
export const NO_TITLE = "(no title)";

/** Written in one way, so that two times that are the same are the same text. */
function timeText({ start, end, time_zone, recurrence, exceptions }: Time): string {
  const sorted = [...exceptions].sort((a, b) => (a.original < b.original ? -1 : 1));
  const time: Time = {
    ...{ start, end, time_zone, recurrence: canonicalRecurrence(recurrence) },
    exceptions: sorted.map(({ original, start, end }) => ({ original, start, end })),
  };
  return JSON.stringify(time);
}
export const timeOf = (value: string): Time => Time.parse(JSON.parse(value));

export function fieldsOfJob(job: Job): EventFields {
  return {
    title: text(job.title, MOST.title) ?? NO_TITLE,
    time: timeText({ ...job, time_zone: job.timeZone, exceptions: job.exceptions.map((one) => ({ ...one })) }),
    location: text(job.location, MOST.location),
    notes: text(job.notes, MOST.notes),
  };
}

export function fieldsOfEvent(event: CalendarEvent): EventFields {
  return {
    title: text(event.title, MOST.title) ?? NO_TITLE,
    time: timeText(event),
    location: text(event.location, MOST.location),
    notes: text(event.notes, MOST.notes),
  };
}

export function eventOf(fields: EventFields): CalendarEvent {
  const time = timeOf(fields["time"] ?? "");
  return { title: fields["title"] ?? NO_TITLE, location: fields["location"] ?? null, notes: fields["notes"] ?? null, ...time };
}

/** What a job becomes by the fields it takes. */
export function changeOf(fields: EventFields): JobChange {
  const { title, time, location, notes } = fields;
  return {
    ...(title != null && { title }),
    ...(location !== undefined && { location }),
    ...(notes !== undefined && { notes }),
    ...(time != null && timeChange(timeOf(time))),
  };
}

/** A job's time, with the instants it begins and ends at. */
export function timeChange({ start, end, time_zone: timeZone, recurrence, exceptions }: Time) {
  const kept: readonly JobException[] = exceptions;
  return {
    ...{ start, end, timeZone, recurrence, exceptions: kept },
    ...{ startsAt: instantOf(start, zoneOf(timeZone)), endsAt: instantOf(end, zoneOf(timeZone)) },
  };
}
const zoneOf = (zone: string | null): string | null => (zone !== null && isZone(zone) ? zone : null);

/** Whether a field says the same on both sides. One time on the clocks of two zones is one time, unless it repeats: then the clocks part. */
export function same(field: string, a: string | null | undefined, b: string | null | undefined): boolean {
  if ((a ?? null) === (b ?? null)) return true;
  if (field !== "time" || a == null || b == null) return false;
  const [one, other] = [timeOf(a), timeOf(b)];
  if (one.recurrence !== null || other.recurrence !== null || one.time_zone === null || other.time_zone === null) return false;
  const at = ({ start, end, time_zone }: Time) => [start, end].map((clock) => instantOf(clock, zoneOf(time_zone))).join(" ");
  return at(one) === at(other);
}
