export { takeForApp } from "./app.ts";
export { consume } from "./consume.ts";
export { type Ingest, TIMING, type Timing, type Wakeup } from "./ingest.ts";
export { type Answer, type Arrival, take } from "./intake.ts";
export { purge } from "./purge.ts";
export { replay } from "./replay.ts";
export { keptIn } from "./rows.ts";
export { sweep } from "./sweep.ts";
export { askRelease } from "./wake.ts";
