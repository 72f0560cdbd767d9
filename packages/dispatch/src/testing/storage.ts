/** A Durable Object's storage on SQLite alone, with a clock of the test's own: for tests that take an object through thousands of fates. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";

export interface TestStorage {
  readonly storage: DurableObjectStorage;
  /** When the alarm is due; null: there is none. */
  alarmAt(): number | null;
  /** The alarm rings: it is set no more. */
  ring(): void;
  close(): void;
}

export function openStorage(): TestStorage {
  const db = new DatabaseSync(":memory:");
  let alarm: number | null = null;
  const storage = {
    sql: {
      exec(query: string, ...bindings: SQLInputValue[]) {
        const rows = bindings.length === 0 && query.includes(";") ? db.exec(query) : db.prepare(query).all(...bindings);
        const all = (rows ?? []).map((row) => ({ ...row }));
        return { toArray: () => all, one: () => all[0], [Symbol.iterator]: () => all[Symbol.iterator]() };
      },
    },
    getAlarm: async () => alarm,
    async setAlarm(at: number) {
      alarm = at;
    },
  };
  return {
    storage: storage as unknown as DurableObjectStorage, // as much of it as a desk uses
    alarmAt: () => alarm,
    ring() {
      alarm = null;
    },
    close: () => db.close(),
  };
}
