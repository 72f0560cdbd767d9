export { type Area, areasOf, areaTools, type Kept, keepArea, removeArea } from "./areas.ts";
export { contains } from "./contains.ts";
