/** What a workflow's steps cost: runs of the engine, beside a bare Durable Object that journals one row and calls the same vendor. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { newKeyring } from "@junction/vault";
import type { V4WorkerOptions } from "miniflare";
import { bundle } from "../local/bundle.ts";
import { type Stack, startStack } from "../stack.ts";
import { CONTRACTOR, compatibilityDate, GATEWAY, seed } from "./arena.ts";
import { type Ground, prepareGround } from "./ground.ts";
import { sealed } from "./record.ts";
import { median } from "./rounds.ts";
import { cpuMs, runtimes } from "./runtime.ts";

export interface WorkflowFigures {
  readonly sides: readonly {
    readonly title: string;
    readonly stepsPerSecond: number;
    readonly ofFloor: number;
    /** From the asking to the first step's answer, milliseconds. */
    readonly p50: number;
    readonly p99: number;
  }[];
  /** Billable operations: of each further step, and of a run besides its steps. */
  readonly bill: readonly { readonly what: string; readonly step: number; readonly run: number }[];
  readonly waiting: {
    readonly runs: number;
    readonly seconds: number;
    readonly operations: number;
    readonly cpuMs: number;
  };
}

const STEPS = 5;
const WORKER = "bench-runs";
const text = (at: number) => ({ id: `s${at}`, type: "sms", to: "+12025550123", body: "Your technician arrives at 9.", on_failure: "stop" });
const asked = (steps: readonly object[]) => ({
  ...{ contractor: CONTRACTOR, workflow: "wf_bench", version: 1, lead: null, input: {} },
  definition: { name: "Bench", description: "", trigger: { on: "manual" }, steps, concurrency: 1000, expires_after: "P14D" },
});

interface Field {
  readonly stack: Stack;
  begin(path: "runs" | "bare", query: Readonly<Record<string, number>>, steps?: readonly object[]): Promise<number[]>;
  /** Until so many runs are over, and say so in the list. */
  over(count: number): Promise<void>;
  dispose(): Promise<void>;
}

async function openField({ root }: Ground): Promise<Field> {
  const keyring = newKeyring();
  const code = await bundle(root, { runs: join(root, "scripts/bench/workers/runs.ts") });
  const worker: V4WorkerOptions = {
    name: WORKER,
    compatibilityDate,
    modules: [{ type: "ESModule", path: "runs.mjs", contents: readFileSync(code("runs"), "utf8") }],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    bindings: { KEYRING: JSON.stringify(keyring) },
    kvNamespaces: { CACHE: "bench-runs" },
    serviceBindings: { VENDOR: "junction-sandbox" },
    durableObjects: {
      BARE: { className: "Bare", useSQLite: true },
      RUN: { className: "RunObject", scriptName: GATEWAY, useSQLite: true },
    },
  };
  const stack = await startStack({ root, stateDir: join(root, "state"), extraWorkers: [worker], cronMs: 0 });
  await (await stack.mf.getKVNamespace("CACHE", WORKER)).put("credential", JSON.stringify(await sealed(keyring)));
  await seed(stack);
  const url = await stack.directUrl(WORKER);
  const db = await stack.mf.getD1Database("DB", GATEWAY);
  return {
    stack,
    async begin(path, query, steps) {
      const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
      const body = path === "runs" ? { body: JSON.stringify(asked(steps ?? [])) } : {};
      const answer = await fetch(`${url}/${path}?${search}`, { method: "POST", ...body });
      if (!answer.ok) throw new Error(`the runs did not begin: ${await answer.text()}`);
      return (await answer.json()) as number[];
    },
    async over(count) {
      const ended = async () =>
        Number(await db.prepare("SELECT count(*) AS n FROM runs WHERE state IN ('completed', 'failed')").first("n"));
      while ((await ended()) < count) await sleep(20);
      const failed = await db.prepare("SELECT reason FROM runs WHERE state = 'failed' LIMIT 1").first("reason");
      if (failed !== null) throw new Error(`a run failed: ${failed}`);
    },
    dispose: () => stack.dispose(),
  };
}

export async function measureWorkflows({ quick, disk }: { readonly quick: boolean; readonly disk: boolean }): Promise<WorkflowFigures> {
  const sides = await on({ disk }, (field) => speeds(field, quick ? { rounds: 3, runs: 40 } : { rounds: 7, runs: 100 }));
  return on({ disk, billed: true }, async (field, pid) => ({
    sides,
    bill: await billed(field),
    waiting: await waiting(field, quick ? 1_000 : 10_000, pid),
  }));
}

