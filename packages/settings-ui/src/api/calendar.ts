/** Calendars that are kept in step with the jobs, and what both sides have changed. */
import { queryOptions } from "@tanstack/react-query";
import type { InferResponseType } from "hono/client";
import { answer, api } from "./client.ts";

const LIVE_MS = 3_000;

export type CalendarSync = InferResponseType<typeof api.calendar.syncs.$get, 200>["syncs"][number];
export type Conflict = InferResponseType<typeof api.calendar.conflicts.$get, 200>["conflicts"][number];

export const calendarSyncs = queryOptions({
  queryKey: ["calendar", "syncs"],
  queryFn: async () => (await answer(api.calendar.syncs.$get())).syncs,
  refetchInterval: LIVE_MS,
});
export const conflicts = queryOptions({
  queryKey: ["calendar", "conflicts"],
  queryFn: async () => (await answer(api.calendar.conflicts.$get())).conflicts,
  refetchInterval: LIVE_MS,
});

export const keepInStep = (vendor: string, calendar: string) =>
  answer(api.calendar.syncs[":vendor"].$put({ param: { vendor }, json: { calendar } }));
export const letGo = (vendor: string) => answer(api.calendar.syncs[":vendor"].$delete({ param: { vendor } }));
export const lookNow = (vendor: string) => answer(api.calendar.syncs[":vendor"].run.$post({ param: { vendor } }));
export const decide = (id: string, keep: "ours" | "theirs") =>
  answer(api.calendar.conflicts[":id"].$post({ param: { id }, json: { keep } }));
