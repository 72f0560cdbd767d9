/**
 * Runs in the local runtime, and does there what the process that started it asks by HTTP: by Miniflare's own way in, each start would
 * cost a thread that does nothing else. Whoever else finds the port is refused, since an order bears the secret of this start.
 */
const ORDERS = {
  /** Migrates a database: applies each file it has not had, whole or not at all. */
  async migrate({ binding, files }, env) {
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
  },
  /** Fires a Worker's cron, and waits for what that does. */
  cron: async ({ binding }, env) => void (await env[binding].scheduled({ cron: "* * * * *", scheduledTime: new Date() })),
  /** Calls a method of a Worker's entrypoint. */
  call: ({ binding, method, ask }, env) => env[binding][method](ask),
};

export default {
  async fetch(request, env) {
    if (request.headers.get("authorization") !== env.SECRET) return new Response(null, { status: 403 });
    const { order, ...given } = await request.json();
    try {
      return Response.json({ value: await ORDERS[order](given, env) });
    } catch (error) {
      return Response.json({ failed: error.message });
    }
  },
};
