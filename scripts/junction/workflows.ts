/** `workflows` and what goes with it: making, checking, switching on and starting them. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import { type Cli, type Command, show } from "./command.ts";
import { type Flag, type Read, UsageError } from "./flags.ts";
import { type Cell, pairs, table, time } from "./print.ts";

const Row = z.object({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  trigger: z.string().nullable(),
  next_at: z.number().nullable(),
  revision: z.number(),
  active_version: z.number().nullable(),
  updated_at: z.number(),
  health: z.object({ ready: z.boolean(), issues: z.number() }),
  runs: z.record(z.string(), z.number()),
});
const Issue = z.object({
  at: z.string(),
  step: z.string().nullish(),
  message: z.string(),
  remedy: z.object({ words: z.string(), url: z.string().nullable() }).optional(),
});
const Whole = Row.extend({
  definition: z.looseObject({ steps: z.array(z.looseObject({ id: z.string(), type: z.string() })).default([]) }),
});
const Begun = z.object({ runs: z.array(z.object({ id: z.string(), lead: z.string().nullable(), state: z.string() })) });
const TINTS: Readonly<Record<string, "green" | "yellow" | "dim">> = { active: "green", inactive: "dim", draft: "yellow" };

const FILE: Flag = { name: "file", about: "the definition, a JSON file" };
const path = (read: Read, more = ""): string => `/api/workflows/${encodeURIComponent(read.words[0] ?? "")}${more}`;

function definitionIn(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${error instanceof Error ? error.message : String(error)}).`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is no JSON (${error instanceof Error ? error.message : String(error)}).`);
  }
}

/** `name=value`, as often as given. */
export function named(read: Read, flag: string): Record<string, string> {
  return Object.fromEntries(
    read.all(flag).map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw new UsageError(`--${flag} must be name=value.`);
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** What an answer of one workflow says of it. */
function state(cli: Cli, body: unknown, words: string): void {
  const { id, name, state: now } = Whole.parse(body);
  pairs(cli.io, [
    ["workflow", id],
    ["name", name],
    ["state", now],
  ]);
  cli.io.say(words);
}

const orders: readonly Command[] = [
  ["activate", "switch the draft on: new runs get it; says everything that is missing", "It is on."] as const,
  ["deactivate", "switch it off: it starts nothing, and what runs goes on", "It is off: it starts nothing. What runs goes on."] as const,
  ["duplicate", "a copy of its draft", "It is a draft. `junction workflows activate` switches it on."] as const,
].map(([order, about, words]) => ({
  ...{ name: `workflows ${order}`, takes: "<workflow>", about },
  words: [1, 1] as const,
  async run(cli: Cli, read: Read) {
    const { body } = await cli.gateway.ask("POST", path(read, `/${order}`));
    show(cli, read, body, () => state(cli, body, words));
    return 0;
  },
}));

export const workflows: readonly Command[] = [
  {
    name: "workflows",
    takes: "",
    about: "the workflows, and how their runs go",
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/workflows");
      show(cli, read, body, () => {
        const found = z.object({ workflows: z.array(Row) }).parse(body).workflows;
        if (found.length === 0) return cli.io.say("There are none yet. `junction workflows add --template new_lead` makes one.");
        table(
          cli.io,
          ["STATE", "NAME", "STARTED BY", "GOING", "PAUSED", "FAILED", "CHANGED", "WORKFLOW"],
          found.map(({ runs = {}, ...one }): Cell[] => [
            ...[one.state, one.name, one.trigger, (runs["running"] ?? 0) + (runs["waiting"] ?? 0)],
            ...[(runs["paused"] ?? 0) + (runs["needs_attention"] ?? 0), runs["failed_24h"], time(one.updated_at), one.id],
          ]),
          (row, column) => (column === 0 ? TINTS[found[row]?.state ?? ""] : undefined),
        );
        const lacking = found.filter(({ health }) => !health.ready).length;
        if (lacking > 0) cli.io.say(`${lacking} lack something: \`junction workflows check <workflow>\` says what.`);
      });
      return 0;
    },
  },
  {
    name: "workflows show",
    takes: "<workflow>",
    about: "one workflow and its steps; with --json its whole definition",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", path(read));
      show(cli, read, body, () => {
        const { definition, ...one } = Whole.parse(body);
        pairs(cli.io, [
          ["workflow", one.id],
          ["name", one.name],
          ["state", one.state],
          ["started by", one.trigger],
          ["due next", time(one.next_at)],
          ["revision", one.revision],
          ["version of new runs", one.active_version],
        ]);
        for (const [at, { id, type }] of definition.steps.entries()) cli.io.out(`${at + 1}. ${id} (${type})\n`);
      });
      return 0;
    },
  },
  {
    name: "workflows add",
    takes: "[--file PATH | --template NAME]",
    about: "make a workflow: from a definition, from a template, or empty",
    flags: [FILE, { name: "template", about: "what it begins with, such as new_lead" }],
    words: [0, 0],
    async run(cli, read) {
      const [file, template] = [read.one("file"), read.one("template")];
      const ask = { ...(file !== undefined && { definition: definitionIn(file) }), ...(template !== undefined && { template }) };
      const { body } = await cli.gateway.ask("POST", "/api/workflows", ask);
      show(cli, read, body, () => state(cli, body, "It is a draft. `junction workflows activate` switches it on."));
      return 0;
    },
  },
  {
    name: "workflows save",
    takes: "<workflow> --file PATH [--revision N]",
    about: "save a definition as the draft, whole or not at all",
    flags: [FILE, { name: "revision", about: "the revision it was made from: refused if somebody saved since (left out, the newest)" }],
    words: [1, 1],
    async run(cli, read) {
      const file = read.one("file");
      if (file === undefined) throw new UsageError("--file names the definition, a JSON file.");
      const definition = definitionIn(file);
      const given = read.one("revision");
      const revision = given === undefined ? Row.parse((await cli.gateway.ask("GET", path(read))).body).revision : Number(given);
      const { body } = await cli.gateway.ask("PUT", path(read), { definition, revision });
      show(cli, read, body, () =>
        cli.io.say(
          `Saved as revision ${z.object({ revision: z.number() }).parse(body).revision}. \`junction workflows activate\` has new runs get it.`,
        ),
      );
      return 0;
    },
  },
  {
    name: "workflows check",
    takes: "<workflow>",
    about: "everything that keeps it from being switched on, and what mends it",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", path(read, "/checklist"));
      const { ready, issues } = z.object({ ready: z.boolean(), issues: z.array(Issue) }).parse(body);
      show(cli, read, body, () => {
        if (ready) return cli.io.say("Nothing is missing: it can be switched on.");
        table(
          cli.io,
          ["STEP", "WHAT", "MENDED BY", "AT"],
          issues.map(({ step, at, message, remedy }) => [
            step,
            message,
            remedy && [remedy.words, remedy.url].filter((part) => part !== null).join(" "),
            at,
          ]),
        );
      });
      return ready ? 0 : 1;
    },
  },
  ...orders,
  {
    name: "workflows start",
    takes: "<workflow> [--lead ID] [--input name=value]",
    about: "start a run about each of these leads, or one about nobody",
    flags: [
      { name: "lead", many: true, about: "a lead's id; may be given more than once" },
      { name: "input", many: true, about: "a value that steps may name as {{input.name}}; may be given more than once" },
    ],
    words: [1, 1],
    async run(cli, read) {
      const leads = read.all("lead");
      const { body } = await cli.gateway.ask("POST", path(read, "/runs"), {
        ...(leads.length > 0 && { leads }),
        input: named(read, "input"),
      });
      show(cli, read, body, () => {
        const { runs } = Begun.parse(body);
        table(
          cli.io,
          ["STATE", "LEAD", "RUN"],
          runs.map(({ state: now, lead, id }) => [now, lead, id]),
        );
      });
      return 0;
    },
  },
  {
    name: "workflows remove",
    takes: "<workflow>",
    about: "delete one; refused while runs of it go on",
    words: [1, 1],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("DELETE", path(read));
      show(cli, read, body, () => cli.io.say("Deleted. What its runs did stays where it was done."));
      return 0;
    },
  },
];
