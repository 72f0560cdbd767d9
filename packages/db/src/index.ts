export { type CallFilter, type CallRecord, listCalls, saveCalls, saveContractor } from "./calls.ts";
