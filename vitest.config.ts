import { defineConfig } from "vitest/config";

const storm = process.env["STORM"] !== undefined;

export default defineConfig({
  test: {
    include: [storm ? "**/*.storm.ts" : "**/*.test.ts"],
    exclude: ["**/node_modules/**", ".junction/**"],
    environment: "node",
    // Each file may start a runtime of its own; many wait for what takes its time, so two cores have room for three.
    pool: "forks",
    maxWorkers: 3,
    maxConcurrency: 3,
    testTimeout: storm ? 600_000 : 30_000,
    hookTimeout: 60_000,
  },
});
