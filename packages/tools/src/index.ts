export * from "./calendar.ts";
export * from "./contacts.ts";
export * from "./esign.ts";
export * from "./mapping.ts";
export * from "./messaging.ts";
export * from "./payments.ts";
export * from "./social.ts";
export { type Tool, tool } from "./tool.ts";
