/** One job and its event on one calendar, brought to agree. Each part may be repeated after a crash: nothing is doubled, nothing undone. */
import { newId, sha256 } from "@junction/core";
import { changeJob, type Disputed, type EventFields, getJob, type Job, keepConflicts, type Link, saveLink } from "@junction/db";
import type { Calls, Place } from "./calls.ts";
import { changeOf, eventOf, fieldsOfEvent, fieldsOfJob } from "./fields.ts";
import { changedThere, merge, written } from "./merge.ts";

export interface Settling {
  readonly db: D1Database;
  readonly calls: Calls;
  readonly place: Place;
  /** A job took something from this calendar: other calendars are to be told. */
  taken(): void;
  /** An event of a series was written: when it takes time must be read anew. */
  repeated(): void;
}
/** An event as it was just read. */
export interface Seen {
  readonly version: string;
  readonly theirs: EventFields;
}

const MOST_TRIES = 3;
/** What may have been written without an answer is remembered this far back. */
const MOST_WRITING = 4;

/** Whether the job is to be on calendars at all. */
export const isWanted = ({ status, deletedAt }: Job): boolean => deletedAt === null && status !== "cancelled";

/** The event as the calendar has it now; null: it is not there. */
export async function look({ calls, place }: Settling, event: string): Promise<Seen | null> {
  const found = await calls.make("crm/get_calendar_events", { calendar: place.id, event_ids: [event] });
  if (typeof found === "string") return null;
  const [one] = found.events;
  return one ? { version: one.version, theirs: fieldsOfEvent(one.event) } : null;
}

/** Brings a job and its event to agree, from how the event was last seen. Whether anything was written is said by the calendar's next change. */
export async function settle(work: Settling, begun: { readonly job: Job; readonly link: Link }, last: Seen): Promise<void> {
  const { db } = work;
  let { job, link } = begun;
  let seen: Seen | null | undefined = last;
  for (let tries = 0; ; tries++) {
    if (seen === null) return removedThere(work, job, link);
    link = { ...link, state: "linked", version: seen.version, theirs: seen.theirs };
    if (!isWanted(job)) {
      seen = await withdraw(work, job, link);
      if (seen === undefined || tries >= MOST_TRIES) return;
      continue;
    }
    const merged = merge({ ours: fieldsOfJob(job), theirs: seen.theirs, base: link.base, writing: link.writing });
    if (Object.keys(merged.take).length > 0) {
      const taken = await changeJob(db, {
        contractor: job.contractor,
        id: job.id,
        revision: job.revision,
        change: changeOf(merged.take),
        now: Date.now(),
      });
      if (taken === null) {
        // Somebody changed the job meanwhile: what they made of it is what counts.
        const fresh = await getJob(db, job.contractor, job.id);
        if (fresh === null || tries >= MOST_TRIES) return;
        job = fresh;
        continue;
      }
      job = taken;
      link = { ...link, lastWriter: "theirs" };
      work.taken();
    }
    link = { ...link, base: merged.base, reason: null };
    await dispute(work, job, merged.conflicts);
    if (merged.write === null || tries >= MOST_TRIES) {
      // What was tried too often is tried again with the next look.
      const revision = merged.write === null ? job.revision : link.revision;
      return saveLink(db, { ...link, writing: merged.write === null ? [] : link.writing, revision });
    }
    const put = await write(work, link, merged.write, merged.mine);
    if (put === "refused" || put === "NotFound") return refuse(work, job, link);
    if (put !== "Conflict")
      return saveLink(db, {
        ...link,
        ...{
          version: put.version,
          theirs: merged.write,
          base: written(merged.write, merged),
          writing: [],
          revision: job.revision,
          lastWriter: "ours",
        },
      });
    link = { ...link, writing: [...link.writing, merged.mine].slice(-MOST_WRITING) };
    seen = await look(work, link.event);
  }
}

/** Writes the event over the version it was seen with. What is about to be written is noted before. */
async function write({ db, calls, place, repeated }: Settling, link: Link, record: EventFields, mine: EventFields) {
  await saveLink(db, { ...link, writing: [...link.writing, mine].slice(-MOST_WRITING) });
  const event = eventOf(record);
  if (event.recurrence !== null) repeated();
  const version = link.version ?? undefined;
  const key = `put ${link.event} ${version ?? "new"} ${await sha256(JSON.stringify(event))}`;
  return calls.make(
    "crm/put_calendar_event",
    { calendar: place.id, event_id: link.event, ...(version !== undefined && { version }), event },
    key,
  );
}

