/** A job and its event compared with what both last agreed on: what is to be written, what is to be taken, and what only a person can decide. */
import type { Disputed, EventFields } from "@junction/db";
import { FIELDS, same } from "./fields.ts";

export interface MergeAsk {
  readonly ours: EventFields;
  readonly theirs: EventFields;
  /** What both last agreed on; a field that is not there was never agreed on. */
  readonly base: EventFields;
  /** What we may have written: where the event has that, it is our own writing that comes back. */
  readonly writing?: readonly EventFields[];
}
export interface Merged {
  /** The event as it is to be written; null: there is nothing to write. What is disputed stands in it as the event has it. */
  readonly write: EventFields | null;
  /** What of that is ours, and no more: only that may be known again as our own writing. */
  readonly mine: EventFields;
  /** What the job takes from the event; empty: nothing. */
  readonly take: EventFields;
  /** What both agree on once the job has taken that; and once the event is written, see `written`. */
  readonly base: EventFields;
  /** Fields both have changed, to different values: neither side's is touched. */
  readonly conflicts: readonly Disputed[];
}

export function merge({ ours, theirs, base, writing = [] }: MergeAsk): Merged {
  const write: Record<string, string | null> = {};
  const take: Record<string, string | null> = {};
  const agreed: Record<string, string | null> = {};
  const conflicts: Disputed[] = [];
  const mine: Record<string, string | null> = {};
  for (const field of FIELDS) {
    const [o, t] = [ours[field] ?? null, theirs[field] ?? null];
    const echo = writing.some((one) => field in one && same(field, one[field], t));
    const known = echo || field in base;
    const b = echo ? t : (base[field] ?? null);
    write[field] = t;
    if (same(field, o, t)) agreed[field] = t;
    else if (known && same(field, t, b)) {
      write[field] = o;
      mine[field] = o;
      agreed[field] = b;
    } else if (known && same(field, o, b)) {
      take[field] = t;
      agreed[field] = t;
    } else {
      conflicts.push({ field, ours: o, theirs: t });
      if (known) agreed[field] = b;
    }
  }
  return { write: Object.keys(mine).length > 0 ? write : null, mine, take, base: agreed, conflicts };
}

/** What both agree on once `record` is what the event has: what is disputed stays as it was. */
export function written(record: EventFields, { base, conflicts }: Pick<Merged, "base" | "conflicts">): EventFields {
  const disputed = new Set(conflicts.map(({ field }) => field));
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      if (!disputed.has(field)) return [[field, record[field] ?? null]];
      return field in base ? [[field, base[field] ?? null]] : [];
    }),
  );
}

/** Whether somebody changed the event since both last agreed. */
export const changedThere = (theirs: EventFields, base: EventFields, writing: readonly EventFields[]): boolean =>
  FIELDS.some((field) => ![base, ...writing].some((one) => field in one && same(field, one[field], theirs[field])));
