/** What the emulated Google keeps: calendars, and their events with the number of the change that made each what it is. */
import { type Call, refuse, type State } from "@junction/sandbox";
import { googleError, missing } from "./errors.ts";
import { accountOf } from "./oauth.ts";
import type { When } from "./times.ts";

export const OWNER = "owner@sandbox-plumbing.example";
/** Another account of the same people's. */
export const OFFICE = "office@sandbox-plumbing.example";
export interface Calendar {
  readonly id: string;
  readonly summary: string;
  readonly timeZone: string;
  readonly accessRole: "owner" | "writer" | "reader";
}
/** An event as Google keeps it; it shows all but the change's number. */
export interface Event {
  readonly id: string;
  readonly etag: string;
  readonly status: "confirmed" | "tentative" | "cancelled";
  readonly updated: string;
  readonly created: string;
  readonly sequence: number;
  readonly start: When;
  readonly end: When;
  readonly summary?: string;
  readonly location?: string;
  readonly transparency?: string;
  readonly iCalUID: string;
  readonly recurrence?: unknown;
  readonly recurringEventId?: string;
  readonly originalStartTime?: When;
  readonly extendedProperties?: { readonly private?: Record<string, string>; readonly shared?: Record<string, string> };
  /** Which change of the calendar made it so; only what was written has one. */
  readonly change?: number;
  readonly [more: string]: unknown;
}

export const calendarsOf = (state: State) => state.collection<Calendar>("calendars");
export const eventsOf = (state: State, { id }: Calendar) => state.collection<Event>(`events ${id}`);
const changes = (state: State) => state.collection<number>("changes of calendars");

/** The number of a calendar's last change. */
export const lastChange = (state: State, { id }: Calendar): number => changes(state).get(id) ?? 0;
export function nextChange(state: State, calendar: Calendar): number {
  const next = lastChange(state, calendar) + 1;
  changes(state).put(calendar.id, next);
  return next;
}

/** The calendar of the path; `primary` is that of whose token it is. */
export function calendarOf(call: Call, id = call.param("calendar")): Calendar {
  return calendarsOf(call.state).get(id === "primary" ? (accountOf(call) ?? OWNER) : id) ?? missing();
}
export function writable(call: Call): Calendar {
  const calendar = calendarOf(call);
  if (calendar.accessRole !== "reader") return calendar;
  return refuse(
    googleError(403, { reason: "requiredAccessLevel", message: "You need to have writer access to this calendar.", domain: "calendar" }),
  );
}

/** As Google shows it. */
export function shown({ change: _, ...event }: Event): Readonly<Record<string, unknown>> {
  return event;
}
