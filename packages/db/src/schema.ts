/** The gateway's D1 database: what people look up afterwards. What must be exact at call time is in the contractor's Durable Object. */
import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

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

/** States in which an event still has to be worked off. */
const OPEN = sql`state IN ('received', 'failed', 'processing')`;

/** What vendors told us, one row an event. Customers' data stands in `payload` alone, sealed. Times are epoch milliseconds. */
export const events = sqliteTable(
  "events",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    id: text("id").notNull().unique(),
    contractor: text("contractor").notNull(),
    vendor: text("vendor").notNull(),
    connection: text("connection").notNull(),
    /** The vendor's id of it; of a delivery that is kept as it came, a hash. One connection has each once. */
    vendorEvent: text("vendor_event").notNull(),
    /** Null for a delivery kept as it came: unverified, or unreadable as yet. */
    type: text("type"),
    entity: text("entity"),
    /** What is worked off in order: the vendor and the entity. */
    lane: text("lane").notNull(),
    /** Its place in the lane: arrival in microseconds, and so unchanged by quarantine. */
    position: integer("position").notNull(),
    /** `received`, `quarantined`, `processing`, `done`, `failed` (it is tried again), `dead` (it is not). */
    state: text("state").notNull(),
    attempts: integer("attempts").notNull(),
    /** Why it is where it is, in our words. */
    reason: text("reason"),
    /** JSON: the consumers that have it. */
    done: text("done").notNull(),
    dueAt: integer("due_at").notNull(),
    /** Who works on it, and until when that is believed. */
    claim: text("claim"),
    claimedUntil: integer("claimed_until"),
    payload: text("payload").notNull(),
    occurredAt: integer("occurred_at"),
    receivedAt: integer("received_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("events_once").on(table.connection, table.vendorEvent),
    index("events_by_contractor").on(table.contractor, table.receivedAt),
    index("events_by_state").on(table.contractor, table.state, table.receivedAt),
    index("events_open").on(table.contractor, table.lane, table.position).where(OPEN),
    index("events_due").on(table.dueAt).where(OPEN),
    index("events_quarantined").on(table.connection, table.position).where(sql`state = 'quarantined'`),
    index("events_received").on(table.receivedAt),
  ],
);

/** Whose account at a vendor it is, for vendors that deliver all contractors' events to one address of ours. */
export const accounts = sqliteTable(
  "accounts",
  {
    vendor: text("vendor").notNull(),
    account: text("account").notNull(),
    contractor: text("contractor").notNull(),
    connection: text("connection").notNull(),
  },
  (table) => [primaryKey({ columns: [table.vendor, table.account, table.contractor] })],
);

/** Where a contractor's own systems take our events. The signing secret is in the vault. */
export const subscriptions = sqliteTable(
  "subscriptions",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    url: text("url").notNull(),
    description: text("description").notNull(),
    /** JSON: the types wanted; null: all. */
    types: text("types"),
    /** `active`; `paused` by a person; `disabled` after days of failure. */
    state: text("state").notNull(),
    failingSince: integer("failing_since"),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [index("subscriptions_by_contractor").on(table.contractor)],
);

/** One event on its way to one subscription. */
export const deliveries = sqliteTable(
  "deliveries",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    subscription: text("subscription").notNull(),
    /** The event it tells of; with the subscription, it exists once. It is also the `webhook-id` the receiver sees. */
    event: text("event").notNull(),
    type: text("type").notNull(),
    /** `pending`, `delivered`, `failed` (it is tried again), `dead` (it is not). */
    state: text("state").notNull(),
    attempts: integer("attempts").notNull(),
    dueAt: integer("due_at").notNull(),
    claim: text("claim"),
    claimedUntil: integer("claimed_until"),
    /** The body, sealed. */
    payload: text("payload").notNull(),
    /** JSON: each attempt's time, status (null: no answer), milliseconds and error in our words; the last dozen. */
    log: text("log").notNull(),
    createdAt: integer("created_at").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [
    uniqueIndex("deliveries_once").on(table.subscription, table.event),
    index("deliveries_by_contractor").on(table.contractor, table.createdAt),
    index("deliveries_due").on(table.dueAt).where(sql`state IN ('pending', 'failed')`),
    index("deliveries_open").on(table.subscription, table.dueAt).where(sql`state IN ('pending', 'failed')`),
  ],
);

/** The person a run is about: the mesh's working memory for a host CRM. */
export const leads = sqliteTable(
  "leads",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    name: text("name"),
    /** JSON lists: phones in E.164, emails in lower case. */
    phones: text("phones").notNull(),
    emails: text("emails").notNull(),
    source: text("source"),
    /** JSON: fields of the contractor's own. */
    custom: text("custom").notNull(),
    /** JSON: vendor → the person's id there. */
    external: text("external").notNull(),
    createdAt: integer("created_at").notNull(),
    /** When they were last heard of. */
    updatedAt: integer("updated_at").notNull(),
    /** When what is known of them last changed: their name, how they are reached, a field. */
    editedAt: integer("edited_at").notNull().default(0),
  },
  (table) => [index("leads_by_contractor").on(table.contractor, table.updatedAt)],
);

/** How a lead is recognised: `phone`, `email`, `vendor:<id>`, or `merged`, the id of a lead it took in; each value at one lead. */
export const leadKeys = sqliteTable(
  "lead_keys",
  {
    contractor: text("contractor").notNull(),
    kind: text("kind").notNull(),
    value: text("value").notNull(),
    lead: text("lead").notNull(),
  },
  (table) => [primaryKey({ columns: [table.contractor, table.kind, table.value] }), index("lead_keys_by_lead").on(table.lead)],
);

/** What happened to a lead, as the operator reads it; what was said stays sealed in the event. Only an entry that is `pending` changes. */
export const timeline = sqliteTable(
  "timeline",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    lead: text("lead").notNull(),
    at: integer("at").notNull(),
    type: text("type").notNull(),
    vendor: text("vendor"),
    /** The event it comes from; a lead has each once. */
    event: text("event"),
    words: text("words").notNull(),
    /** Of what a run did: `pending`, `success` or `failure`; null for what simply happened. */
    state: text("state"),
    /** Where a person sees it at the vendor. */
    url: text("url"),
    /** The run that did it. */
    run: text("run"),
  },
  (table) => [
    index("timeline_by_lead").on(table.contractor, table.lead, table.at),
    uniqueIndex("timeline_once").on(table.lead, table.event),
  ],
);

/** Where the contractor works. */
export const serviceAreas = sqliteTable(
  "service_areas",
  {
    contractor: text("contractor").notNull(),
    name: text("name").notNull(),
    /** JSON: core's `Boundary`. */
    boundary: text("boundary").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.contractor, table.name] })],
);

/** How calls to a number of the contractor's are answered. */
export const callRoutings = sqliteTable(
  "call_routings",
  {
    contractor: text("contractor").notNull(),
    phoneNumber: text("phone_number").notNull(),
    /** JSON: core's `CallRouting`. */
    settings: text("settings").notNull(),
    updatedAt: integer("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.contractor, table.phoneNumber] })],
);
