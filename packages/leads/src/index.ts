export { leads } from "./consumer.ts";
export { isEcho } from "./echo.ts";
export { type Agreed, merge, type Policy, same, textOf, type Value } from "./merge.ts";
export { isPersonal, keysOf, personOf } from "./subject.ts";
export { type CrmRecord, customOf, type SyncAsk, type SyncField, type SyncPlan, syncFields, syncPlan } from "./sync.ts";
