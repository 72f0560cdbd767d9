/** `npm run bench`: what a call through the mesh costs, against doing the same work with nothing around it. See docs/benchmark.md. */
import { parseArgs } from "node:util";
import { type Arena, openArena } from "./bench/arena.ts";
import { overBudget, takeBill } from "./bench/bill.ts";
import { contenders } from "./bench/contenders.ts";
import { startGenerator } from "./bench/generator.ts";
import { type Ground, prepareGround } from "./bench/ground.ts";
import { measureHooks } from "./bench/hooks.ts";
import { parts } from "./bench/parts.ts";
import { bill, goals, hooks, speeds, weights, workflows } from "./bench/report.ts";
import { type Asked, measure } from "./bench/rounds.ts";
import { memoryMiB } from "./bench/runtime.ts";
import { weigh } from "./bench/weight.ts";
import { measureWorkflows } from "./bench/workflows.ts";

const { values: options } = parseArgs({
  options: {
    /** Some 40 s instead of some 3 min. */
    quick: { type: "boolean", default: false },
    /** The parts of a call, each by itself, instead of the contenders. */
    parts: { type: "boolean", default: false },
    /** Only contenders whose id fits this pattern, and no bill or weights. */
    only: { type: "string" },
    /** Webhook deliveries alone. */
    hooks: { type: "boolean", default: false },
    /** Workflows' runs alone. */
    workflows: { type: "boolean", default: false },
    /** Another checkout, installed, measured beside this one in the same rounds. */
    against: { type: "string" },
    /** State on the disk, not in memory. */
    disk: { type: "boolean", default: false },
  },
});
const { quick, disk, against } = options;

function asked(arena: Arena, other: Arena | undefined): Asked[] {
  const theirs = other === undefined ? [] : contenders(other).filter(({ url }) => url === other.url.gateway);
  const all = [
    ...(options.parts ? parts(arena.url) : contenders(arena)).map((one) => ({ ...one, arena })),
    ...(other === undefined
      ? []
      : theirs.map((one) => ({ ...one, id: `other ${one.id}`, title: `${one.title} (${against})`, arena: other }))),
  ];
  const wanted = new RegExp(options.only ?? "");
  return all.filter(({ id }) => id === "empty" || id === "floor" || wanted.test(id));
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
const grounds: Ground[] = [];
const arenas: Arena[] = [];
const generator = startGenerator();
async function arenaOn(from?: string): Promise<Arena> {
  const ground = prepareGround({ from, disk });
  grounds.push(ground);
  const arena = await openArena(ground);
  arenas.push(arena);
  return arena;
}
async function bench(): Promise<void> {
  const arena = await arenaOn();
  const other = against === undefined ? undefined : await arenaOn(against);
  const pace = quick ? { rounds: 5, ms: 400 } : { rounds: 9, ms: 1000 };
  if (options.hooks || (!options.parts && options.only === undefined))
    console.info(`${hooks(await measureHooks(arena, generator, pace))}\n`);
  const measured = options.hooks ? [] : await measure(asked(arena, other), { generator, pace });
  if (measured.length > 0) console.info(`${speeds(measured)}\n`);
  if (!options.hooks && !options.parts && options.only === undefined) {
    console.info(`The runtime with all of them: ${memoryMiB(arena.pid).toFixed(0)} MiB\n`);
    const [ground] = grounds;
    if (ground) console.info(`${weights(await weigh(ground, quick ? 3 : 7))}\n`);
    const billed = await takeBill();
    console.info(`${bill(billed)}\n`);
    console.info(
      `State ${disk ? "on the disk" : "in memory where the system has /dev/shm"}: the whole path depends on it, see docs/benchmark.md.`,
    );
    for (const line of [...goals(measured), ...overBudget(billed).map((what) => `MISSED ${what}`)]) console.info(line);
    if (overBudget(billed).length > 0) process.exitCode = 1; // a count does not vary with the machine, a speed does
  }
}
try {
  const whole = !options.parts && !options.hooks && options.only === undefined;
  if (options.workflows || whole) console.info(`${workflows(await measureWorkflows({ quick, disk }))}\n`);
  if (!options.workflows) await bench();
} finally {
  await Promise.all(arenas.map((arena) => arena.dispose()));
  await generator.stop();
  for (const ground of grounds) ground.remove();
}
