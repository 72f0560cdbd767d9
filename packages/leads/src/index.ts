export { leads } from "./consumer.ts";
export { type Column, MOST_ROWS, type RowError } from "./csv.ts";
export { isEcho } from "./echo.ts";
export { type FetchedAsk, keysOfRecord, knownOf, planIn, takeRecords } from "./fetched.ts";
export { type ImportAsk, type Imported, importLeads, type NewIntake } from "./import.ts";
export { type Agreed, merge, type Policy, same, textOf, type Value } from "./merge.ts";
export { e164, emailAddress } from "./reach.ts";
export { isPersonal, keysOf, personOf } from "./subject.ts";
export { type CrmRecord, customOf, type SyncAsk, type SyncedField, type SyncField, type SyncPlan, syncFields, syncPlan } from "./sync.ts";
