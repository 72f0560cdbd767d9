/** Files of contractors: what the bucket holds, and the links by which one can be had. Times are epoch milliseconds. */
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const files = sqliteTable(
  "files",
  {
    id: text("id").primaryKey(),
    contractor: text("contractor").notNull(),
    name: text("name").notNull(),
    /** The media type, as far as its first bytes bear it out. */
    type: text("type").notNull(),
    /** While it arrives, what was said of it. */
    size: integer("size").notNull(),
    /** `arriving`: not whole yet, and swept like any other if it never is; `ready`. */
    state: text("state").notNull(),
    createdAt: integer("created_at").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [index("files_by_contractor").on(table.contractor, table.createdAt), index("files_expired").on(table.expiresAt)],
);

export const fileLinks = sqliteTable(
  "file_links",
  {
    /** SHA-256 of the address's secret part, so that whoever reads this table has no address. */
    tokenHash: text("token_hash").notNull(),
    file: text("file").notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tokenHash] }),
    index("file_links_by_file").on(table.file),
    index("file_links_expired").on(table.expiresAt),
  ],
);
