export { answerCall } from "./answer.ts";
export { type Decision, decide } from "./decide.ts";
export { isOpen } from "./hours.ts";
export { allRoutings, oneRouting, removeRouting, routingTools, type Saved, type Shown, saveRouting } from "./settings.ts";
