/** What was done to a draft, to be undone and done again. */
import type { Draft } from "./draft.ts";

export interface History {
  readonly past: readonly Draft[];
  readonly now: Draft;
  readonly future: readonly Draft[];
  /** What was changed last, and when: typing on in one field is one change. */
  readonly last: { readonly field: string; readonly at: number } | null;
}
export type Change =
  | { readonly do: "edit"; readonly draft: Draft; readonly field?: string | undefined; readonly at: number }
  | { readonly do: "undo" | "redo" }
  /** Another draft takes its place, from elsewhere. */
  | { readonly do: "load"; readonly draft: Draft };

const MOST = 100;
/** A pause in typing so long begins a new change. */
const PAUSE_MS = 1_500;

export const begin = (draft: Draft): History => ({ past: [], now: draft, future: [], last: null });

export function step(history: History, change: Change): History {
  const { past, now, future, last } = history;
  switch (change.do) {
    case "load":
      return begin(change.draft);
    case "edit": {
      if (change.draft === now) return history;
      const { field, at } = change;
      const typing = field !== undefined && last?.field === field && at - last.at < PAUSE_MS;
      return {
        past: typing ? past : [...past, now].slice(-MOST),
        now: change.draft,
        future: [],
        last: field === undefined ? null : { field, at },
      };
    }
    case "undo": {
      const before = past.at(-1);
      return before === undefined ? history : { past: past.slice(0, -1), now: before, future: [now, ...future], last: null };
    }
    case "redo": {
      const [after, ...rest] = future;
      return after === undefined ? history : { past: [...past, now], now: after, future: rest, last: null };
    }
  }
}
