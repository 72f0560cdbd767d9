/** Bundles Workers as `wrangler deploy` does, all in one pass, so that what they share is parsed once. */
import { build } from "esbuild";

/** Worker name → its entry's path; gives Worker name → the bundled module. */
export async function bundle(entries: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, string>> {
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
    logLevel: "silent", // a failure throws with the same words
  });
  return new Map(outputFiles.map(({ path, text }) => [path.slice(path.indexOf("bundled") + "bundled/".length, -".js".length), text]));
}
