import { type Boundary, boundaryIssue } from "@junction/core";
import { expect, test } from "vitest";
import { contains } from "./contains.ts";

const square = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];
const town: Boundary = { type: "Polygon", coordinates: [square(-90, 39, -89, 40), square(-89.6, 39.4, -89.4, 39.6)] };
const at = (latitude: number, longitude: number) => ({ latitude, longitude });

test("inside, outside, in a hole, and on the line", () => {
  expect(contains(town, at(39.78, -89.65))).toBe(true);
  expect(contains(town, at(41, -89.5))).toBe(false);
  expect(contains(town, at(-89.5, 39.5))).toBe(false); // longitude and latitude are not taken for each other
  expect(contains(town, at(39.5, -89.5))).toBe(false); // the hole
  expect(contains(town, at(39.5, -90))).toBe(true);
  const two: Boundary = { type: "MultiPolygon", coordinates: [town.coordinates, [square(0, 0, 1, 1)]] };
  expect(contains(two, at(0.5, 0.5))).toBe(true);
});

test("a boundary says what is wrong with it", () => {
  expect(boundaryIssue(town)).toBeNull();
  const open: Boundary = { type: "Polygon", coordinates: [square(0, 0, 1, 1).slice(0, -1)] };
  expect(boundaryIssue(open)).toContain("does not end where it begins");
  const turned: Boundary = { type: "Polygon", coordinates: [square(39, -122, 40, -121)] };
  expect(boundaryIssue(turned)).toContain("give longitude before latitude");
  const ring = Array.from({ length: 4001 }, (_, step) => [Math.cos(step / 10), Math.sin(step / 10)]);
  expect(boundaryIssue({ type: "MultiPolygon", coordinates: [[ring], [ring], [ring]] })).toContain("at most 10000");
});
