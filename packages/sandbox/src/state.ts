/** What an emulator remembers: named collections of JSON values, kept in the vendor's Durable Object. */

export interface Collection<T> {
  get(id: string): T | undefined;
  /** Adds, or replaces in place. */
  put(id: string, value: T): void;
  delete(id: string): void;
  /** In the order in which the ids were first put. */
  list(): readonly T[];
}

/** Synchronous, so that what a handler does between two awaits is atomic. */
export interface State {
  /** `T` is the emulator's own claim: it alone writes to its state. */
  collection<T>(name: string): Collection<T>;
}

/** State over the SQLite of a Durable Object. */
export function sqlState(sql: SqlStorage): State {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS items (seq INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT, id TEXT, value TEXT, UNIQUE (collection, id))",
  );
  return {
    collection<T>(name: string): Collection<T> {
      const read = (row: { value: string }): T => JSON.parse(row.value);
      return {
        get(id) {
          const [row] = sql.exec<{ value: string }>("SELECT value FROM items WHERE collection = ? AND id = ?", name, id).toArray();
          return row && read(row);
        },
        put(id, value) {
          sql.exec(
            "INSERT INTO items (collection, id, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            name,
            id,
            JSON.stringify(value),
          );
        },
        delete(id) {
          sql.exec("DELETE FROM items WHERE collection = ? AND id = ?", name, id);
        },
        list() {
          return sql.exec<{ value: string }>("SELECT value FROM items WHERE collection = ? ORDER BY seq", name).toArray().map(read);
        },
      };
    },
  };
}
