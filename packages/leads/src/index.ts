export { leads } from "./consumer.ts";
