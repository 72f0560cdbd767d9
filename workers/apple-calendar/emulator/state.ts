/** What the emulated account holds. */
import type { State } from "@junction/sandbox";

export interface Calendar {
  readonly id: string;
  readonly name: string;
  readonly kind: "calendar" | "inbox";
  readonly components: readonly string[];
  readonly writable: boolean;
}
/** A calendar object resource, as the server keeps it. */
export interface Kept {
  readonly name: string;
  readonly uid: string;
  readonly text: string;
  readonly etag: string;
  readonly at: number;
  /** Which change of its calendar made it so. */
  readonly change: number;
}

/** Apple's number for the account. */
export const DSID = "8301234567";
export const PARTITION = "p42-caldav.icloud.com";
export const HOME = `/${DSID}/calendars/`;

export const calendarsOf = (state: State) => state.collection<Calendar>("calendars");
/** Name of an object that was deleted → the change that did. */
export const goneOf = (state: State, calendar: string) =>
  state.collection<{ readonly name: string; readonly change: number }>(`gone ${calendar}`);
const changes = (state: State) => state.collection<number>("changes");
/** The number of a calendar's last change. */
export const lastChange = (state: State, calendar: string): number => changes(state).get(calendar) ?? 0;
export function nextChange(state: State, calendar: string): number {
  const next = lastChange(state, calendar) + 1;
  changes(state).put(calendar, next);
  return next;
}
export const objectsOf = (state: State, calendar: string) => state.collection<Kept>(`objects ${calendar}`);
