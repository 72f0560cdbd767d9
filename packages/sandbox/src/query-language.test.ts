import { expect, test } from "vitest";
import { BadQuery, picked, readSelect } from "./query-language.ts";

const ROWS = [
  { Id: "1", Name: "Ann", Age: 40, At: "2026-11-21T10:00:00.000Z" },
  { Id: "2", Name: "O'Hara\\", Age: 9, At: "2026-11-21T11:30:00.000+02:00" },
  { Id: "3", Name: null, Age: 7, At: "2026-11-21T12:00:00.000Z" },
];
const ids = (query: string, pairs = false) =>
  picked(ROWS, readSelect(query, { pairs }), (row, field) => row[field as keyof typeof row] ?? null)
    .map(({ Id }) => Id)
    .join();

test("a SELECT is read to its last character, and picks and orders as both vendors do", () => {
  expect(ids("SELECT Id FROM Lead WHERE Name = 'o\\'hara\\\\'")).toBe("2");
  expect(ids("SELECT Id FROM Lead WHERE Name IN ('ANN','x') OR (Age < 9 AND Name = null) ORDER BY Age LIMIT 5")).toBe("3,1");
  expect(ids("select Id from Lead where At > 2026-11-21T09:45:00Z order by At desc")).toBe("3,1");
  expect(readSelect("SELECT COUNT() FROM Lead", { pairs: false })).toMatchObject({ count: "", fields: [] });
});

test.each([
  "SELECT Id FROM Lead WHERE Name = 'a' OR Id != ''b'",
  "SELECT Id FROM Lead WHERE Name = 'a\\",
  "SELECT Id FROM Lead WHERE Name = 'a\n'",
  "SELECT Id FROM Lead WHERE Name = 'a' AND Age = 1 OR Age = 2",
  "SELECT Id FROM Lead LIMIT 1; DELETE",
  "SELECT Id, FROM Lead",
])("%j is no query", (query) => {
  expect(() => readSelect(query, { pairs: false })).toThrow(BadQuery);
});

test("where conditions go in pairs, three of them need parentheses", () => {
  expect(() => ids("SELECT Id FROM Lead WHERE Age = 1 OR Age = 2 OR Age = 40", true)).toThrow(BadQuery);
  expect(ids("SELECT Id FROM Lead WHERE (Age = 1 OR Age = 9) OR Age = 40", true)).toBe("1,2");
});
