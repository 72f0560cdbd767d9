import fc from "fast-check";
import { expect, test } from "vitest";
import { e164, emailAddress } from "./reach.ts";

test.each([
  ["+12025550123", "+12025550123"],
  ["+1 (202) 555-0123", "+12025550123"],
  ["(202) 555-0123", "+12025550123"],
  ["202.555.0123", "+12025550123"],
  ["1-202-555-0123", "+12025550123"],
  ["12025550123", "+12025550123"],
  ["whatsapp:+491701234567", "+491701234567"],
  ["tel:+44 20 7946 0958", "+442079460958"],
  ["+44\u00a020\u20117946\u20130958", "+442079460958"],
])("%s is %s", (given, number) => expect(e164(given)).toBe(number));

test.each([
  "",
  "+",
  "22000",
  "5550123",
  "+44 (0)20 7946 0958",
  "491701234567",
  "202-555-0123 x7",
  "(102) 555-0123",
  "0049170123456",
  "anonymous",
  "+0170123456",
  "+1234567890123456",
])("%s has no one reading, and is no key", (given) => expect(e164(given)).toBeNull());

test("a number stays the same when it is read again, and in whatever it is spaced", () => {
  const digits = fc.stringMatching(/^[2-9]\d{2}[2-9]\d{6}$/);
  fc.assert(
    fc.property(digits, fc.constantFrom("", " ", "-", ".", " - "), (number, gap) => {
      const spaced = [number.slice(0, 3), number.slice(3, 6), number.slice(6)].join(gap);
      expect(e164(spaced)).toBe(`+1${number}`);
      expect(e164(`+1${gap}${spaced}`)).toBe(`+1${number}`);
      expect(e164(`+1${number}`)).toBe(`+1${number}`);
    }),
  );
});

test("an address is kept in lower case; what is none is no key", () => {
  expect(emailAddress(" Jane.Doe@Example.COM ")).toBe("jane.doe@example.com");
  for (const given of ["", "jane", "jane@home", "a b@example.com", "Jane <jane@example.com>", "a@b.c, d@e.f", `${"a".repeat(250)}@b.co`])
    expect(emailAddress(given), given).toBeNull();
});
