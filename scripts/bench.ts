/** `npm run bench`: what a call through the mesh costs, against doing the same work with nothing around it. See docs/benchmark.md. */
import { openArena } from "./bench/arena.ts";
import { contenders } from "./bench/contenders.ts";
import { startGenerator } from "./bench/generator.ts";
import { prepareGround } from "./bench/ground.ts";
import { parts } from "./bench/parts.ts";
import { measure } from "./bench/rounds.ts";
import { runtimes } from "./bench/runtime.ts";

const quick = process.argv.includes("--quick");
const from = process.argv.find((arg) => arg.startsWith("--from="))?.slice("--from=".length);
const ground = prepareGround(from === undefined ? {} : { from });
const generator = startGenerator();
try {
  const arena = await openArena(ground);
  try {
    const [pid] = runtimes();
    const all = process.argv.includes("--parts") ? parts(arena.url) : contenders(arena);
    const measured = await measure(all, {
      ...{ generator, pid, drain: () => arena.drain() },
      pace: quick ? { rounds: 5, ms: 400 } : { rounds: 9, ms: 1200 },
    });
    console.table(
      Object.fromEntries(
        measured.map(({ title, perSecond, ofFloor, ofEmpty, p50, p99, cpuUs, generator }) => [
          title,
          {
            "per s": Math.round(perSecond),
            "of floor": ofFloor.toFixed(2),
            "of empty": ofEmpty.toFixed(2),
            p50: p50.toFixed(2),
            p99: p99.toFixed(2),
            "cpu µs": Math.round(cpuUs),
            gen: generator.toFixed(2),
          },
        ]),
      ),
    );
  } finally {
    await arena.dispose();
  }
} finally {
  await generator.stop();
  ground.remove();
}
