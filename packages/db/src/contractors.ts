/** The contractors there are, and the end of one. */
import { eq, inArray } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { calendarBusy, calendarConflicts, calendarLinks, calendarSyncs, jobs } from "./calendar-schema.ts";
import { fileLinks, files } from "./file-schema.ts";
import {
  accounts,
  callRoutings,
  calls,
  contractors,
  deliveries,
  events,
  leadKeys,
  leads,
  serviceAreas,
  subscriptions,
  timeline,
} from "./schema.ts";
import { fetches, leadSyncs, runs, runWaits, templates, workflows, workflowVersions } from "./workflow-schema.ts";

/** Notes that a contractor exists; harmless when repeated. */
export async function saveContractor(db: D1Database, id: string, createdAt: number): Promise<void> {
  await drizzle(db).insert(contractors).values({ id, createdAt }).onConflictDoNothing();
}

/** Forgets a contractor and everything of theirs: a table that is not among these keeps no row by contractor. */
export async function deleteContractor(db: D1Database, id: string): Promise<void> {
  const told = [accounts, callRoutings, calls, events, subscriptions, deliveries, leads, leadKeys, timeline, serviceAreas];
  const owned = [
    ...told,
    files,
    workflows,
    runs,
    runWaits,
    leadSyncs,
    fetches,
    templates,
    jobs,
    calendarSyncs,
    calendarLinks,
    calendarConflicts,
    calendarBusy,
  ];
  const kept = drizzle(db).select({ id: files.id }).from(files).where(eq(files.contractor, id));
  const theirs = drizzle(db).select({ id: workflows.id }).from(workflows).where(eq(workflows.contractor, id));
  await drizzle(db).batch([
    drizzle(db).delete(contractors).where(eq(contractors.id, id)),
    drizzle(db).delete(workflowVersions).where(inArray(workflowVersions.workflow, theirs)), // while it is known whose they are
    drizzle(db).delete(fileLinks).where(inArray(fileLinks.file, kept)),
    ...owned.map((table) => drizzle(db).delete(table).where(eq(table.contractor, id))),
  ]);
}
