export { type CallFilter, type CallRecord, deleteContractor, listCalls, saveCalls, saveContractor } from "./calls.ts";
