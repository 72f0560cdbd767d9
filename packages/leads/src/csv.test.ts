import { expect, test } from "vitest";
import { columnOf, readCsv } from "./csv.ts";

test("columns are known by their usual headings, and others are fields of the contractor's own", () => {
  const headings = ["Full Name", "First name", "LAST NAME", "Phone Number", "Mobile", "E-mail", "Roof Type", " "];
  expect(headings.map(columnOf)).toEqual(["name", "first_name", "last_name", "phone", "phone", "email", "custom.roof_type", "ignore"]);
});

test("good rows are read, and each bad one is named by its line and column, past quoted line breaks", () => {
  const { rows, errors, count } = readCsv(
    [
      "\uFEFFName,Phone,Email,Notes",
      'Ann,(202) 555-0123,,"two\r\nlines, and a comma"',
      "Bob,12345,bob@example.com,",
      "",
      "Cy,,nobody,",
      "Dee,,,only a note",
      "Eve,+442079460000,EVE@example.com,,too many",
      'Fay,2025550199,fay@example.com,"said ""hi"""',
    ].join("\r\n"),
    {},
  );
  expect(count).toBe(6);
  expect(rows).toEqual([
    { line: 2, name: "Ann", phones: ["+12025550123"], emails: [], custom: { notes: "two\r\nlines, and a comma" } },
    { line: 9, name: "Fay", phones: ["+12025550199"], emails: ["fay@example.com"], custom: { notes: 'said "hi"' } },
  ]);
  expect(errors.map(({ line, field }) => [line, field])).toEqual([
    [4, "Phone"],
    [6, "Email"],
    [7, null],
    [8, null],
  ]);
});

test("a semicolon's file is read too; a mapping may be given, and one of a column that is not there is refused", () => {
  const text = "Kunde;Tel;Dach\nAnn;+4915112345678;Schiefer\n";
  expect(readCsv(text, { Kunde: "name", Dach: "custom.roof" }).rows).toEqual([
    { line: 2, name: "Ann", phones: ["+4915112345678"], emails: [], custom: { roof: "Schiefer" } },
  ]);
  expect(readCsv(text, { Name: "name" }).errors).toEqual([
    expect.objectContaining({ message: expect.stringContaining("“Kunde”, “Tel”, “Dach”") }),
  ]);
});

test.each([
  ["", "empty"],
  ["Name,City\nAnn,Rome", "No column holds a phone"],
  [`a,Phone\n${"x,+12025550123\n".repeat(5001)}`, "at most 5000"],
])("a file that cannot be taken says why", (text, words) => {
  expect(readCsv(text, {})).toMatchObject({ rows: [], errors: [{ message: expect.stringContaining(words) }] });
});
