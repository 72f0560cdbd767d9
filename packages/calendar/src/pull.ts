/** What changed on the calendar, page by page. The place in the list is kept once a page is worked off: a page that a crash cut short is read again. */
import { type CalendarSync, changeCalendarSync, getJobs, type Link, linksOfEvents, meetLinks, saveLink, unmetLinks } from "@junction/db";
import { Stopped } from "./calls.ts";
import { fieldsOfEvent } from "./fields.ts";
import { removedThere, type Seen, type Settling, settle } from "./settle.ts";

/** Events that are read at once. */
const AT_ONCE = 10;

/** Works off one page. True: there is more to pull. */
export async function pullPage(work: Settling, sync: CalendarSync): Promise<boolean> {
  const { db, calls, place } = work;
  const cursor = sync.page ?? sync.cursor;
  const found = await calls.make("crm/list_calendar_changes", {
    calendar: place.id,
    ...(cursor === null ? { since: new Date(sync.since).toISOString() } : { cursor }),
  });
  if (found === "NotFound") throw new Stopped("crm/list_calendar_changes", { kind: "NotFound" });
  // A place in the list that is not taken any more is as good as none.
  if (typeof found === "string" && cursor === null) throw new Error(`listing what changed gave ${found}`);
  if (typeof found === "string" || found.reset) {
    await changeCalendarSync(db, sync, { cursor: null, page: null, resetting: Date.now(), busyAt: 0 });
    return true;
  }
  const changed = new Map(found.changes.map((change) => [change.event_id, change]));
  const links = await linksOfEvents(db, place, [...changed.keys()]);
  const open = links.filter((link) => {
    const change = changed.get(link.event);
    // Its version is the one we know: it is our own writing that is told, or nothing new.
    return !(change && !change.removed && change.version !== undefined && change.version === link.version && link.state === "linked");
  });
  await settleAll(work, open, new Set(found.changes.filter(({ removed }) => removed).map(({ event_id }) => event_id)));
  if (sync.resetting !== null) await meetLinks(db, place, [...changed.keys()], sync.resetting);
  const others = changed.size > links.length || open.length > 0;
  const busy = others ? { busyAt: 0 } : {};
  const next = found.cursor ?? null;
  if (found.more) await changeCalendarSync(db, sync, { page: next, ...busy });
  else await changeCalendarSync(db, sync, { cursor: next, page: null, ...busy });
  return found.more;
}

/** After everything was read: events that were not met are old, or gone. True: there are more of them. */
export async function lookForUnmet(work: Settling, sync: CalendarSync): Promise<boolean> {
  const { db, place } = work;
  const { resetting } = sync;
  if (resetting === null) return false;
  const unmet = await unmetLinks(db, place, resetting, AT_ONCE);
  await settleAll(work, unmet, new Set());
  await meetLinks(
    db,
    place,
    unmet.map(({ event }) => event),
    resetting,
  );
  if (unmet.length === AT_ONCE) return true;
  await changeCalendarSync(db, sync, { resetting: null });
  return false;
}

async function settleAll(work: Settling, links: readonly Link[], removed: ReadonlySet<string>): Promise<void> {
  const { db, place } = work;
  const jobs = new Map(
    (
      await getJobs(
        db,
        place.contractor,
        links.map(({ job }) => job),
      )
    ).map((job) => [job.id, job]),
  );
  const wanted = links.filter(({ event }) => !removed.has(event));
  const seen = await lookAt(
    work,
    wanted.map(({ event }) => event),
  );
  for (const link of links) {
    const job = jobs.get(link.job);
    if (!job) {
      await saveLink(db, { ...link, state: "gone" }); // the job is forgotten, and its event is nobody's
      continue;
    }
    const now = seen.get(link.event);
    if (now) await settle(work, { job, link }, now);
    else if (link.state !== "gone") await removedThere(work, job, link);
  }
}

async function lookAt({ calls, place }: Settling, events: readonly string[]): Promise<ReadonlyMap<string, Seen>> {
  const seen = new Map<string, Seen>();
  for (let at = 0; at < events.length; at += AT_ONCE) {
    const found = await calls.make("crm/get_calendar_events", { calendar: place.id, event_ids: events.slice(at, at + AT_ONCE) });
    if (typeof found === "string") throw new Error(`reading events gave ${found}`);
    for (const { event_id, version, event } of found.events) seen.set(event_id, { version, theirs: fieldsOfEvent(event) });
  }
  return seen;
}
