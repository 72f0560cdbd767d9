/** A vendor says that a calendar changed: it says no more, so the calendar is looked at. */
import type { Consumer } from "@junction/core";
import type { CalendarRpc } from "./object.ts";

export type CalendarsAt = (contractor: string, vendor: string) => Pick<CalendarRpc, "nudge">;

export const calendarsConsumer = (at: CalendarsAt): Consumer => ({
  name: "calendars",
  wants: (type) => type === "calendar.changed",
  take: ({ contractor, vendor }) => at(contractor, vendor).nudge({ contractor, vendor }),
});
