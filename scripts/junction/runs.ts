/** `runs` and what goes with it: how runs of workflows go, and what a person may do with one. */
import { WORK } from "@junction/core";
import * as z from "zod";
import { type Cli, type Command, show } from "./command.ts";
import { meant, type Read, UsageError, wholeNumber } from "./flags.ts";
import { type Cell, pairs, table, time } from "./print.ts";

const Run = z.object({
  id: z.string(),
  workflow: z.string(),
  name: z.string(),
  version: z.number(),
  lead: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  state: z.string(),
  reason: z.string().nullable(),
  vendor: z.string().nullable(),
  step: z.string().nullable(),
  started_at: z.number(),
  updated_at: z.number(),
  wakes_at: z.number().nullable(),
});
const Whole = Run.extend({
  steps: z.array(
    z.object({
      ...{ step: z.string(), title: z.string(), type: z.string(), state: z.string(), attempts: z.number() },
      ...{ started_at: z.number(), ended_at: z.number().nullable(), call: z.string().nullable(), reason: z.string().nullable() },
    }),
  ),
});
const STATES = ["running", "waiting", "paused", "needs_attention", "completed", "failed", "cancelled"];
const TINTS: Readonly<Record<string, "red" | "yellow" | "green" | "dim">> = {
  ...{ failed: "red", needs_attention: "red", unknown: "red", paused: "yellow", waiting: "yellow" },
  ...{ completed: "green", cancelled: "dim", skipped: "dim" },
};
const path = (read: Read, more = ""): string => `/api/runs/${encodeURIComponent(read.words[0] ?? "")}${more}`;

function shown(cli: Cli, body: unknown): void {
  const { steps, ...run } = Whole.parse(body);
  pairs(cli.io, [
    ["run", run.id],
    run.workflow === WORK ? ["work", run.name] : ["workflow", `${run.name} (version ${run.version})`],
    ["lead", run.lead && (run.lead.name ?? run.lead.id)],
    ["state", run.state],
    ["why", run.reason],
    ["integration", run.vendor],
    ["goes on", time(run.wakes_at)],
    ["begun", time(run.started_at)],
  ]);
  if (steps.length === 0) return;
  cli.io.out("\n");
  table(
    cli.io,
    ["STATE", "STEP", "WHAT", "TRIES", "BEGUN", "ENDED", "WHY", "CALL"],
    steps.map((one): Cell[] => [
      ...[one.state, one.step, one.title === one.step ? one.type : one.title, one.attempts],
      ...[time(one.started_at), time(one.ended_at), one.reason, one.call],
    ]),
    (row, column) => (column === 0 ? TINTS[steps[row]?.state ?? ""] : undefined),
  );
}

async function order(cli: Cli, read: Read, ask: Readonly<Record<string, unknown>>): Promise<number> {
  const { body } = await cli.gateway.ask("POST", path(read, "/orders"), ask);
  show(cli, read, body, () => shown(cli, body));
  return 0;
}

const whole: readonly Command[] = [
  ["pause", "stop a run before its next step, until it is resumed"] as const,
  ["resume", "have a paused run go on"] as const,
  ["cancel", "stop a run for good; what it has done stays done"] as const,
].map(([name, about]) => ({
  ...{ name: `runs ${name}`, takes: "<run>", about, words: [1, 1] as const },
  run: (cli: Cli, read: Read) => order(cli, read, { order: name }),
}));
const atStep: readonly Command[] = [
  ["retry", "go on from a step again"] as const,
  ["skip", "leave a step out, and go on with the next"] as const,
].map(([name, about]) => ({
  ...{ name: `runs ${name}`, takes: "<run> <step>", about, words: [2, 2] as const },
  run: (cli: Cli, read: Read) => order(cli, read, { order: name, step: read.words[1] }),
}));

export const runs: readonly Command[] = [
  {
    name: "runs",
    takes: "[--workflow W] [--lead L] [--state S] [--vendor V] [--limit N] [--before PLACE]",
    about: "runs of workflows, those started last first",
    flags: [
      { name: "workflow", about: "a workflow's id; work, for what agents have begun in the background" },
      { name: "lead", about: "a lead's id" },
      { name: "state", about: `one of ${STATES.join(", ")}` },
      { name: "vendor", about: "the integration they are paused on, such as hubspot" },
      { name: "limit", about: "a whole number from 1 to 200 (20 if left out)" },
      { name: "before", about: "what the page before said" },
    ],
    words: [0, 0],
    async run(cli, read) {
      const state = read.one("state");
      if (state !== undefined && !STATES.includes(state))
        throw new UsageError(`--state must be one of ${STATES.join(", ")}.${meant(state, STATES)}`);
      const query = new URLSearchParams({ limit: String(wholeNumber(read, "limit", 1, 200) ?? 20) });
      for (const name of ["workflow", "lead", "state", "vendor", "before"]) {
        const value = read.one(name);
        if (value !== undefined) query.set(name, value);
      }
      const { body } = await cli.gateway.ask("GET", `/api/runs?${query}`);
      show(cli, read, body, () => {
        const page = z.object({ runs: z.array(Run), next: z.string().nullable() }).parse(body);
        if (page.runs.length === 0) return cli.io.say("There are none.");
        table(
          cli.io,
          ["STATE", "WORKFLOW", "LEAD", "STEP", "WHY", "BEGUN", "GOES ON", "RUN"],
          page.runs.map((one): Cell[] => [
            ...[one.state, one.name, one.lead && (one.lead.name ?? one.lead.id), one.step, one.reason],
            ...[time(one.started_at), time(one.wakes_at), one.id],
          ]),
          (row, column) => (column === 0 ? TINTS[page.runs[row]?.state ?? ""] : undefined),
        );
        if (page.next !== null) cli.io.say(`There are older ones: --before ${page.next}`);
      });
      return 0;
    },
  },
  {
    name: "runs show",
    takes: "<run>",
    about: "one run, step by step",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", path(read));
      show(cli, read, body, () => shown(cli, body));
      return 0;
    },
  },
  ...whole,
  ...atStep,
  {
    name: "runs decided",
    takes: "<run> <step> --happened | --again",
    about: "say of an effect of unknown outcome whether it happened, or is to be done again",
    flags: [
      { name: "happened", kind: "switch", about: "it happened: go on with the next step" },
      { name: "again", kind: "switch", about: "it did not: do it again" },
    ],
    words: [2, 2],
    run(cli, read) {
      if ((read.on("happened") === true) === (read.on("again") === true)) throw new UsageError("Say either --happened or --again.");
      return order(cli, read, { order: "decided", step: read.words[1], happened: read.on("happened") === true });
    },
  },
  {
    name: "runs approve",
    takes: "<run> <step> [--refuse]",
    about: "answer an approval step",
    flags: [{ name: "refuse", kind: "switch", about: "the answer is no" }],
    words: [2, 2],
    run: (cli, read) => order(cli, read, { order: "approve", step: read.words[1], approved: read.on("refuse") !== true }),
  },
];
