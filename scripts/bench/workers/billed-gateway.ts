/** The gateway, with every binding counted. It answers `/bill` with what has been counted so far, here and in the vault. */

import type { StartRun } from "@junction/workflow";
import type { Env } from "../../../mcp-gateway/src/env.ts";
import gateway, { ContractorObject as Plain, RunObject as PlainRun } from "../../../mcp-gateway/src/index.ts";
import { type Counts, count, countedD1, countedObjects, countedService, counts } from "./counted.ts";

type State = ConstructorParameters<typeof Plain>[0];

/** Its cursors are lazy: what a statement wrote is known once they have been read to their end. */
function countRows({ sql }: DurableObjectStorage): void {
  const exec = sql.exec.bind(sql);
  sql.exec = ((...args: Parameters<typeof exec>) => {
    const cursor = exec(...args);
    if (/^\s*(insert|update|delete)/i.test(args[0])) {
      cursor.toArray();
      count("Durable Object rows written", cursor.rowsWritten);
    }
    return cursor;
  }) as typeof sql.exec;
}
/** The bindings, those that are billed counted. */
function counted(env: Env): Env {
  const seen = Object.entries(env).map(([name, binding]: [string, unknown]) => {
    const vendor = name.startsWith("VENDOR_") && typeof binding === "object" && binding !== null;
    return [name, vendor ? countedService(binding, "vendor Worker invocations") : binding];
  });
  return { ...(Object.fromEntries(seen) as Env), DB: countedD1(env.DB, "gateway"), CONTRACTOR: countedObjects(env.CONTRACTOR) };
}

export class ContractorObject extends Plain {
  constructor(ctx: State, env: Env) {
    countRows(ctx.storage);
    super(ctx, { ...env, DB: countedD1(env.DB, "gateway") });
  }
  override async alarm() {
    count("Durable Object alarms");
    await super.alarm();
  }
}
export { CalendarObject, FetchObject } from "../../../mcp-gateway/src/index.ts";
export class RunObject extends PlainRun {
  constructor(ctx: State, env: Env) {
    countRows(ctx.storage);
    // An alarm is set by writing a row.
    const setAlarm = ctx.storage.setAlarm.bind(ctx.storage);
    ctx.storage.setAlarm = (...args) => {
      count("Durable Object rows written");
      return setAlarm(...args);
    };
    super(ctx, counted(env));
  }
  override async start(ask: StartRun) {
    count("Durable Object requests");
    return super.start(ask);
  }
  override async alarm() {
    count("Durable Object alarms");
    await super.alarm();
  }
}

interface Billed {
  bill(): Promise<Counts>;
}

export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname === "/bill") return Response.json({ ...counts, ...(await (env.VAULT as unknown as Billed).bill()) });
    count("gateway invocations");
    return gateway.fetch(request as never, counted(env), ctx);
  },
} satisfies ExportedHandler<Env>;
