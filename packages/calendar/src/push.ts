/** What changed of the jobs goes to the calendar, after what people have decided where both sides had changed. */
import {
  type CalendarConflict,
  changeJob,
  decidedConflicts,
  endConflict,
  getJob,
  type Job,
  linkOfJob,
  saveLink,
  unsettledJobs,
} from "@junction/db";
import { fieldsOfJob, same } from "./fields.ts";
import { isWanted, look, make, removedThere, type Settling, settle } from "./settle.ts";

const AT_ONCE = 10;

/** Settles the jobs that changed longest ago. True: there are more. */
export async function pushSome(work: Settling, since: number): Promise<boolean> {
  const jobs = await unsettledJobs(work.db, work.place, since, AT_ONCE);
  for (const job of jobs) await pushJob(work, job);
  return jobs.length === AT_ONCE;
}

async function pushJob(work: Settling, job: Job): Promise<void> {
  const { db, place } = work;
  const link = await linkOfJob(db, place, job.id);
  const wanted = isWanted(job);
  if (link === null || link.state === "gone") {
    if (wanted) return make(work, job, link);
    if (link) await saveLink(db, { ...link, revision: job.revision });
    return;
  }
  if (link.state === "removed") return removedThere(work, job, link); // a person decides, unless it is not wanted any more
  if (link.state === "making" && wanted) return make(work, job, link);
  const seen =
    link.version === null || link.theirs === null ? await look(work, link.event) : { version: link.version, theirs: link.theirs };
  await (seen === null ? removedThere(work, job, link) : settle(work, { job, link }, seen));
}

/** Carries out what people have decided: it becomes what both sides agreed on, and the rest follows from that. */
export async function applyDecisions(work: Settling): Promise<void> {
  for (const conflict of await decidedConflicts(work.db, work.place)) await apply(work, conflict);
}

async function apply({ db, place }: Settling, conflict: CalendarConflict): Promise<void> {
  const { field, ours, theirs, kept } = conflict;
  const [link, job] = await Promise.all([linkOfJob(db, place, conflict.job), getJob(db, place.contractor, conflict.job)]);
  if (link === null || job === null) return endConflict(db, conflict, Date.now());
  if (field !== "event") {
    // It is about these two values; where either is another by now, the person is asked again.
    const still = same(field, fieldsOfJob(job)[field], ours) && same(field, link.theirs?.[field], theirs);
    if (still) await saveLink(db, { ...link, base: { ...link.base, [field]: kept === "ours" ? theirs : ours }, revision: -1 });
  } else if (theirs === "removed") {
    if (kept === "ours") await saveLink(db, { ...link, state: "gone", revision: -1 });
    else await change(db, job, { status: "cancelled" });
  } else if (kept === "ours") await saveLink(db, { ...link, base: link.theirs ?? {}, revision: -1 });
  else await change(db, job, { status: "scheduled", deletedAt: null });
  await endConflict(db, conflict, Date.now());
}

async function change(db: D1Database, { contractor, id, revision }: Job, change: Parameters<typeof changeJob>[1]["change"]): Promise<void> {
  // Lost to somebody who changed the job at this moment, the decision is void: what they made of the job may call for another.
  await changeJob(db, { contractor, id, revision, change, now: Date.now() });
}
