/** `call`, `tools`, `routes`, `route`. */
import * as z from "zod";
import { INPUT_FLAG, KEY_FLAG, toolFlags, toolInput } from "./arguments.ts";
import { type Command, show, toolOf, vendorOf } from "./command.ts";
import { UsageError } from "./flags.ts";
import { details, table } from "./print.ts";

const Done = z.object({ call: z.string(), tool: z.string(), result: z.unknown(), replayed: z.boolean() });
const Searched = z.object({ tools: z.array(z.object({ id: z.string(), effect: z.string(), title: z.string() })) });
const Route = z.object({ tool: z.string(), vendors: z.array(z.string()) });

export const tools: readonly Command[] = [
  {
    name: "call",
    takes: "<tool> [--argument value …]",
    about: "call a tool, as an agent would; `junction call <tool> --help` lists its arguments",
    flags: [INPUT_FLAG, KEY_FLAG],
    words: [1, 1],
    moreFlags: async ({ gateway }, tool) => toolFlags(toolOf(await gateway.catalog(), tool)),
    async run(cli, read) {
      const tool = toolOf(await cli.gateway.catalog(), read.words[0] ?? "");
      const input = toolInput(tool, read);
      const key = read.one(KEY_FLAG.name);
      const { body } = await cli.gateway.ask("POST", `/api/tools/${tool.id}/call`, {
        input,
        ...(key !== undefined && { idempotency_key: key }),
      });
      show(cli, read, body, () => {
        const done = Done.parse(body);
        details(cli.io, done.result ?? { done: "a person has confirmed that this happened before" });
        cli.io.say(`${done.replayed ? "Done before, not again" : "Done"}: ${done.call}`);
      });
      return 0;
    },
  },
  {
    name: "tools",
    takes: "",
    about: "every tool, its effect, and the integrations that serve it",
    words: [0, 0],
    async run(cli, read) {
      const { tools, vendors } = await cli.gateway.catalog();
      const serving = (id: string) => vendors.filter(({ actions }) => actions.some(({ tool }) => tool === id)).map((vendor) => vendor.id);
      show(cli, read, { tools }, () =>
        table(
          cli.io,
          ["TOOL", "EFFECT", "SERVED BY", "WHAT IT DOES"],
          tools.map(({ id, effect, title }) => [id, effect, serving(id).join(", "), title]),
        ),
      );
      return 0;
    },
  },
  {
    name: "tools search",
    takes: '"<what you want to do>"',
    about: "the tools that a request in plain words is about, the best first",
    words: [1, 100],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", `/api/tools?q=${encodeURIComponent(read.words.join(" ").slice(0, 500))}`);
      show(cli, read, body, () => {
        const { tools } = Searched.parse(body);
        if (tools.length === 0) cli.io.say("No tool has to do with that. `junction tools` lists them all.");
        else
          table(
            cli.io,
            ["TOOL", "EFFECT", "WHAT IT DOES"],
            tools.map(({ id, effect, title }) => [id, effect, title]),
          );
      });
      return 0;
    },
  },
  {
    name: "routes",
    takes: "",
    about: "the tools whose order of integrations you have set",
    words: [0, 0],
    async run(cli, read) {
      const { body } = await cli.gateway.ask("GET", "/api/routes");
      show(cli, read, body, () => {
        const { routes } = z.object({ routes: z.array(Route) }).parse(body);
        const set = routes.filter(({ vendors }) => vendors.length > 0);
        if (set.length === 0)
          cli.io.say("None is set: each tool goes to its default, or else to the integration that was connected first.");
        else
          table(
            cli.io,
            ["TOOL", "INTEGRATIONS, FIRST TO LAST"],
            set.map(({ tool, vendors }) => [tool, vendors.join(", ")]),
          );
      });
      return 0;
    },
  },
  {
    name: "route",
    takes: "<tool> <vendor> [<vendor> …]  or  <tool> --default",
    about: "say which integration serves a tool first, and which after it",
    flags: [{ name: "default", kind: "switch", about: "forget the order: its default serves it, or else the integration connected first" }],
    words: [1, 21],
    async run(cli, read) {
      const catalog = await cli.gateway.catalog();
      const [name = "", ...vendors] = read.words;
      const tool = toolOf(catalog, name);
      for (const vendor of vendors) vendorOf(catalog, vendor);
      if ((vendors.length === 0) !== (read.on("default") === true))
        throw new UsageError("Name the integrations in their order, or say --default, and not both.");
      const { body } = await cli.gateway.ask("PUT", `/api/routes/${tool.id}`, { vendors });
      show(cli, read, body, () =>
        cli.io.say(
          vendors.length === 0
            ? `${tool.id} goes to its default, or else to the integration connected first.`
            : `${tool.id} goes to ${vendors.join(", then ")}.`,
        ),
      );
      return 0;
    },
  },
];
