/** A three-way merge of one field: what both sides had when they last agreed, what we have, what the CRM has. */

/** Null: nothing is there. */
export type Value = string | null;
/** Whose value stands if both sides have changed it since they last agreed, or were never compared. */
export type Policy = "ours" | "theirs" | "newest";
/** Both as they were when they last agreed. They differ where the CRM keeps a value in a form of its own, or where one cannot be written. */
export interface Agreed {
  readonly ours: Value;
  readonly theirs: Value;
}

export interface Sides {
  readonly base: Agreed | undefined;
  readonly ours: Value;
  readonly theirs: Value;
  readonly policy: Policy;
  /** Which side was edited last, as far as is known. */
  readonly newer: "ours" | "theirs";
}
export interface Merged {
  /** `both`: nothing is to be written. */
  readonly keep: "ours" | "theirs" | "both";
  /** Both had changed, and `keep` was decided by the policy. */
  readonly conflict: boolean;
}

/** Merges a field. An empty value of ours never empties theirs; one that they emptied is emptied here, unless we changed it meanwhile. */
export function merge({ base, ours, theirs, policy, newer }: Sides): Merged {
  const keep = (side: Merged["keep"], conflict = false): Merged => ({ keep: side, conflict });
  if (same(ours, theirs)) return keep("both");
  const weChanged = base === undefined ? ours !== null : !same(ours, base.ours);
  const theyChanged = base === undefined ? theirs !== null : !same(theirs, base.theirs);
  if (ours === null) return keep(theyChanged ? "theirs" : "both");
  if (!theyChanged) return keep(weChanged ? "ours" : "both");
  if (!weChanged) return keep("theirs");
  if (theirs === null) return keep("ours");
  return keep(policy === "newest" ? newer : policy, true);
}

const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,10})?$/;
const TIME = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Whether two values say the same, each in its system's own form: `5` and `5.0`, `True` and `true`, one instant in two time zones. */
export function same(one: Value, other: Value): boolean {
  const [a, b] = [one?.trim() || null, other?.trim() || null];
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (NUMBER.test(a) && NUMBER.test(b)) return Number(a) === Number(b);
  if (TIME.test(a) && TIME.test(b)) return Date.parse(a) === Date.parse(b);
  return /^(?:true|false)$/i.test(a) && a.toLowerCase() === b.toLowerCase();
}

/** A CRM's value as text; null where there is none. */
export const textOf = (value: string | number | boolean | null | undefined): Value =>
  value === null || value === undefined || String(value).trim() === "" ? null : String(value);
