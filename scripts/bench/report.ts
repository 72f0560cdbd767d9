/** The figures, as one reads them. */
import type { Bill } from "./bill.ts";
import type { HookFigures } from "./hooks.ts";
import type { Measured } from "./rounds.ts";
import type { Weight } from "./weight.ts";
import type { WorkflowFigures } from "./workflows.ts";

const number = (value: number, digits = 2): string => (Number.isFinite(value) ? value.toFixed(digits) : "–");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

export const speeds = (measured: readonly Measured[]): string =>
  table(
    ["", "of the floor", "of empty", "per second", "p50 ms", "p99 ms", "CPU µs", "load's share of a core"],
    measured.map(({ title, ofFloor, ofEmpty, perSecond, p50, p99, cpuUs, generator }) => [
      ...[
        title,
        number(ofFloor),
        number(ofEmpty),
        number(perSecond, 0),
        number(p50, 1),
        number(p99, 1),
        number(cpuUs, 0),
        number(generator),
      ],
    ]),
  );

export const hooks = (figures: readonly HookFigures[]): string =>
  table(
    ["a webhook delivery", "of the floor", "accepted a second", "p50 ms", "p99 ms", "done a second"],
    figures.map(({ title, ofFloor, perSecond, p50, p99, donePerSecond = Number.NaN }) => [
      ...[title, number(ofFloor), number(perSecond, 0), number(p50, 1), number(p99, 1), number(donePerSecond, 0)],
    ]),
  );

export function workflows({ sides, bill, waiting }: WorkflowFigures): string {
  const speed = table(
    ["a workflow's steps", "of the floor", "steps a second", "start to first answer, p50 ms", "p99 ms"],
    sides.map(({ title, ofFloor, stepsPerSecond, p50, p99 }) => [
      ...[title, number(ofFloor), number(stepsPerSecond, 0), number(p50, 0), number(p99, 0)],
    ]),
  );
  const cost = table(
    ["billed", "each step", "the run besides"],
    bill.map(({ what, step, run }) => [what, number(step), number(run)]),
  );
  const { runs, seconds, operations, cpuMs } = waiting;
  const idle = `${runs} runs waiting for their alarm, over ${seconds} s: ${operations} billed operations, ${number(cpuMs, 0)} ms of CPU`;
  return [speed, cost, idle].join("\n\n");
}

export const weights = (weighed: readonly Weight[]): string =>
  table(
    ["", "bundle KiB", "gzip KiB", "cold start, CPU ms over empty", "memory, MiB over empty"],
    weighed.map(({ name, kib, gzipKib, coldMs, memoryMiB }) => [
      ...[name, number(kib, 0), number(gzipKib, 0), number(coldMs, 0), number(memoryMiB, 0)],
    ]),
  );

export function bill({ answered, settled }: Bill): string {
  const names = [...new Set([...Object.keys(answered), ...Object.keys(settled)])].sort();
  return table(
    ["a call", "at its answer", "all in all"],
    names.map((name) => [name, number(answered[name] ?? 0), number(settled[name] ?? 0, 3)]),
  );
}

/** What the design asks for, and whether it is met. */
export function goals(measured: readonly Measured[]): string[] {
  const of = (id: string) => measured.find((one) => one.id === id);
  const goal = (id: string, field: "ofFloor" | "ofEmpty", least: number) => {
    const found = of(id);
    if (!found) return [];
    const reached = found[field];
    return [`${reached >= least ? "met   " : "MISSED"} ${found.title}: ${number(reached)}, wanted ${least}`];
  };
  return ["2026-07-28", "2025-11-25"].flatMap((revision) => [
    ...goal(`call ${revision}`, "ofFloor", 0.4),
    ...goal(`list ${revision}`, "ofEmpty", 0.5),
  ]);
}
