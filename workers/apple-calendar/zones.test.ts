import { aheadAt, isZone } from "@junction/kit";
import ICAL from "ical.js";
import { expect, test } from "vitest";
import { instantOf, vtimezone } from "./zones.ts";

const DAY = 86_400_000;

test("a zone written out agrees with the runtime's own database for a year either way", () => {
  for (const zone of [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/Phoenix",
  ]) {
    const around = Date.UTC(2027, 2, 14, 7, 0, 0) + 123;
    const component = new ICAL.Component(ICAL.parse(vtimezone(zone, around)));
    const written = new ICAL.Timezone({ component, tzid: zone });
    for (let at = around - 360 * DAY; at < around + 360 * DAY; at += 7 * 3_600_000) {
      const time = ICAL.Time.fromJSDate(new Date(at), true).convertToZone(written);
      expect(time.utcOffset() * 1000, `${zone} at ${new Date(at).toISOString()}`).toBe(aheadAt(at, zone));
    }
  }
});

test("a local time is an instant, on days on which the clocks change too", () => {
  const local = (day: number, hour: number) => Date.UTC(2027, 2, day, hour);
  expect(instantOf(local(14, 0), "America/New_York")).toBe(Date.UTC(2027, 2, 14, 5));
  expect(instantOf(local(14, 12), "America/New_York")).toBe(Date.UTC(2027, 2, 14, 16));
  expect([isZone("Europe/Berlin"), isZone("UTC"), isZone("Mars/Olympus")]).toEqual([true, true, false]);
});
