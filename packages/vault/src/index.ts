export * from "./fingerprint.ts";
export * from "./keyring.ts";
export * from "./payload.ts";
export * from "./seal.ts";
