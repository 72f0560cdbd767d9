import fc from "fast-check";
import { expect, test } from "vitest";
import { nextTime, scheduleIssue } from "./schedule.ts";

const daily = (time_zone: string, at = "09:00", every = "P1D") => ({ on: "schedule", every, at, time_zone }) as const;
const iso = (instant: number) => new Date(instant).toISOString();
/** Each time it is due from `from` on. */
function times(schedule: Parameters<typeof nextTime>[0], from: string, count: number): string[] {
  const found: string[] = [];
  let [now, last]: [number, number | null] = [Date.parse(from), null];
  for (let n = 0; n < count; n++) {
    last = nextTime(schedule, now, last);
    found.push(iso(last));
    now = last;
  }
  return found;
}

test("09:00 stays 09:00 when the clocks change, in spring and in autumn", () => {
  expect(times(daily("America/New_York"), "2026-03-07T00:00:00Z", 3)).toEqual([
    "2026-03-07T14:00:00.000Z",
    "2026-03-08T13:00:00.000Z",
    "2026-03-09T13:00:00.000Z",
  ]);
  expect(times(daily("America/New_York"), "2026-10-31T00:00:00Z", 3)).toEqual([
    "2026-10-31T13:00:00.000Z",
    "2026-11-01T14:00:00.000Z",
    "2026-11-02T14:00:00.000Z",
  ]);
  expect(times(daily("Australia/Lord_Howe"), "2026-10-02T12:00:00Z", 2)).toEqual(["2026-10-02T22:30:00.000Z", "2026-10-03T22:00:00.000Z"]);
});

test("a time that the clocks skip is as much later, and one they show twice is the first of the two", () => {
  expect(times(daily("America/New_York", "02:30"), "2026-03-08T06:00:00Z", 2)).toEqual([
    "2026-03-08T07:30:00.000Z", // 03:30 there
    "2026-03-09T06:30:00.000Z",
  ]);
  expect(times(daily("America/New_York", "01:30"), "2026-11-01T00:00:00Z", 2)).toEqual([
    "2026-11-01T05:30:00.000Z",
    "2026-11-02T06:30:00.000Z",
  ]);
});

test("weeks are counted from the last time, and times missed are not made up for", () => {
  const weekly = daily("UTC", "09:00", "P7D");
  const last = Date.parse("2026-11-02T09:00:00Z");
  expect(iso(nextTime(weekly, last, last))).toBe("2026-11-09T09:00:00.000Z");
  expect(iso(nextTime(weekly, Date.parse("2026-12-01T10:00:00Z"), last))).toBe("2026-12-07T09:00:00.000Z");
  const hourly = { on: "schedule", every: "PT1H", time_zone: "UTC" } as const;
  expect(iso(nextTime(hourly, Date.parse("2026-11-02T12:20:00Z"), last))).toBe("2026-11-02T13:00:00.000Z");
});

test("whatever the schedule, the next time is after now, on the clock as asked, and never further off than the span and a clock's change", () => {
  const zone = fc.constantFrom("UTC", "America/New_York", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns");
  fc.assert(
    fc.property(
      zone,
      fc.integer({ min: 0, max: 23 }),
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) }),
      (time_zone, hour, days, now) => {
        const schedule = daily(time_zone, `${String(hour).padStart(2, "0")}:15`, `P${days}D`);
        const first = nextTime(schedule, now);
        expect(first).toBeGreaterThan(now);
        expect(first - now).toBeLessThanOrEqual(25 * 3_600_000);
        const second = nextTime(schedule, first, first);
        expect(Math.abs(second - first - days * 86_400_000)).toBeLessThanOrEqual(2 * 3_600_000);
      },
    ),
  );
});

test.each([
  [{ every: "PT0S" }, "trigger.every"],
  [{ every: "P1DT1H" }, "trigger.every"],
  [{ every: "PT1H", at: "09:00" }, "trigger.at"],
  [{ every: "P1D", time_zone: "Mars/Olympus" }, "trigger.time_zone"],
])("%j is refused, naming %s", (given, at) => {
  expect(scheduleIssue({ on: "schedule", time_zone: "UTC", ...given })?.at).toBe(at);
});
test("what is right is not refused", () => expect(scheduleIssue(daily("America/New_York"))).toBeNull());
