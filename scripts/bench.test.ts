import { afterAll, beforeAll, expect, test } from "vitest";
import { type Arena, openArena } from "./bench/arena.ts";
import { overBudget, takeBill } from "./bench/bill.ts";
import { contenders } from "./bench/contenders.ts";
import { type Generator, startGenerator } from "./bench/generator.ts";
import { prepareGround, TOOLS } from "./bench/ground.ts";
import { parts } from "./bench/parts.ts";

let arena: Arena;
let generator: Generator;
const ground = prepareGround();
beforeAll(async () => {
  generator = startGenerator();
  arena = await openArena(ground);
});
afterAll(async () => {
  ground.remove();
  await generator.stop();
  await arena.dispose();
});

test("every contender gives right answers under load, and what is not right is told", async () => {
  const few = { connections: 2, ms: 10_000, most: 4 };
  for (const one of [...contenders(arena), ...parts(arena.url)]) {
    expect((await generator.load({ ...one, ...few })).answers, one.title).toBe(4);
  }
  const [, floor] = contenders(arena);
  await expect(generator.load({ ...floor, ...few, expect: ["never said"] } as never)).rejects.toThrow("4 of 4 answers");
});

test("Junction lists as many tools as the others", async () => {
  const lists = contenders(arena).filter(({ id }) => id.includes("list"));
  for (const { url, method, headers, body, title } of lists) {
    const text = await (await fetch(url, { method, headers, body })).text();
    expect(text.match(/"inputSchema":/g)?.length, title).toBe(TOOLS);
  }
});

test("a call stays within the budget of billable operations", async () => {
  const bill = await takeBill();
  expect(overBudget(bill)).toEqual([]);
  expect(bill.answered).toMatchObject({ "Worker invocations": 3, "Durable Object requests": 2, "vendor requests": 1 });
  expect(bill.settled["gateway D1 rows written"]).toBeGreaterThan(0);
});
