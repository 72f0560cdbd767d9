/** The gateway, with every binding counted. It answers `/bill` with what has been counted so far, here and in the vault. */

import type { Env } from "../../../mcp-gateway/src/env.ts";
import gateway, { ContractorObject as Plain } from "../../../mcp-gateway/src/index.ts";
import { type Counts, count, countedD1, countedObjects, countedService, counts } from "./counted.ts";

type State = ConstructorParameters<typeof Plain>[0];

export class ContractorObject extends Plain {
  constructor(ctx: State, env: Env) {
    const { sql } = ctx.storage;
    const exec = sql.exec.bind(sql);
    // Its cursors are lazy: what a statement wrote is known once they have been read to their end.
    sql.exec = ((...args: Parameters<typeof exec>) => {
      const cursor = exec(...args);
      if (/^\s*(insert|update|delete)/i.test(args[0])) {
        cursor.toArray();
        count("Durable Object rows written", cursor.rowsWritten);
      }
      return cursor;
    }) as typeof sql.exec;
    super(ctx, { ...env, DB: countedD1(env.DB, "gateway") });
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
    const counted = Object.entries(env).map(([name, binding]: [string, unknown]) => {
      const vendor = name.startsWith("VENDOR_") && typeof binding === "object" && binding !== null;
      return [name, vendor ? countedService(binding, "vendor Worker invocations") : binding];
    });
    const seen = { ...(Object.fromEntries(counted) as Env), DB: countedD1(env.DB, "gateway"), CONTRACTOR: countedObjects(env.CONTRACTOR) };
    return gateway.fetch(request as never, seen, ctx);
  },
} satisfies ExportedHandler<Env>;
