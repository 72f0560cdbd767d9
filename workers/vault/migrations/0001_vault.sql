-- One key a contractor. Shredding leaves the row without its key, so that a store under way cannot bring the contractor back.
CREATE TABLE contractor_keys (
  contractor TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  kek TEXT,
  wrapped TEXT,
  created_at INTEGER NOT NULL,
  shredded_at INTEGER
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX contractor_keys_kek ON contractor_keys (kek);
--> statement-breakpoint
-- The current generation of each credential. Revoking leaves the row without `sealed`, so that generations never repeat.
CREATE TABLE credentials (
  contractor TEXT NOT NULL,
  connection TEXT NOT NULL,
  vendor TEXT NOT NULL,
  type TEXT NOT NULL,
  generation INTEGER NOT NULL,
  sealed TEXT,
  fingerprint TEXT NOT NULL,
  shown TEXT NOT NULL,
  secrets TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (contractor, connection)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
-- Every time a credential was opened. `id` makes a repeated flush harmless.
CREATE TABLE opens (
  id TEXT PRIMARY KEY,
  at INTEGER NOT NULL,
  contractor TEXT NOT NULL,
  connection TEXT NOT NULL,
  vendor TEXT NOT NULL,
  purpose TEXT NOT NULL,
  call TEXT NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX opens_newest ON opens (contractor, at);
