export * from "./fingerprint.ts";
export * from "./keyring.ts";
export * from "./seal.ts";
