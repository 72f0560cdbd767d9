/**
 * Runs in the local runtime, and holds the bindings through which the process that started it reaches databases and the vault; no
 * route leads here. It migrates a database itself: from outside, each statement would be a request, and one that blocks.
 */
export default {
  async fetch(request, env) {
    const { binding, files } = await request.json();
    const database = env[binding];
    await database
      .prepare(
        "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
      )
      .run();
    const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
    const done = new Set(results.map(({ name }) => name));
    for (const { name, statements } of files) {
      if (done.has(name)) continue;
      const mark = database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name);
      await database.batch([...statements.map((statement) => database.prepare(statement)), mark]);
    }
    return new Response(null, { status: 204 });
  },
};
