/** Builds the settings app into `dist/`, laid out as the gateway serves it: everything but the page itself lies under /settings. */
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: "es2023",
    assetsDir: "settings/assets",
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1024,
  },
  server: { proxy: Object.fromEntries(["/api", "/session", "/oauth", "/sandbox"].map((path) => [path, "http://127.0.0.1:8787"])) },
});