async function on<T>(
  options: Parameters<typeof prepareGround>[0],
  measure: (field: Field, pid: number | undefined) => Promise<T>,
): Promise<T> {
  const ground = prepareGround(options);
  try {
    const others = runtimes();
    const field = await openField(ground);
    try {
      return await measure(
        field,
        runtimes().find((one) => !others.includes(one)),
      );
    } finally {
      await field.dispose();
    }
  } finally {
    ground.remove();
  }
}

/** Rounds of the one and the other in turn: throughput of runs of five texts, then runs of one text, one at a time. */
async function speeds(
  field: Field,
  { rounds, runs }: { readonly rounds: number; readonly runs: number },
): Promise<WorkflowFigures["sides"]> {
  const sides = {
    bare: { perSecond: [] as number[], firsts: [] as number[] },
    runs: { perSecond: [] as number[], firsts: [] as number[] },
  };
  let from = 0;
  let begun = 0;
  for (let round = -1; round < rounds; round++)
    for (const side of ["bare", "runs"] as const) {
      const started = performance.now();
      await field.begin(
        side,
        { runs, from, steps: STEPS },
        Array.from({ length: STEPS }, (_, at) => text(at)),
      );
      if (side === "runs") {
        begun += runs;
        await field.over(begun);
      }
      const perSecond = (runs * STEPS * 1000) / (performance.now() - started);
      from += runs;
      const firsts = await field.begin(side, { runs: runs / 4, from, steps: 1, alone: 1 }, [text(0)]);
      from += runs;
      if (side === "runs") {
        begun += runs / 4;
        await field.over(begun);
      }
      if (round < 0) continue; // the first round compiles code
      sides[side].perSecond.push(perSecond);
      sides[side].firsts.push(...firsts);
    }
  const titles = { bare: "the floor: a bare object, one row a step", runs: "Junction, a workflow's run" };
  return (["bare", "runs"] as const).map((side) => {
    const { perSecond, firsts } = sides[side];
    const at = (share: number) => firsts.toSorted((a, b) => a - b)[Math.floor(share * (firsts.length - 1))] ?? Number.NaN;
    const ofFloor = median(perSecond.map((one, round) => one / (sides.bare.perSecond[round] ?? Number.NaN)));
    return { title: titles[side], stepsPerSecond: median(perSecond), ofFloor, p50: at(0.5), p99: at(0.99) };
  });
}

type Counts = Readonly<Record<string, number>>;
const counted = async ({ stack }: Field): Promise<Counts> => (await (await fetch(`${stack.url}/bill`)).json()) as Counts;

const RUNS = 40;
const [FEW, MANY] = [1, 11];

/** What the platform bills, from runs of few and of many steps: each has the run's own share once. */
async function billed(field: Field): Promise<WorkflowFigures["bill"]> {
  let from = 0;
  const each = async (steps: number): Promise<Counts> => {
    const before = await counted(field);
    await field.begin(
      "runs",
      { runs: RUNS, from, steps },
      Array.from({ length: steps }, (_, at) => text(at)),
    );
    from += RUNS;
    await field.over(from);
    await sleep(3_000); // the audit and the record of opens are written by then
    const after = await counted(field);
    return Object.fromEntries(Object.entries(after).map(([what, count]) => [what, (count - (before[what] ?? 0)) / RUNS]));
  };
  await each(FEW); // the first finds nothing in memory
  const few = await each(FEW);
  const many = await each(MANY);
  return Object.keys(many)
    .sort()
    .map((what) => {
      const step = ((many[what] ?? 0) - (few[what] ?? 0)) / (MANY - FEW);
      return { what, step, run: (few[what] ?? 0) - FEW * step };
    });
}

const IDLE_MS = 10_000;
/** Until the runtime lets go of an object that nobody asks; locally each that is awake holds files open. */
const EVICTED_MS = 12_000;
const AWAKE = 2_000;

/** Runs that wait a day: what they cost meanwhile. */
async function waiting(field: Field, runs: number, pid: number | undefined): Promise<WorkflowFigures["waiting"]> {
  for (let from = 0; from < runs; from += AWAKE) {
    const some = { runs: Math.min(AWAKE, runs - from), from: 1_000_000 + from, steps: 1 };
    await field.begin("runs", some, [{ id: "nap", type: "wait", for: "P1D", on_failure: "stop" }]);
    await sleep(EVICTED_MS);
  }
  const [before, cpu] = [await counted(field), cpuMs(pid)];
  await sleep(IDLE_MS);
  const [after, used] = [await counted(field), cpuMs(pid)];
  const operations = Object.entries(after).reduce((sum, [what, count]) => sum + count - (before[what] ?? 0), 0);
  return { runs, seconds: IDLE_MS / 1000, operations, cpuMs: used - cpu };
}
