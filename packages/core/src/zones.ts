/** The clocks of time zones, by the runtime's own database. */

const formats = new Map<string, Intl.DateTimeFormat>();
function format(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const parts = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" } as const;
  const made = new Intl.DateTimeFormat("en-US", { timeZone, hourCycle: "h23", ...parts });
  formats.set(timeZone, made);
  return made;
}

/** Whether the runtime knows the zone. */
export function isZone(zone: string): boolean {
  try {
    return format(zone) !== undefined;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. Throws a RangeError for a zone that there is not. */
export function aheadAt(instant: number, zone: string): number {
  const parts = format(zone).formatToParts(instant);
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)?.value ?? 0);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(instant / 1000) * 1000;
}

/** What the zone's clocks show at an instant: `2027-03-14T09:00:00`. */
export const clockAt = (instant: number, zone: string): string => new Date(instant + aheadAt(instant, zone)).toISOString().slice(0, 19);

const DAY = 86_400_000;

/**
 * The instant at which the zone's clocks show a time, which is given as if it were UTC's: the first, where they show it twice in autumn; so
 * much after the change, where they skip it in spring.
 */
export function instantOf(local: number, zone: string): number {
  const readings = [local - aheadAt(local - DAY, zone), local - aheadAt(local + DAY, zone)];
  const shown = readings.filter((at) => at + aheadAt(at, zone) === local);
  return shown.length > 0 ? Math.min(...shown) : Math.max(...readings);
}
