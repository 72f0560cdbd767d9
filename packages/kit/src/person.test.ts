import { expect, test } from "vitest";
import { bearsName } from "./person.ts";

test.each([
  [["José", "Muñoz"], "munoz, JOSE", true],
  [["Ann", "O’Neil", null], "o'neil", true],
  [["Ann", undefined, "Lind & Daughters"], "ann daughters", true],
  [["Ann", "Lind"], "ann berg", false],
  [[null, undefined], "ann", false],
  [["Ann"], " , ", false],
])("whether %j bears the name %j: %s", (names, asked, whether) => expect(bearsName(names, asked)).toBe(whether));
