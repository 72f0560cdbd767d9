/** Times by the clocks of a zone: `2027-03-14T09:00:00`, or a whole day, `2027-03-14`. */

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

function aheadAt(instant: number, zone: string): number {
  const parts = format(zone).formatToParts(instant);
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.find(({ type }) => type === name)?.value ?? 0);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return local - Math.floor(instant / 1000) * 1000;
}

const DAY = 86_400_000;

/**
 * The instant at which the zone's clocks show this time: the first, where they show it twice in autumn; so much after the change, where
 * they skip it in spring. A whole day begins at midnight; one without a zone is taken for UTC's.
 */
export function instantOf(clock: string, zone: string | null): number {
  const local = Date.parse(`${clock.length === 10 ? `${clock}T00:00:00` : clock}Z`);
  if (zone === null) return local;
  const readings = [local - aheadAt(local - DAY, zone), local - aheadAt(local + DAY, zone)];
  const shown = readings.filter((at) => at + aheadAt(at, zone) === local);
  return shown.length > 0 ? Math.min(...shown) : Math.max(...readings);
}

/** What the zone's clocks show at an instant. */
export const clockAt = (instant: number, zone: string): string => new Date(instant + aheadAt(instant, zone)).toISOString().slice(0, 19);

/**
 * The time that the zone's clocks do show: in the hour they skip in spring, the one they show instead, as calendars take it. So what is
 * written comes back as it was.
 */
export const shownClock = (clock: string, zone: string | null): string => (zone === null ? clock : clockAt(instantOf(clock, zone), zone));
