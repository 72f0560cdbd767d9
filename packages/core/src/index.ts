export * from "./catalog.ts";
export * from "./consumer.ts";
export * from "./events.ts";
export * from "./ids.ts";
export * from "./mail.ts";
export * from "./outcome.ts";
export * from "./vault-rpc.ts";
export * from "./vendor-rpc.ts";
