/** Builds the settings app into `dist/`, laid out as the gateway serves it: everything but the page itself lies under /settings. */
import react from "@vitejs/plugin-react";
import { PurgeCSS } from "purgecss";
import { defineConfig, type Plugin } from "vite";

/** Drops the styles of components that are not in the bundle: the library's classes, `m_<hash>`, stand in the code that uses them. */
const onlyUsedStyles: Plugin = {
  name: "only-used-styles",
  async generateBundle(_, bundle) {
    const raw = Object.values(bundle).flatMap((each) => (each.type === "chunk" ? [each.code] : []));
    for (const each of Object.values(bundle)) {
      if (each.type !== "asset" || !each.fileName.endsWith(".css")) continue;
      const [purged] = await new PurgeCSS().purge({
        content: [{ raw: raw.join("\n"), extension: "js" }],
        css: [{ raw: String(each.source) }],
        safelist: [/^(?!m_)/],
      });
      if (purged) each.source = purged.css;
    }
  },
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), onlyUsedStyles],
  build: {
    target: "es2023",
    assetsDir: "settings/assets",
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1024,
  },
  server: { proxy: Object.fromEntries(["/api", "/session", "/oauth", "/sandbox"].map((path) => [path, "http://127.0.0.1:8787"])) },
});
