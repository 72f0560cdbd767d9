/** Jobs as people and programs make and change them. Calendars that are kept in step follow by themselves. */
import { canonicalRecurrence, shownClock, type Time, timeChange, wrongRecurrence } from "@junction/calendar";
import { isZone, newId } from "@junction/core";
import { addJob, changeJob, getJob, type Job, type JobChange, leadsThere, saveContractor } from "@junction/db";
import { notFound, Refused } from "./api/problem.ts";
import { jobsChanged } from "./calendars.ts";
import type { Env } from "./env.ts";

export interface JobWishes {
  readonly title?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly time_zone?: string | null | undefined;
  readonly recurrence?: string | null | undefined;
  readonly exceptions?: Time["exceptions"] | undefined;
  readonly location?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly lead?: string | null | undefined;
  readonly status?: Job["status"] | undefined;
}

const wrong = (fields: Readonly<Record<string, string>>) =>
  new Refused(422, { kind: "InvalidRequest", message: "Some fields are wrong. Nothing was changed.", fields });

/** A time that a calendar can show; refused, field by field, where it is none. */
function checked(time: Time): Time {
  const { start, end, time_zone: zone, recurrence } = time;
  const whole = start.length === 10;
  if (whole !== (end.length === 10)) throw wrong({ end: "a date where start is one, or else a time such as 2027-03-14T11:00:00" });
  if (whole !== (zone === null))
    throw wrong({
      time_zone: whole ? "null: start and end are dates" : "an IANA time zone such as America/New_York, since start and end are times",
    });
  if (zone !== null && !isZone(zone)) throw wrong({ time_zone: "an IANA time zone such as America/New_York" });
  for (const [field, clock] of Object.entries({ start, end }))
    if (Number.isNaN(Date.parse(whole ? clock : `${clock}Z`))) throw wrong({ [field]: "a day that there is" });
  const shown = { ...time, start: shownClock(start, zone), end: shownClock(end, zone), recurrence: canonicalRecurrence(recurrence) };
  if (shown.end <= shown.start) throw wrong({ end: whole ? "a date after start: the day after the last" : "a time after start" });
  const issue = shown.recurrence === null ? null : wrongRecurrence(shown.recurrence, whole);
  if (issue !== null) throw wrong({ recurrence: issue });
  if (shown.exceptions.length > 0 && shown.recurrence === null) throw wrong({ exceptions: "none: the job does not repeat" });
  const misfit = shown.exceptions.find((one) =>
    [one.original, one.start, one.end].some((clock) => clock !== null && clock.length !== shown.start.length),
  );
  if (misfit) throw wrong({ exceptions: `times as start has them: ${misfit.original.slice(0, 20)} is none` });
  return shown;
}

async function checkLead(env: Env, contractor: string, lead: string | null | undefined): Promise<void> {
  if (lead != null && !(await leadsThere(env.DB, contractor, [lead])).has(lead)) throw wrong({ lead: "the id of one of your leads" });
}

export async function addOne(
  env: Env,
  contractor: string,
  wishes: JobWishes & { readonly title: string; readonly start: string; readonly end: string },
): Promise<Job> {
  await checkLead(env, contractor, wishes.lead);
  const now = Date.now();
  const { start, end, time_zone = null, recurrence = null, exceptions = [] } = wishes;
  const time = checked({ start, end, time_zone, recurrence, exceptions: [...exceptions] });
  const { title, location = null, notes = null, lead = null, status = "scheduled" } = wishes;
  const job: Job = {
    ...{ id: newId("job", now), contractor, title, location, notes, lead, status, revision: 1 },
    ...timeChange(time),
    ...{ deletedAt: null, createdAt: now, updatedAt: now },
  };
  await saveContractor(env.DB, contractor, now);
  await addJob(env.DB, job);
  await jobsChanged(env, contractor);
  return job;
}

const MOST_TRIES = 5;

/** Changes what is named. `revision`: only if nobody changed it since. */
export async function changeOne(env: Env, contractor: string, id: string, wishes: JobWishes, revision?: number): Promise<Job> {
  await checkLead(env, contractor, wishes.lead);
  for (let tries = 0; ; tries++) {
    const job = await getJob(env.DB, contractor, id);
    if (!job || job.deletedAt !== null) throw notFound("job");
    if ((revision !== undefined && revision !== job.revision) || tries === MOST_TRIES)
      throw new Refused(409, {
        kind: "Conflict",
        message: `It was changed meanwhile: the newest revision is ${job.revision}. Read it again, and make your change to that.`,
      });
    const changed = await changeJob(env.DB, { contractor, id, revision: job.revision, change: changeOf(job, wishes), now: Date.now() });
    if (!changed) continue;
    await jobsChanged(env, contractor);
    return changed;
  }
}

function changeOf(job: Job, { start, end, time_zone, recurrence, exceptions, ...rest }: JobWishes): JobChange {
  const { title, location, notes, lead, status } = rest;
  const plain = {
    ...(title !== undefined && { title }),
    ...(location !== undefined && { location }),
    ...(notes !== undefined && { notes }),
    ...(lead !== undefined && { lead }),
    ...(status !== undefined && { status }),
  };
  const moved = [start, end, time_zone, recurrence].some((wish) => wish !== undefined);
  if (!moved && exceptions === undefined) return plain;
  const time = checked({
    ...{ start: start ?? job.start, end: end ?? job.end, time_zone: time_zone === undefined ? job.timeZone : time_zone },
    recurrence: recurrence === undefined ? job.recurrence : recurrence,
    // Occurrences of the rule that was are none of the new one's.
    exceptions: exceptions ? [...exceptions] : moved ? [] : job.exceptions.map((one) => ({ ...one })),
  });
  return { ...plain, ...timeChange(time) };
}

/** Deletes it; it leaves its calendars by itself, unless somebody changed it there. */
export async function removeOne(env: Env, contractor: string, id: string): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const job = await getJob(env.DB, contractor, id);
    if (!job || job.deletedAt !== null) throw notFound("job");
    const now = Date.now();
    if (!(await changeJob(env.DB, { contractor, id, revision: job.revision, change: { deletedAt: now }, now }))) continue;
    return jobsChanged(env, contractor);
  }
  throw new Refused(409, { kind: "Conflict", message: "It is being changed just now: try again." });
}
