/** Google's times: an instant with an offset, a local time with a zone, or a whole day. */
import { bad } from "./errors.ts";

export interface When {
  readonly dateTime?: string;
  readonly date?: string;
  readonly timeZone?: string;
}

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;
const OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** How far the zone is ahead of UTC at an instant; refuses a zone it does not know. */
function offsetAt(instant: number, timeZone: string): number {
  let parts: Intl.DateTimeFormatPart[];
  try {
    const numeric = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
    parts = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...numeric }).formatToParts(instant);
  } catch (error) {
    if (error instanceof RangeError) return bad("invalid", "Invalid time zone definition for start time.");
    throw error;
  }
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const local = Date.UTC(value("year"), value("month") - 1, value("day"), value("hour"), value("minute"), value("second"));
  return local - Math.floor(instant / 1000) * 1000;
}

/** An RFC 3339 instant, or null. A bare local time is none. */
export const instantOf = (text: string): number | null => (OFFSET.test(text) && !Number.isNaN(Date.parse(text)) ? Date.parse(text) : null);

/** Epoch milliseconds of a start or an end; a whole day begins at midnight in the calendar's zone. */
export function millis(when: When, zone: string, edge: "start" | "end"): number {
  if (when.date !== undefined) {
    if (!DATE.test(when.date) || Number.isNaN(Date.parse(when.date)))
      return bad("invalid", `Invalid value for: Invalid format: "${when.date}"`);
    return toInstant(`${when.date}T00:00:00`, zone);
  }
  const text = when.dateTime ?? "";
  const instant = instantOf(text);
  if (instant !== null) return instant;
  if (!LOCAL.test(text) || Number.isNaN(Date.parse(`${text}Z`))) return bad("badRequest", "Bad Request");
  if (when.timeZone === undefined) return bad("required", `Missing time zone definition for ${edge} time.`);
  return toInstant(text, when.timeZone);
}

function toInstant(local: string, zone: string): number {
  const guess = Date.parse(`${local}Z`);
  return guess - offsetAt(guess - offsetAt(guess, zone), zone);
}

/** The time as Google gives it back: in the calendar's zone, whatever offset it came with. */
export function shownWhen(when: When, zone: string, edge: "start" | "end"): When {
  if (when.date !== undefined) return { date: when.date };
  const instant = millis(when, zone, edge);
  const ahead = offsetAt(instant, zone);
  const minutes = Math.abs(ahead) / 60_000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const offset = ahead === 0 ? "Z" : `${ahead < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
  return { dateTime: new Date(instant + ahead).toISOString().slice(0, 19) + offset, timeZone: when.timeZone ?? zone };
}
