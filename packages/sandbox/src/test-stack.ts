/** For tests: the sandbox with all emulators of `workers/`, in workerd. */
import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const root = join(import.meta.dirname, "../../..");

/** What the generated entry contains, and a way to be called as from another Worker. */
function entryOf(vendors: readonly string[]): string {
  const imports = vendors.map((id, index) => `import emulator${index} from "./workers/${id}/${id}.emulator.ts";\n`);
  return `import { createSandbox } from "./packages/sandbox/src/worker.ts";
${imports.join("")}const sandbox = createSandbox([${vendors.map((_, index) => `emulator${index}`).join(", ")}]);
export const VendorState = sandbox.VendorState;
export default {
  ...sandbox.handler,
  // A caller in another Worker, as vendors are: what it sees of a broken connection is what they see.
  async fetch(request, env, context) {
    if (!request.headers.has("x-test-caller")) return sandbox.handler.fetch(request, env, context);
    const headers = new Headers(request.headers);
    headers.delete("x-test-caller");
    try {
      const reply = await env.SELF.fetch(new Request(request, { headers, redirect: "manual" }));
      return Response.json({ outcome: "answered", status: reply.status, body: await reply.text() });
    } catch (error) {
      return Response.json({ outcome: "threw", message: String(error) });
    }
  },
};`;
}

const vendors = globSync("workers/*/*.emulator.ts", { cwd: root })
  .map((file) => basename(file, ".emulator.ts"))
  .sort();

/** Bundled once for all files that one process tests. */
let bundled: Promise<string> | undefined;
const bundle = (): Promise<string> => {
  bundled ??= build({
    stdin: { contents: entryOf(vendors), resolveDir: root, loader: "ts" },
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    write: false,
    logLevel: "silent",
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return bundled;
};

/** A running sandbox: `vendor` sends what a vendor Worker would, `api` talks to `/sandbox/api`. */
export async function startSandbox() {
  const contents = await bundle();
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      workers: [
        {
          name: "junction-sandbox",
          modules: [{ type: "ESModule", path: "entry.js", contents }],
          compatibilityDate: "2026-11-01",
          durableObjects: { VENDOR_STATE: { className: "VendorState", useSQLite: true } },
          serviceBindings: { SELF: "junction-sandbox" },
        },
      ],
    }),
  );
  const send = (path: string, init?: RequestInit) =>
    miniflare.dispatchFetch(`http://sandbox.test${path}`, { redirect: "manual", ...init } as never);
  return {
    vendors,
    /** The raw answer at any path. */
    send,
    /** As a vendor Worker's EGRESS sees it: the connection's fate as data. */
    async caller(path: string, init: RequestInit = {}) {
      const headers = new Headers(init.headers);
      headers.set("x-test-caller", "1");
      const reply = await send(path, { ...init, headers });
      return (await reply.json()) as { outcome: "answered" | "threw"; status?: number; body?: string; message?: string };
    },
    async api(method: string, path: string, body?: unknown) {
      const init =
        body === undefined ? { method } : { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const reply = await send(`/sandbox/api${path}`, init);
      const text = await reply.text();
      return { status: reply.status, body: text === "" ? null : JSON.parse(text) };
    },
    reset: () => send("/sandbox/api/reset", { method: "POST" }),
    dispose: () => miniflare.dispose(),
  };
}
export type Sandbox = Awaited<ReturnType<typeof startSandbox>>;
