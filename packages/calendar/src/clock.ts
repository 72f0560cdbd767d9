/** Times by the clocks of a zone: `2027-03-14T09:00:00`, or a whole day, `2027-03-14`. */
import { clockAt, instantOf as instantAt } from "@junction/core";

/** The instant at which the zone's clocks show this time. A whole day begins at midnight; one without a zone is taken for UTC's. */
export function instantOf(clock: string, zone: string | null): number {
  const local = Date.parse(`${clock.length === 10 ? `${clock}T00:00:00` : clock}Z`);
  return zone === null ? local : instantAt(local, zone);
}

/**
 * The time that the zone's clocks do show: in the hour they skip in spring, the one they show instead, as calendars take it. So what is
 * written comes back as it was.
 */
export const shownClock = (clock: string, zone: string | null): string => (zone === null ? clock : clockAt(instantOf(clock, zone), zone));
