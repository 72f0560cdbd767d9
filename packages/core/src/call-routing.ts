/** How calls to one of the contractor's numbers are answered: what people and agents set, and what the receptionist decides by. */
import * as z from "zod/mini";

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

const Line = z.string().check(z.regex(/^\+[1-9]\d{6,14}$/), z.describe("a phone number in E.164 form, such as +12025550123"));
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const Day = z.iso.date().check(z.describe("a day, such as 2026-12-25"));

/** Local times of the week; `until` is not part of it. */
export const OpeningHours = z
  .strictObject({
    days: z.array(z.enum(WEEKDAYS)).check(z.minLength(1), z.maxLength(7), z.describe("the days of the week, such as mon")),
    from: z.string().check(z.regex(TIME), z.describe("when it opens, in 24-hour local time, such as 08:00")),
    until: z
      .string()
      .check(
        z.regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
        z.describe("when it closes, in 24-hour local time, such as 17:30; 24:00 is the end of the day"),
      ),
  })
  .check(
    z.refine(({ from, until }) => from < until, {
      path: ["until"],
      message: "must be later than from: hours that go past midnight are two entries, one until 24:00 and one from 00:00",
    }),
  );
export type OpeningHours = z.output<typeof OpeningHours>;

const Callee = z.strictObject({
  name: z.optional(z.string().check(z.minLength(1), z.maxLength(80), z.describe("who it is, up to 80 characters"))),
  phone: Line,
});

/** What becomes of a call, in this order: a greeting, who is rung, and what happens if nobody takes it. */
export const Handling = z.strictObject({
  greeting: z.optional(z.string().check(z.minLength(1), z.maxLength(500), z.describe("said before anything rings, up to 500 characters"))),
  ring: z._default(z.array(Callee).check(z.maxLength(10), z.describe("who is rung, up to 10; nobody, if left out")), []),
  order: z._default(z.enum(["in_order", "together"]).check(z.describe("in_order: one after the other; together: all at once")), "together"),
  seconds: z._default(z.int().check(z.minimum(5), z.maximum(60), z.describe("how long each ring lasts, 5 to 60 seconds")), 20),
  otherwise: z._default(
    z
      .enum(["voicemail", "assistant", "hang_up"])
      .check(z.describe("what happens if nobody takes it: voicemail, hand over to the AI assistant, or say goodbye and hang up")),
    "voicemail",
  ),
});
export type Handling = z.output<typeof Handling>;

/** Everything that is set for one number. */
export const CallRouting = z.strictObject({
  phone_number: Line.check(z.describe("which of the contractor's numbers, in E.164 form, such as +12025550123")),
  time_zone: z
    .string()
    .check(
      z.minLength(1),
      z.maxLength(60),
      z.refine(isTimeZone, { message: "must be an IANA time zone, such as America/New_York" }),
      z.describe("the IANA time zone of the opening hours, such as America/New_York"),
    ),
  hours: z._default(z.array(OpeningHours).check(z.maxLength(21), z.describe("when the contractor is open; none: always open")), []),
  closed_on: z._default(z.array(Day).check(z.maxLength(100), z.describe("days on which it is closed all day, such as 2026-12-25")), []),
  open: Handling.check(z.describe("what happens to a call during opening hours")),
  closed: z.prefault(Handling.check(z.describe("what happens to a call at any other time; left out: voicemail")), {}),
  voicemail: z.prefault(
    z
      .strictObject({
        greeting: z.optional(z.string().check(z.minLength(1), z.maxLength(500), z.describe("said before the tone, up to 500 characters"))),
        max_seconds: z._default(
          z.int().check(z.minimum(10), z.maximum(120), z.describe("how long a message may be, 10 to 120 seconds")),
          120,
        ),
      })
      .check(z.describe("the voicemail's greeting and length")),
    {},
  ),
  assistant: z.optional(
    z
      .string()
      .check(
        z.regex(/^(\+[1-9]\d{6,14}|sip:[A-Za-z0-9._+-]{1,100}@[A-Za-z0-9.-]{1,150})$/),
        z.describe("where the AI assistant answers: its phone number in E.164 form, or its address such as sip:front-desk@sip.vapi.ai"),
      ),
  ),
});
export type CallRouting = z.output<typeof CallRouting>;

function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** What the fields cannot say one by one: the first that is wrong, by its path, or null. */
export function routingIssue({
  phone_number,
  open,
  closed,
  assistant,
}: CallRouting): { readonly path: string; readonly message: string } | null {
  for (const [name, { ring, otherwise }] of [
    ["open", open],
    ["closed", closed],
  ] as const) {
    const own = ring.findIndex(({ phone }) => phone === phone_number);
    if (own >= 0) return { path: `${name}.ring.${own}.phone`, message: "is the number that is called: it would ring itself" };
    if (otherwise === "assistant" && assistant === undefined)
      return { path: "assistant", message: `is needed, since ${name}.otherwise hands over to it: give its number or sip address` };
  }
  return assistant === phone_number ? { path: "assistant", message: "is the number that is called: it would call itself" } : null;
}
