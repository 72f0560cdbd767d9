export { instantOf, shownClock } from "./clock.ts";
export { type CalendarsAt, calendarsConsumer } from "./consumer.ts";
export { MOST, type Time, timeChange, timeOf } from "./fields.ts";
export { calendarIn, calendarKey } from "./key.ts";
export { type CalendarRpc, calendarObject } from "./object.ts";
export { canonicalRecurrence, wrongRecurrence } from "./recurrence.ts";
export type { CalendarReach } from "./round.ts";
export { nudgeCalendars, sweepCalendars } from "./sweep.ts";
export { type HookAddress, isOpen } from "./watch.ts";
