export * from "./definition.ts";
export * from "./run.ts";
