/** Workflows: the draft that the builder shows, and the versions that runs are made of. A definition is JSON text here. */
import { and, desc, eq, isNotNull, lte, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { workflows, workflowVersions } from "./workflow-schema.ts";

export const WORKFLOW_STATES = ["draft", "active", "inactive"] as const;
export type WorkflowState = (typeof WORKFLOW_STATES)[number];

type Row = typeof workflows.$inferSelect;
export interface Workflow extends Omit<Row, "state"> {
  readonly state: WorkflowState;
}
/** A workflow that starts runs, with the definition they get. */
export interface ActiveWorkflow {
  readonly id: string;
  readonly contractor: string;
  readonly version: number;
  readonly definition: string;
  /** Since when it starts runs. */
  readonly activeSince: number;
  readonly nextAt: number | null;
}

const read = (row: Row): Workflow => ({ ...row, state: row.state as WorkflowState }); // only these are ever written
const own = (contractor: string, id: string) => and(eq(workflows.contractor, contractor), eq(workflows.id, id));

/** Adds a draft, unless the contractor has `most` workflows already; says whether it did. */
export async function addWorkflow(
  db: D1Database,
  { id, contractor, name, draft, now }: Pick<Row, "id" | "contractor" | "name" | "draft"> & { readonly now: number },
  most: number,
): Promise<boolean> {
  const { meta } = await drizzle(db).run(
    sql`INSERT INTO workflows (id, contractor, name, state, draft, revision, active_version, "trigger", next_at, created_at, updated_at)
        SELECT ${id}, ${contractor}, ${name}, 'draft', ${draft}, 1, NULL, NULL, NULL, ${now}, ${now}
        WHERE (SELECT count(*) FROM workflows WHERE contractor = ${contractor}) < ${most}`,
  );
  return meta.changes === 1;
}

/** A contractor's, those changed last first. */
export async function listWorkflows(db: D1Database, contractor: string): Promise<Workflow[]> {
  const rows = await drizzle(db)
    .select()
    .from(workflows)
    .where(eq(workflows.contractor, contractor))
    .orderBy(desc(workflows.updatedAt), desc(workflows.id));
  return rows.map(read);
}

/** One of the contractor's own; null: there is none. */
export async function getWorkflow(db: D1Database, contractor: string, id: string): Promise<Workflow | null> {
  const row = await drizzle(db).select().from(workflows).where(own(contractor, id)).get();
  return row ? read(row) : null;
}

/** Those of the contractor with this id or exactly this name, the active ones first. */
export async function findWorkflows(db: D1Database, contractor: string, idOrName: string): Promise<Workflow[]> {
  const rows = await drizzle(db)
    .select()
    .from(workflows)
    .where(and(eq(workflows.contractor, contractor), sql`(${workflows.id} = ${idOrName} OR lower(${workflows.name}) = lower(${idOrName}))`))
    .orderBy(sql`${workflows.state} <> 'active'`, desc(workflows.updatedAt));
  return rows.map(read);
}

/** Saves the draft if `revision` is the newest; gives the new one, or null where somebody saved meanwhile (or there is none). */
export async function saveDraft(
  db: D1Database,
  save: Pick<Row, "id" | "contractor" | "name" | "draft" | "revision"> & { readonly now: number },
): Promise<number | null> {
  const row = await drizzle(db)
    .update(workflows)
    .set({ name: save.name, draft: save.draft, revision: save.revision + 1, updatedAt: save.now })
    .where(and(own(save.contractor, save.id), eq(workflows.revision, save.revision)))
    .returning({ revision: workflows.revision })
    .get();
  return row?.revision ?? null;
}

/**
 * Makes the draft of this revision the version that new runs get, all or nothing. The same definition again is the same version.
 * Null where somebody saved meanwhile (or there is none).
 */
export async function activateWorkflow(
  db: D1Database,
  {
    id,
    contractor,
    revision,
    definition,
    trigger,
    nextAt,
    now,
  }: Pick<Row, "id" | "contractor" | "revision" | "trigger" | "nextAt"> & {
    readonly definition: string;
    readonly now: number;
  },
): Promise<number | null> {
  const newest = "(SELECT max(version) FROM workflow_versions WHERE workflow = ?1)";
  const [, updated] = await db.batch<{ version: number }>([
    db
      .prepare(
        `INSERT INTO workflow_versions (workflow, version, definition, created_at) SELECT ?1, coalesce(${newest}, 0) + 1, ?4, ?5
         WHERE EXISTS (SELECT 1 FROM workflows WHERE id = ?1 AND contractor = ?2 AND revision = ?3)
           AND NOT EXISTS (SELECT 1 FROM workflow_versions WHERE workflow = ?1 AND version = ${newest} AND definition = ?4)`,
      )
      .bind(id, contractor, revision, definition, now),
    db
      .prepare(
        `UPDATE workflows SET state = 'active', active_version = ${newest}, "trigger" = ?4,
           active_since = CASE state WHEN 'active' THEN active_since ELSE ?6 END, next_at = ?5, updated_at = ?6
         WHERE id = ?1 AND contractor = ?2 AND revision = ?3 RETURNING active_version AS version`,
      )
      .bind(id, contractor, revision, trigger, nextAt, now),
  ]);
  return updated?.results[0]?.version ?? null;
}

/** From now on it starts nothing; what runs goes on. False: it was not active. */
export async function deactivateWorkflow(db: D1Database, contractor: string, id: string, now: number): Promise<boolean> {
  const { meta } = await drizzle(db)
    .update(workflows)
    .set({ state: "inactive", nextAt: null, updatedAt: now })
    .where(and(own(contractor, id), eq(workflows.state, "active")));
  return meta.changes === 1;
}

/** Forgets it and its versions, unless a run of it goes on; its ended runs stay in the list. */
export async function removeWorkflow(db: D1Database, contractor: string, id: string): Promise<boolean> {
  const open = `EXISTS (SELECT 1 FROM runs WHERE contractor = ?1 AND workflow = ?2 AND state IN ('running', 'waiting', 'paused', 'needs_attention'))`;
  const [removed] = await db.batch([
    db.prepare(`DELETE FROM workflows WHERE contractor = ?1 AND id = ?2 AND NOT ${open}`).bind(contractor, id),
    db.prepare("DELETE FROM workflow_versions WHERE workflow = ?1 AND NOT EXISTS (SELECT 1 FROM workflows WHERE id = ?1)").bind(id),
  ]);
  return removed?.meta.changes === 1;
}

const ACTIVE = {
  id: workflows.id,
  contractor: workflows.contractor,
  version: workflowVersions.version,
  definition: workflowVersions.definition,
  activeSince: sql<number>`${workflows.activeSince}`, // of an active one it is set
  nextAt: workflows.nextAt,
};
const activeWorkflows = (db: D1Database) =>
  drizzle(db)
    .select(ACTIVE)
    .from(workflows)
    .innerJoin(workflowVersions, and(eq(workflowVersions.workflow, workflows.id), eq(workflowVersions.version, workflows.activeVersion)));

/** The version that a new run gets; null where the contractor has no such workflow, or it is not active. */
export async function activeWorkflow(db: D1Database, contractor: string, id: string): Promise<ActiveWorkflow | null> {
  const row = await activeWorkflows(db)
    .where(and(own(contractor, id), eq(workflows.state, "active")))
    .get();
  return row ?? null;
}

/** The contractor's workflows that start runs, or only those which this starts: the type of an event. */
export function listActiveWorkflows(db: D1Database, contractor: string, trigger?: string): Promise<ActiveWorkflow[]> {
  return activeWorkflows(db)
    .where(
      and(
        eq(workflows.contractor, contractor),
        sql`${workflows.state} = 'active'`, // as the index has it
        trigger === undefined ? undefined : eq(workflows.trigger, trigger),
      ),
    )
    .orderBy(workflows.id);
}

/** The definition of one version, whatever became of the workflow since; null: there is none. */
export async function workflowVersion(db: D1Database, workflow: string, version: number): Promise<string | null> {
  const row = await drizzle(db)
    .select({ definition: workflowVersions.definition })
    .from(workflowVersions)
    .where(and(eq(workflowVersions.workflow, workflow), eq(workflowVersions.version, version)))
    .get();
  return row?.definition ?? null;
}

/** Workflows of all contractors whose schedule is due, the longest overdue first. */
export function dueWorkflows(db: D1Database, now: number, most: number): Promise<ActiveWorkflow[]> {
  return activeWorkflows(db)
    .where(and(sql`${workflows.state} = 'active'`, isNotNull(workflows.nextAt), lte(workflows.nextAt, now)))
    .orderBy(workflows.nextAt)
    .limit(most);
}

/** Notes when it is due next, unless that was changed meanwhile. */
export async function scheduleNext(db: D1Database, id: string, due: number, next: number): Promise<void> {
  await drizzle(db)
    .update(workflows)
    .set({ nextAt: next })
    .where(and(eq(workflows.id, id), eq(workflows.nextAt, due), eq(workflows.state, "active")));
}
