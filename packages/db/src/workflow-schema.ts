/** Workflows, their runs as a list sees them, and what runs wait for. A run itself is its Durable Object. Times are epoch milliseconds. */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const workflows = sqliteTable(
  "workflows",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    name: text("name").notNull(),
    /** `draft`, `active`, or `inactive`: it was active, and starts nothing now. */
    state: text("state").notNull(),
    /** JSON: what the builder shows; it may be incomplete. */
    draft: text("draft").notNull(),
    /** Grows with each save of the draft: a save that does not know the newest is refused. */
    revision: integer("revision").notNull(),
    /** The version that new runs get; null before it was ever activated. */
    activeVersion: integer("active_version"),
    /** Of the active version: what starts it (`manual`, `schedule`, or the type of an event), and when next. */
    trigger: text("trigger"),
    /** Since when it starts runs; an event from before it starts none. */
    activeSince: integer("active_since"),
    nextAt: integer("next_at"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    index("workflows_by_contractor").on(table.contractor, table.updatedAt),
    index("workflows_by_trigger").on(table.contractor, table.trigger).where(sql`state = 'active'`),
    index("workflows_due").on(table.nextAt).where(sql`state = 'active' AND next_at IS NOT NULL`),
  ],
);

export const workflowVersions = sqliteTable(
  "workflow_versions",
  {
    workflow: text("workflow").notNull(),
    version: integer("version").notNull(),
    /** JSON: complete, as it was activated. */
    definition: text("definition").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.workflow, table.version] })],
);

export const runs = sqliteTable(
  "runs",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    workflow: text("workflow").notNull(),
    version: integer("version").notNull(),
    name: text("name").notNull(),
    lead: text("lead"),
    state: text("state").notNull(),
    reason: text("reason"),
    vendor: text("vendor"),
    step: text("step"),
    startedAt: integer("started_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
    wakesAt: integer("wakes_at"),
  },
  (table) => [
    index("runs_by_contractor").on(table.contractor, table.startedAt),
    index("runs_by_workflow").on(table.workflow, table.startedAt),
    index("runs_by_lead").on(table.lead),
    /** What a crash may have left behind. */
    index("runs_late").on(table.wakesAt).where(sql`state IN ('running', 'waiting')`),
    /** What is counted beside a workflow, and what a broken integration holds up. */
    index("runs_open")
      .on(table.contractor, table.workflow, table.state)
      .where(sql`state IN ('running', 'waiting', 'paused', 'needs_attention')`),
    index("runs_failed").on(table.contractor, table.updatedAt).where(sql`state = 'failed'`),
  ],
);

/** Which event a run waits for. */
export const runWaits = sqliteTable(
  "run_waits",
  {
    run: text("run").primaryKey(),
    contractor: text("contractor").notNull(),
    /** Whom or what the event is about: `lead:<id>`, or the event's entity, `<vendor>/call:<id>`. */
    about: text("about").notNull(),
    type: text("type").notNull(),
    since: integer("since").notNull(),
  },
  (table) => [index("run_waits_by_about").on(table.contractor, table.about, table.type)],
);

/** What a lead and a CRM last agreed on: the base against which a change on either side is seen. */
export const leadSyncs = sqliteTable(
  "lead_syncs",
  {
    lead: text("lead").notNull(),
    vendor: text("vendor").notNull(),
    contractor: text("contractor").notNull(),
    /** Empty while the record is being made. */
    crmId: text("crm_id").notNull(),
    /** JSON: field → what either side had when they last agreed. */
    base: text("base").notNull(),
    /** JSON: field → what we last wrote there: an event that says only this is our own echo. */
    written: text("written").notNull(),
    wroteAt: integer("wrote_at"),
    url: text("url"),
    syncedAt: integer("synced_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.lead, table.vendor] }),
    index("lead_syncs_by_crm").on(table.contractor, table.vendor, table.crmId),
  ],
);

/** Leads being fetched from a CRM, as a list sees it; the work itself is its Durable Object. */
export const fetches = sqliteTable(
  "fetches",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    vendor: text("vendor").notNull(),
    workflow: text("workflow"),
    /** `running`, `paused` (the integration is broken), `completed`, `cancelled`, `failed`. */
    state: text("state").notNull(),
    reason: text("reason"),
    /** JSON: how many were expected (or null), seen, created, matched, started, refused. */
    counts: text("counts").notNull(),
    startedAt: integer("started_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("fetches_by_contractor").on(table.contractor, table.startedAt)],
);

/** Email templates of the contractor's own. */
export const templates = sqliteTable(
  "templates",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    name: text("name").notNull(),
    subject: text("subject").notNull(),
    text: text("text").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("templates_by_contractor").on(table.contractor)],
);
