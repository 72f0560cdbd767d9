/** The gateway's D1 database: what people look up afterwards. What must be exact at call time is in the contractor's Durable Object. */
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const contractors = sqliteTable("contractors", {
  id: text("id").primaryKey(),
  createdAt: integer("created_at").notNull(),
});

/** One tool invocation, as audited: who, what, through which vendor, what came of it. Times are epoch milliseconds. */
export const calls = sqliteTable(
  "calls",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    actor: text("actor").notNull(),
    tool: text("tool").notNull(),
    vendor: text("vendor"),
    connection: text("connection"),
    /** `confirmed`, `failed`, `unknown`, or `refused`: nothing was attempted. */
    state: text("state").notNull(),
    /** The kind of the error or refusal, null on success. */
    kind: text("kind"),
    /** The vendor's own words as JSON (status, code, message): untrusted, for the owner only. */
    said: text("said"),
    attempts: integer("attempts").notNull(),
    startedAt: integer("started_at").notNull(),
    settledAt: integer("settled_at").notNull(),
  },
  (table) => [index("calls_by_contractor").on(table.contractor, table.startedAt)],
);
