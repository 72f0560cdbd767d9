/** A condition in a line. */
import type { Condition } from "./draft.ts";

export const IS: Readonly<Record<Condition["is"], string>> = {
  equal: "is",
  not_equal: "is not",
  contains: "contains",
  empty: "is empty",
  not_empty: "is not empty",
  greater: "is more than",
  less: "is less than",
};
export const ALONE: ReadonlySet<string> = new Set(["empty", "not_empty"]);
export const isIs = (text: string): text is Condition["is"] => text in IS;

export const conditionWords = ({ left, is, right = "" }: Condition): string =>
  `${left.replace(/\{\{\s*(?:steps\.)?([^|}]*?)\s*(?:\|[^}]*)?\}\}/g, "$1")} ${IS[is]}${ALONE.has(is) ? "" : ` “${right}”`}`;
