/** Bundles Workers as `wrangler deploy` does, all in one pass, so that what they share is parsed once. */
import { readFile } from "node:fs/promises";
import { build, type Plugin } from "esbuild";

/** A person's browser must go to the stand-in too: a consent page's address in the catalog is the one that is not fetched by a Worker. */
const consentPagesAt = (standIn: string): Plugin => ({
  name: "consent-pages",
  setup: ({ onLoad }) =>
    onLoad({ filter: /catalog\.gen\.json$/ }, async ({ path }) => ({
      loader: "json",
      contents: (await readFile(path, "utf8")).replace(/("authorizationUrl": ")https:\/\//g, `$1${standIn}/`),
    })),
});

/** Worker name → its entry's path; gives Worker name → the bundled module. `standIn`: where `<vendor host>/…` is played. */
export async function bundle(entries: Readonly<Record<string, string>>, standIn?: string): Promise<ReadonlyMap<string, string>> {
  const outdir = "/bundled";
  const { outputFiles } = await build({
    entryPoints: { ...entries },
    outdir,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    mainFields: ["workerd", "browser", "module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    loader: { ".txt": "text", ".html": "text", ".sql": "text", ".bin": "binary" },
    define: { "process.env.NODE_ENV": '"production"' },
    keepNames: true,
    plugins: standIn === undefined ? [] : [consentPagesAt(standIn)],
    logLevel: "silent", // a failure throws with the same words
  });
  return new Map(outputFiles.map(({ path, text }) => [path.slice(path.indexOf("bundled") + "bundled/".length, -".js".length), text]));
}
