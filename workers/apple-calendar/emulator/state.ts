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
}

/** Apple's number for the account. */
export const DSID = "8301234567";
export const PARTITION = "p42-caldav.icloud.com";
export const HOME = `/${DSID}/calendars/`;

export const calendarsOf = (state: State) => state.collection<Calendar>("calendars");
export const objectsOf = (state: State, calendar: string) => state.collection<Kept>(`objects ${calendar}`);
