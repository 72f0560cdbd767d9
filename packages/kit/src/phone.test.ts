import { expect, test } from "vitest";
import { bearing, nationalNumber, phoneAsKnown, samePhone } from "./phone.ts";

test.each([
  ["+12025550101", "2025550101"],
  ["+442071838750", "2071838750"],
  ["+3545551234", "5551234"],
  ["+390612345678", "0612345678"],
])("%s is %s at home", (phone, national) => expect(nationalNumber(phone)).toBe(national));

test.each([
  ["(202) 555-0101", "+12025550101", true],
  ["1-202-555-0101", "+12025550101", true],
  ["+1 202 555 0101", "+12025550101", true],
  ["+1 202 555 0101 ext. 7", "+12025550101", true],
  ["202.555.0101 x12", "+12025550101", true],
  ["011 44 20 7183 8750", "+442071838750", true],
  ["0044 20 7183 8750", "+442071838750", true],
  ["+44 (0)20 7183 8750", "+442071838750", true],
  ["020 7183 8750", "+442071838750", true],
  ["06 1234 5678", "+390612345678", true],
  ["5550101", "+12025550101", false],
  ["+44 202 555 0101", "+12025550101", false],
  ["555-0102", "+12025550101", false],
  ["0101", "+12025550101", false],
  ["25550101", "+12025550101", false],
  ["", "+12025550101", false],
  ["call me", "+12025550101", false],
  [null, "+12025550101", false],
])("the stored number %s is %s: %s", (stored, phone, same) => expect(samePhone(stored, phone)).toBe(same));

test.each([
  ["+1 (202) 555-0101", "+12025550101"],
  ["+44 (0)20 7183 8750", "+442071838750"],
  ["(202) 555-0101", "(202) 555-0101"],
  ["+1 202 555 0101 x12", "+1 202 555 0101 x12"],
  ["+0 12", "+0 12"],
])("%s is given as %s", (stored, known) => expect(phoneAsKnown(stored)).toBe(known));

test("of several that bear a number, the one with its country code comes first", () => {
  const [without, other, certain] = [["(202) 555-0101"], ["+12025550199", null], ["", "+1 202 555 0101"]];
  expect(bearing([without, other, certain], "+12025550101", (numbers) => numbers)).toEqual([certain, without]);
});
