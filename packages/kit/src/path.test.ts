import fc from "fast-check";
import { expect, test } from "vitest";
import { below, path } from "./path.ts";

test("a value fills one segment, whatever is in it", () => {
  expect(path`/v1/things/${"a/b?c#d e"}/parts/${7}`).toBe("/v1/things/a%2Fb%3Fc%23d%20e/parts/7");
  expect(path`/v1/${"%2e%2e"}`).toBe("/v1/%252e%252e");
});

test("a value no server keeps as one segment is refused", () => {
  for (const value of ["", ".", ".."]) expect(() => path`/v1/${value}/x`).toThrow("must not be");
  expect(path`/v1/${"..."}`).toBe("/v1/...");
});

test("no text climbs out of its segment, or adds to the address", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }).filter((text) => !/^\.{0,2}$/.test(text) && text.isWellFormed()),
      (text) => {
        const url = new URL(`https://api.example.com${path`/v1/${text}/end`}?q=1`);
        expect(url.pathname.split("/")).toHaveLength(4);
        expect(url.host + url.search + url.hash).toBe("api.example.com?q=1");
        expect(decodeURIComponent(url.pathname.split("/")[2] ?? "")).toBe(text);
      },
    ),
  );
});

test("a path stands below another, whether that ends in a slash or not", () => {
  for (const base of [path`/1/calendars/`, path`/1/calendars`]) expect(below(base, path`/${"a/b"}`)).toBe("/1/calendars/a%2Fb");
  expect(below(path`/`, path`/v1`)).toBe("/v1");
});
