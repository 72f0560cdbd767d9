/** A project of the smallest Workers that have the real ones' names and bindings, for tests of the scripts alone. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../project.ts";

const DATE = 'compatibility_date = "2026-11-01"\n';

const FILES: Readonly<Record<string, string>> = {
  "wrangler.toml": `name = "junction-gateway"
main = "mcp-gateway/src/index.ts"
${DATE}
[[d1_databases]]
binding = "DB"
database_name = "junction"

[[r2_buckets]]
binding = "FILES"
bucket_name = "junction-files"

[[services]]
binding = "VAULT"
service = "junction-vault"
entrypoint = "VaultAdmin"

[[queues.producers]]
binding = "LATER"
queue = "junction-later"

[[queues.consumers]]
queue = "junction-later"
max_batch_timeout = 0

[triggers]
crons = ["* * * * *"]
`,
  "migrations/0000_notes.sql":
    "CREATE TABLE notes (text TEXT NOT NULL);\n--> statement-breakpoint\nCREATE INDEX by_text ON notes (text);\n",
  "mcp-gateway/src/index.ts": `let fired = 0;
export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    if (pathname === "/vars") return Response.json(Object.fromEntries(Object.entries(env).filter(([, value]) => typeof value === "string")));
    if (pathname === "/notes") {
      if (search) await env.DB.prepare("INSERT INTO notes VALUES (?)").bind(search.slice(1)).run();
      return Response.json((await env.DB.prepare("SELECT text FROM notes ORDER BY text").all()).results.map(({ text }) => text));
    }
    if (pathname === "/later") {
      await env.LATER.send(search.slice(1));
      return new Response("sent");
    }
    if (pathname === "/crons") return new Response(String(fired));
    if (pathname === "/vendor") return Response.json(await env.VENDOR_ACME.open());
    if (pathname === "/egress") return new Response(await env.VENDOR_ACME.out());
    if (pathname === "/keyring") return new Response(await env.VAULT.current());
    return new Response("gateway " + pathname);
  },
  async queue({ queue, messages }, env) {
    for (const { body } of messages) await env.DB.prepare("INSERT INTO notes VALUES (?)").bind(queue + " " + body).run();
  },
  scheduled() {
    fired++;
  },
};
`,
  "workers/vault/wrangler.toml": `name = "junction-vault"
main = "src/index.ts"
${DATE}
[[d1_databases]]
binding = "DB"
database_name = "junction-vault"

[[kv_namespaces]]
binding = "CACHE"
`,
  "workers/vault/migrations/0000_secrets.sql": "CREATE TABLE secrets (text TEXT NOT NULL);\n",
  "workers/vault/src/index.ts": `import { WorkerEntrypoint } from "cloudflare:workers";
export class VaultAdmin extends WorkerEntrypoint {
  current() { return JSON.parse(this.env.KEYRING).current; }
}
export class VaultPayloads extends WorkerEntrypoint {}
export class VendorVault extends WorkerEntrypoint {
  async open() {
    const tables = await this.env.DB.prepare("SELECT name FROM sqlite_master WHERE name IN ('notes', 'secrets')").all();
    return { vendor: this.ctx.props.vendor, tables: tables.results.map(({ name }) => name) };
  }
}
export default {};
`,
  "workers/acme/acme.ts": `export default { id: "acme" };\n`,
  "workers/acme/acme.emulator.ts": `export default { vendor: "acme" };\n`,
  "packages/sandbox/wrangler.toml": `name = "junction-sandbox"\nmain = "../../.junction/sandbox/entry.ts"\n${DATE}`,
  // The stand-ins for what the generated entries import.
  "node_modules/@junction/kit/package.json": `{"name":"@junction/kit","type":"module","exports":{"./serve":"./serve.ts"}}`,
  "node_modules/@junction/kit/serve.ts": `import { WorkerEntrypoint } from "cloudflare:workers";
export const serveVendor = () => class extends WorkerEntrypoint {
  open() { return this.env.VAULT.open(); }
  async out() {
    const { EGRESS } = this.env;
    if (EGRESS === undefined) return "the internet";
    return typeof EGRESS === "string" ? EGRESS : (await EGRESS.fetch("http://egress/api.acme.test/v1?q=1")).text();
  }
};
`,
  "node_modules/@junction/sandbox/package.json": `{"name":"@junction/sandbox","type":"module","exports":{"./worker":"./worker.ts"}}`,
  "node_modules/@junction/sandbox/worker.ts": `import { WorkerEntrypoint } from "cloudflare:workers";
export const createSandbox = (emulators) => ({
  VendorState: class {},
  Mailbox: class extends WorkerEntrypoint {},
  handler: { fetch: (request) => new Response("sandbox of " + emulators.map(({ vendor }) => vendor) + " " + new URL(request.url).pathname) },
});
`,
};

export interface StandIn {
  readonly root: string;
  write(path: string, content: string): void;
  remove(): void;
}

export function standIn(): StandIn {
  const root = mkdtempSync(join(tmpdir(), "junction-"));
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [path, content] of Object.entries(FILES)) write(path, content);
  for (const name of ["wrangler", "zod"]) symlinkSync(join(projectRoot, "node_modules", name), join(root, "node_modules", name));
  return { root, write, remove: () => rmSync(root, { recursive: true, force: true }) };
}
