import { type CallQuestion, CallRouting, routingIssue } from "@junction/core";
import { describe, expect, test } from "vitest";
import { decide } from "./decide.ts";
import { isOpen } from "./hours.ts";

const [MAIN, ANN, BOB, AI] = ["+12025550123", "+12025550101", "+12025550102", "sip:front-desk@sip.vapi.ai"];
const WEEK = { days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", until: "17:00" };
const given = (changes: object = {}) =>
  CallRouting.parse({
    phone_number: MAIN,
    time_zone: "America/New_York",
    hours: [WEEK],
    open: { greeting: "Thank you for calling.", ring: [{ name: "Ann", phone: ANN }, { phone: BOB }], seconds: 15 },
    ...changes,
  });
const asked = (changes: Partial<CallQuestion> = {}): CallQuestion => ({
  ...{ call_id: "CA1", from: "+12025550199", to: MAIN, at: "", over: false },
  ...changes,
});
const AT = { open: Date.parse("2026-11-23T10:00:00-05:00"), closed: Date.parse("2026-11-23T20:00:00-05:00") };

describe("opening hours", () => {
  const zoned = (hours: object[], closed_on: string[] = [], time_zone = "America/New_York") => given({ hours, closed_on, time_zone });
  test.each([
    ["2026-11-23T07:59:59-05:00", false],
    ["2026-11-23T08:00:00-05:00", true],
    ["2026-11-23T16:59:59-05:00", true],
    ["2026-11-23T17:00:00-05:00", false],
    ["2026-11-22T10:00:00-05:00", false],
    // The clocks go forward on 8 March and back on 1 November: 08:00 is 08:00 on either side of both.
    ["2026-03-06T12:59:59Z", false],
    ["2026-03-06T13:00:00Z", true],
    ["2026-03-09T11:59:59Z", false],
    ["2026-03-09T12:00:00Z", true],
    ["2026-10-30T12:00:00Z", true],
    ["2026-11-02T12:59:59Z", false],
    ["2026-11-02T13:00:00Z", true],
  ])("at %s: %s", (at, open) => expect(isOpen(zoned([WEEK]), Date.parse(at))).toBe(open));

  test("of the night in which the clocks change are those the clock shows: an hour that is skipped is none, one that is repeated is two", () => {
    const night = zoned([{ days: ["sun"], from: "01:00", until: "03:00" }]);
    const open = (from: string, minutes: number) =>
      Array.from({ length: minutes }, (_, at) => isOpen(night, Date.parse(from) + at * 60_000)).filter(Boolean).length;
    expect(open("2026-03-08T04:00:00Z", 300)).toBe(60); // 01:00 to 02:00, which is 03:00
    expect(open("2026-11-01T04:00:00Z", 300)).toBe(180); // 01:00 to 02:00 twice, and to 03:00
  });

  test("none: always but on the days it is closed, whatever day it is in UTC; until 24:00 is until midnight", () => {
    expect(isOpen(zoned([]), AT.closed)).toBe(true);
    const holiday = zoned([], ["2026-12-25"]);
    expect(isOpen(holiday, Date.parse("2026-12-26T04:59:00Z"))).toBe(false);
    expect(isOpen(holiday, Date.parse("2026-12-26T05:00:00Z"))).toBe(true);
    const late = zoned([{ days: ["mon"], from: "18:00", until: "24:00" }], [], "Asia/Kolkata");
    expect(isOpen(late, Date.parse("2026-11-23T18:29:00Z"))).toBe(true);
    expect(isOpen(late, Date.parse("2026-11-23T18:30:00Z"))).toBe(false);
  });
});

describe("a call", () => {
  const hello = { do: "say", text: "Thank you for calling." };
  const message = [
    { do: "say", text: expect.stringContaining("after the tone") },
    { do: "record", seconds: 120, next: "open.recorded" },
  ];

  test("rings everybody together; whoever takes it has it", () => {
    const first = decide(given(), asked(), AT.open);
    expect(first).toEqual({ plan: [hello, { do: "ring", phones: [ANN, BOB], seconds: 15, next: "open.1" }] });
    expect(decide(given(), asked({ at: "open.1", outcome: "answered" }), AT.open)).toEqual({ plan: [{ do: "hang_up" }] });
  });

  test("that nobody takes is missed and becomes a message, also if it closes meanwhile", () => {
    expect(decide(given(), asked({ at: "open.1", outcome: "unanswered" }), AT.closed)).toEqual({ plan: message, missed: "no_answer" });
    const thanks = decide(given(), asked({ at: "open.recorded", outcome: "recorded" }), AT.open);
    expect(thanks).toEqual({ plan: [{ do: "say", text: "Thank you. Goodbye." }, { do: "hang_up" }] });
  });

  test("rings one after the other, and is greeted once", () => {
    const inOrder = given({ open: { ...given().open, order: "in_order" } });
    const at = (place: string) => decide(inOrder, asked({ at: place, outcome: "unanswered" }), AT.open).plan;
    expect(at("")).toEqual([hello, { do: "ring", phones: [ANN], seconds: 15, next: "open.1" }]);
    expect(at("open.1")).toEqual([{ do: "ring", phones: [BOB], seconds: 15, next: "open.2" }]);
    expect(at("open.2")).toEqual(message);
  });

  test("outside the hours goes as set for then: voicemail, the assistant, or goodbye", () => {
    const { plan, missed } = decide(given(), asked(), AT.closed);
    expect([plan.at(-1), missed]).toEqual([{ do: "record", seconds: 120, next: "closed.recorded" }, "after_hours"]);
    const assistant = given({ closed: { greeting: "We are closed.", otherwise: "assistant" }, assistant: AI });
    expect(decide(assistant, asked(), AT.closed)).toEqual({
      plan: [
        { do: "say", text: "We are closed." },
        { do: "hand_over", address: AI, seconds: 20, next: "closed.assistant" },
      ],
    });
    const lost = decide(assistant, asked({ at: "closed.assistant", outcome: "unanswered" }), AT.closed);
    expect([lost.plan.at(-1), lost.missed]).toEqual([{ do: "record", seconds: 120, next: "closed.recorded" }, "after_hours"]);
    expect(decide(given({ closed: { otherwise: "hang_up" } }), asked(), AT.closed)).toMatchObject({
      plan: [{ do: "say" }, { do: "hang_up" }],
      missed: "after_hours",
    });
  });

  test("whose caller hangs up is missed if it rang, and no more is done", () => {
    expect(decide(given(), asked({ at: "open.1", outcome: "unanswered", over: true }), AT.open)).toEqual({ plan: [], missed: "hung_up" });
    expect(decide(given(), asked({ at: "open.recorded", outcome: "recorded", over: true }), AT.open)).toEqual({ plan: [] });
  });

  test("to a number that nothing is set for can leave a message; settings that shrink during a call do not trap it", () => {
    const unset = decide(null, asked(), AT.open);
    expect([unset.plan.map((step) => step.do), unset.missed]).toEqual([["say", "record"], "not_set_up"]);
    const nobody = given({ open: { otherwise: "assistant" } }); // the assistant was taken away
    expect(decide(nobody, asked({ at: "open.7", outcome: "unanswered" }), AT.open).plan.at(-1)).toMatchObject({ do: "record" });
    expect(decide(given(), asked({ at: "nonsense.x" }), AT.open).plan.at(-1)).toMatchObject({ do: "ring" });
  });
});

test.each([
  [{ open: { ring: [{ phone: MAIN }] } }, "open.ring.0.phone"],
  [{ closed: { otherwise: "assistant" } }, "assistant"],
  [{ assistant: MAIN }, "assistant"],
])("settings that cannot work are refused: %j", (changes, path) => expect(routingIssue(given(changes))?.path).toBe(path));

test.each([[{ hours: [{ ...WEEK, until: "07:00" }] }], [{ time_zone: "America/Springfield" }], [{ open: { ring: [{ phone: "0123" }] } }]])(
  "and so are those that mean nothing: %j",
  (changes) => expect(() => given(changes)).toThrow(),
);
