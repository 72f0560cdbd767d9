/** The parts a whole call is made of, each by itself, to know what each costs. */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { open, post, type WorkEnv } from "./work.ts";

interface Env extends WorkEnv {
  readonly NEAR: Service<Near>;
  readonly LEDGER: DurableObjectNamespace<Ledger>;
  readonly DB: D1Database;
}

const ASK = {
  contractor: "bench",
  call: "call_0123456789",
  tool: "crm/send_sms",
  deadline: 1_800_000_000_000,
  input: { to: "+1", body: "x" },
};

/** A Worker beside, reached by RPC. */
export class Near extends WorkerEntrypoint {
  ask(_: typeof ASK) {
    return { ok: true, value: { message_id: "SM0123456789abcdef0123456789abcdef", status: "queued" } };
  }
}

export class Ledger extends DurableObject {
  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env as Cloudflare.Env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS rows (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID");
  }
  ask(_: typeof ASK) {
    return { verdict: "granted" };
  }
  write(ask: typeof ASK) {
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO rows (key, record) VALUES (?, ?)", crypto.randomUUID(), JSON.stringify(ask));
    return { verdict: "granted" };
  }
}

const DIGESTED = new TextEncoder().encode(JSON.stringify(ASK));
const TEXT = { to: "+12025550123", body: "Your technician arrives at 9." };
const FIELDS = { account_sid: "AC0123456789abcdef0123456789abcdef", auth_token: "x", default_from: "+12025550100" };

const parts: Readonly<Record<string, (env: Env) => Promise<unknown>>> = {
  rpc: (env) => env.NEAR.ask(ASK),
  object: (env) => env.LEDGER.get(env.LEDGER.idFromName("bench")).ask(ASK),
  "object-write": (env) => env.LEDGER.get(env.LEDGER.idFromName("bench")).write(ASK),
  "kv-open": (env) => open(env),
  kv: (env) => env.CACHE.get("credential"),
  post: (env) => post(env, FIELDS, TEXT),
  digest: () => crypto.subtle.digest("SHA-256", DIGESTED),
};

export default {
  async fetch(request, env) {
    await parts[new URL(request.url).pathname.slice(1)]?.(env);
    return new Response("done");
  },
} satisfies ExportedHandler<Env>;
