import { clockAt, isZone } from "@junction/core";
import { expect, test } from "vitest";
import { instantOf, shownClock } from "./clock.ts";
import { calendarIn, calendarKey, isOf } from "./key.ts";
import { canonicalRecurrence, wrongRecurrence } from "./recurrence.ts";

test("a time by the clocks is an instant, also in the hour they skip and in the one they show twice", () => {
  const at = (clock: string, zone: string) => new Date(instantOf(clock, zone)).toISOString().slice(0, 16);
  expect(at("2027-03-14T01:59:00", "America/New_York")).toBe("2027-03-14T06:59");
  expect(at("2027-03-14T03:00:00", "America/New_York")).toBe("2027-03-14T07:00");
  expect([shownClock("2027-03-14T02:30:00", "America/New_York"), shownClock("2027-03-28T02:30:00", "Europe/Berlin")]).toEqual([
    "2027-03-14T03:30:00",
    "2027-03-28T03:30:00",
  ]);
  expect([at("2027-11-07T01:30:00", "America/New_York"), shownClock("2027-11-07T01:30:00", "America/New_York")]).toEqual([
    "2027-11-07T05:30",
    "2027-11-07T01:30:00",
  ]);
  expect(shownClock("2027-03-14", null)).toBe("2027-03-14");
  expect([isZone("Asia/Kathmandu"), isZone("Mars/Olympus")]).toEqual([true, false]);
  for (let hour = 0; hour < 24 * 400; hour += 7) {
    const instant = Date.UTC(2027, 0, 1, hour);
    const back = instantOf(clockAt(instant, "Australia/Lord_Howe"), "Australia/Lord_Howe");
    expect([instant, instant - 1_800_000]).toContain(back); // of two, the first
  }
});

test("a rule that calendars know is taken, whatever its order; one they do not is refused with what is allowed", () => {
  expect(canonicalRecurrence("rrule:interval=1;byday=MO;freq=weekly")).toBe("RRULE:FREQ=WEEKLY;BYDAY=MO");
  expect(canonicalRecurrence("RDATE:20270301T140000Z\nRRULE:FREQ=DAILY")).toBe("RRULE:FREQ=DAILY\nRDATE:20270301T140000Z");
  expect(wrongRecurrence("RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=12", false)).toBeNull();
  for (const [rule, says] of [
    ["weekly", "RRULE:FREQ=WEEKLY"],
    ["RRULE:FREQ=SECONDLY", "FREQ"],
    ["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270301T000000Z", "not both"],
    ["RRULE:FREQ=DAILY;UNTIL=20270301", "an instant"],
    ["RRULE:BYDAY=MO", "FREQ in the rule"],
    ["RRULE:FREQ=DAILY;X=1", "X does not fit"],
  ] as const)
    expect(wrongRecurrence(rule, false)).toContain(says);
});

test("a calendar of one account is not that of another with the same name", () => {
  const key = calendarKey("ann/b@example.com", "en.usa#holiday/x");
  expect([calendarIn(key), isOf(key, "ann/b@example.com"), isOf(key, "ann"), isOf(key, "bob@example.com")]).toEqual([
    "en.usa#holiday/x",
    true,
    false,
    false,
  ]);
});
