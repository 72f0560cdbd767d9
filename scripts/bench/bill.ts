/** What the platform would bill for a call, counted on a mesh of its own whose bindings all count. */
import { type Stack, startStack } from "../stack.ts";
import { seed } from "./arena.ts";
import { contenders } from "./contenders.ts";
import { prepareGround } from "./ground.ts";

type Counts = Readonly<Record<string, number>>;
export interface Bill {
  /** Per call, by the time of its answer. */
  readonly answered: Counts;
  /** Per call, once all it left behind is written too. */
  readonly settled: Counts;
}

/** What one successful call may cost (design: "Cost budget"); what is not named may not occur at all before the answer. */
export const BUDGET: Counts = {
  "Worker invocations": 3,
  "Durable Object requests": 2,
  "KV reads": 2,
  "vendor requests": 1,
};
const INVOCATIONS = ["gateway invocations", "vendor Worker invocations", "vault invocations"];
/** Written inside the two requests, and not counted by the budget. */
const WITHIN = ["Durable Object rows written"];

const CALLS = 200;
const WINDOW = 10;
/** The vault writes its record of opens this long after the first at the earliest. */
const DUE_MS = 900;

export async function takeBill(): Promise<Bill> {
  const ground = prepareGround({ billed: true });
  try {
    const stack = await startStack({ root: ground.root, cronMs: 0 }); // a sweep is no call's
    try {
      return await measured(stack);
    } finally {
      await stack.dispose();
    }
  } finally {
    ground.remove();
  }
}

async function measured(stack: Stack): Promise<Bill> {
  const { key, drain } = await seed(stack);
  const gateway = `${stack.url}/mcp`;
  const asked = contenders({ url: { empty: "", floor: "", "low-level": "", naive: "", parts: "", gateway }, key });
  const sms = asked.find(({ id }) => id === "call 2026-07-28");
  if (!sms) throw new Error("nobody measures the whole path");
  const call = async () => {
    const { url, method, headers, body, expect } = sms;
    const answer = await (await fetch(url, { method, headers, body })).text();
    if (!expect.every((text) => answer.includes(text))) throw new Error(`the counted call failed: ${answer}`);
  };
  await call(); // the first one finds nothing in memory
  await drain();
  const [before, atAnswer] = await undisturbed(stack, call);
  for (let done = WINDOW; done < CALLS; done++) await call();
  await drain();
  return { answered: perCall(before, atAnswer, WINDOW), settled: perCall(before, await counted(stack), CALLS) };
}

/** A few calls so close together that nothing of what they leave behind is due before the last is answered. */
async function undisturbed(stack: Stack, call: () => Promise<void>): Promise<[Counts, Counts]> {
  for (let tries = 0; tries < 10; tries++) {
    const before = await counted(stack);
    const start = performance.now();
    for (let done = 0; done < WINDOW; done++) await call();
    const after = await counted(stack);
    if (performance.now() - start < DUE_MS && before["Durable Object alarms"] === after["Durable Object alarms"]) return [before, after];
  }
  throw new Error(`${WINDOW} calls never took less than ${DUE_MS} ms`);
}

async function counted(stack: Stack): Promise<Counts> {
  const [bill, asked] = await Promise.all(["/bill", "/sandbox/asked"].map(async (path) => (await fetch(stack.url + path)).json()));
  const counts = bill as Counts;
  const invocations = INVOCATIONS.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
  const others = Object.entries(counts).filter(([name]) => !INVOCATIONS.includes(name));
  return { "Worker invocations": invocations, "vendor requests": asked as number, ...Object.fromEntries(others) };
}

const perCall = (before: Counts, after: Counts, calls: number): Counts =>
  Object.fromEntries(
    Object.entries(after)
      .map(([name, count]) => [name, (count - (before[name] ?? 0)) / calls] as const)
      .filter(([, each]) => each > 0),
  );

/** What is over the budget, a sentence each; empty if nothing is. */
export function overBudget({ answered }: Bill): string[] {
  return Object.entries(answered)
    .filter(([name]) => !WITHIN.includes(name))
    .filter(([name, each]) => each > (BUDGET[name] ?? 0))
    .map(([name, each]) => `${name}: ${each} a call, and the budget is ${BUDGET[name] ?? 0}`);
}
