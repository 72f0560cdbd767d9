import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "sqlite",
  schema: [
    "./packages/db/src/schema.ts",
    "./packages/db/src/workflow-schema.ts",
    "./packages/db/src/calendar-schema.ts",
    "./packages/db/src/file-schema.ts",
  ],
  out: "./migrations",
});
