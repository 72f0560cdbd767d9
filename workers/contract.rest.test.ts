/** The other half of the contract suite: a process of its own, since together they would be the longest of all tests. */
import { membersOnDisk } from "@junction/testkit";
import { expect, test } from "vitest";
import { halves, holdToTheLaws } from "./contract.ts";

const all = membersOnDisk();

if (process.env["VENDORS"] === undefined) await holdToTheLaws(halves(all)[1]);

test("each vendor is in one half, and none in both", () => {
  const ids = halves(all).map((half) => half.map(({ id }) => id));
  expect(ids.flat().sort()).toEqual(all.map(({ id }) => id).sort());
});
