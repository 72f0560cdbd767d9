import { defineConfig } from "vitest/config";

const storm = process.env["STORM"] !== undefined;

export default defineConfig({
  test: {
    include: [storm ? "**/*.storm.ts" : "**/*.test.ts"],
    exclude: ["**/node_modules/**", ".junction/**"],
    environment: "node",
    // Each file may start a runtime of its own, and 2 cores have room for two.
    pool: "forks",
    maxWorkers: 2,
    maxConcurrency: 3,
    testTimeout: storm ? 600_000 : 30_000,
    hookTimeout: 60_000,
  },
});