/** Puts a job on the calendar for the first time, or anew after it was off it. Its event's id follows from the job, so that a repeat finds it. */
export async function make(work: Settling, job: Job, before: Link | null): Promise<void> {
  const { db, place } = work;
  const generation = before === null ? 0 : before.state === "making" ? before.generation : before.generation + 1;
  const ours = fieldsOfJob(job);
  const link: Link = {
    ...{ contractor: place.contractor, vendor: place.vendor, calendar: place.calendar, job: job.id },
    ...{ event: await eventId(place, job.id, generation), state: "making", generation, version: null, base: {}, theirs: null },
    ...{ writing: before?.state === "making" ? before.writing : [], revision: -1, lastWriter: "ours", seen: 0, reason: null, updatedAt: 0 },
  };
  const put = await write(work, link, ours, ours);
  if (put === "refused" || put === "NotFound") return refuse(work, job, link);
  if (put !== "Conflict")
    return saveLink(db, { ...link, state: "linked", version: put.version, theirs: ours, base: ours, writing: [], revision: job.revision });
  // It is there already: made by us before a crash, or kept from an earlier time.
  const begun = { ...link, writing: [...link.writing, ours].slice(-MOST_WRITING) };
  const seen = await look(work, link.event);
  await (seen === null ? removedThere(work, job, begun) : settle(work, { job, link: begun }, seen));
}

/** Lower-case hexadecimal after letters that Google's ids may have: the same for the same job, whoever asks. */
const eventId = async ({ contractor, vendor, id }: Place, job: string, generation: number): Promise<string> =>
  `job${(await sha256(JSON.stringify([contractor, vendor, id, job, generation]))).slice(0, 40)}`;

/** Takes a job's event off the calendar. Gives how the event is seen to be where it is to be looked at again; undefined: it is settled. */
async function withdraw(work: Settling, job: Job, link: Link): Promise<Seen | null | undefined> {
  const { db, calls, place } = work;
  const off = async (): Promise<undefined> => {
    await saveLink(db, { ...link, state: "gone", writing: [], revision: job.revision });
    await dispute(work, job, []);
  };
  if (changedThere(link.theirs ?? {}, link.base, link.writing)) {
    await dispute(work, job, [{ field: "event", ours: job.deletedAt === null ? "cancelled" : "deleted", theirs: "changed" }]);
    await saveLink(db, { ...link, revision: job.revision });
    return undefined;
  }
  const input = { calendar: place.id, event_id: link.event, ...(link.version !== null && { version: link.version }) };
  const removed = await calls.make("crm/remove_calendar_event", input, `remove ${link.event} ${link.version}`);
  if (typeof removed !== "string" || removed === "NotFound") return off();
  if (removed === "refused") {
    await refuse(work, job, link);
    return undefined;
  }
  const seen = await look(work, link.event);
  return seen ?? off();
}

/** Somebody took the event off the calendar. The job stays what it is, and a person decides. */
export async function removedThere(work: Settling, job: Job, link: Link): Promise<void> {
  const wanted = isWanted(job);
  await saveLink(work.db, { ...link, state: wanted ? "removed" : "gone", writing: [], revision: job.revision, lastWriter: "theirs" });
  await dispute(work, job, wanted ? [{ field: "event", ours: "kept", theirs: "removed" }] : []);
}

/** The calendar does not take it: it is said beside the job, and tried again once the job is changed. */
async function refuse({ db }: Settling, job: Job, link: Link): Promise<void> {
  await saveLink(db, {
    ...link,
    revision: job.revision,
    reason: "The calendar does not take this job as it is: change its time or how it repeats",
  });
}

const dispute = ({ db, place }: Settling, job: Job, open: readonly Disputed[]): Promise<void> => {
  const now = Date.now();
  return keepConflicts(
    db,
    { ...place, job: job.id },
    open.map((one) => ({ ...one, id: newId("cflt", now) })),
    now,
  );
};
