/**
 * D1 for tests, by HTTP to a Worker that has the binding. Miniflare's own proxy of a binding crosses threads for every method: some ten
 * times the time and the processor's for a statement.
 */
import { askAt } from "../../../../scripts/local/ask-at.ts";

type How = "all" | "first" | "raw" | "run" | "batch" | "exec";
type Text = readonly [sql: string, ...values: unknown[]];

/** Source of a function of what was asked and a Worker's `env`: does it with `DB`, and gives the Response. */
export const D1_DOOR = `async ({ how, texts: [one, ...others] }, env) => {
  const statement = ([sql, ...values]) => env.DB.prepare(sql).bind(...values);
  try {
    if (how === "exec") return Response.json({ value: await env.DB.exec(one[0]) });
    if (how === "batch") return Response.json({ value: await env.DB.batch([one, ...others].map(statement)) });
    return Response.json({ value: await statement(one)[how]() });
  } catch (error) {
    return Response.json({ failed: error.message });
  }
}`;

/** The database behind the door at an address; what is no JSON does not fit through. */
export function d1At(door: () => Promise<URL>): D1Database {
  const ask = async (how: How, texts: readonly Text[]) => askAt(await door(), { how, texts });
  const statement = (...text: Text) => ({
    text,
    bind: (...values: unknown[]) => statement(text[0], ...values),
    all: () => ask("all", [text]),
    raw: () => ask("raw", [text]),
    run: () => ask("run", [text]),
    async first(column?: string) {
      const row = (await ask("first", [text])) as Record<string, unknown> | null;
      return column === undefined ? row : (row?.[column] ?? null);
    },
  });
  const db = {
    prepare: (sql: string) => statement(sql),
    batch: (all: readonly ReturnType<typeof statement>[]) =>
      ask(
        "batch",
        all.map(({ text }) => text),
      ),
    exec: (sql: string) => ask("exec", [[sql]]),
  };
  return db as unknown as D1Database; // as much of it as tests and what they test use
}
