/** `faults`, `faults set`, `faults clear`: how the sandbox's vendors are made to fail. */
import * as z from "zod";
import { type Cli, type Command, show } from "./command.ts";
import { meant, UsageError, wholeNumber } from "./flags.ts";
import { Failed, Refused } from "./gateway.ts";
import { table } from "./print.ts";

const Switches = z.object({
  faults: z.array(
    z.object({ vendor: z.string(), operation: z.string(), fault: z.string(), times: z.number().optional(), ms: z.number().optional() }),
  ),
});
const Sandbox = z.object({
  vendors: z.array(z.object({ vendor: z.string(), operations: z.array(z.string()) })),
  faults: z.record(z.string(), z.string()),
});

/** What the sandbox plays, and how each can fail. */
async function sandboxOf({ gateway }: Cli): Promise<z.output<typeof Sandbox>> {
  try {
    return Sandbox.parse((await gateway.ask("GET", "/sandbox/api/vendors")).body);
  } catch (error) {
    if (error instanceof Refused && error.problem.kind === "NotFound")
      throw new Failed(`${gateway.url} has no sandbox: vendors can be made to fail on a local stack alone.`);
    throw error;
  }
}

function oneOf(given: string, allowed: readonly string[], what: string): string {
  if (allowed.includes(given)) return given;
  throw new UsageError(`There is no ${what} "${given.slice(0, 60)}".${meant(given, allowed)} Allowed: ${allowed.join(", ")}.`);
}

function operationOf(sandbox: z.output<typeof Sandbox>, vendor: string, given: string): string {
  oneOf(
    vendor,
    sandbox.vendors.map((one) => one.vendor),
    "integration in the sandbox",
  );
  const operations = sandbox.vendors.find((one) => one.vendor === vendor)?.operations ?? [];
  return oneOf(given, ["*", ...operations], `operation of ${vendor}`);
}

export const faults: readonly Command[] = [
  {
    name: "faults",
    takes: "[--kinds]",
    about: "which vendors of the sandbox are made to fail, and how",
    flags: [{ name: "kinds", kind: "switch", about: "every fault there is, and every operation" }],
    words: [0, 0],
    async run(cli, read) {
      if (read.on("kinds")) {
        const sandbox = await sandboxOf(cli);
        show(cli, read, sandbox, () => {
          table(cli.io, ["FAULT", "WHAT IT DOES"], Object.entries(sandbox.faults));
          cli.io.out("\n");
          table(
            cli.io,
            ["VENDOR", "OPERATIONS"],
            sandbox.vendors.map(({ vendor, operations }) => [vendor, operations.join(", ")]),
          );
        });
        return 0;
      }
      await sandboxOf(cli);
      const { body } = await cli.gateway.ask("GET", "/sandbox/api/faults");
      show(cli, read, body, () => {
        const switches = Switches.parse(body).faults;
        if (switches.length === 0) return cli.io.say("No vendor is made to fail. `junction faults --kinds` lists how they can be.");
        table(
          cli.io,
          ["VENDOR", "OPERATION", "FAULT", "TIMES LEFT", "MS"],
          switches.map(({ vendor, operation, fault, times, ms }) => [vendor, operation, fault, times ?? "until cleared", ms]),
        );
      });
      return 0;
    },
  },
  {
    name: "faults set",
    takes: "<vendor> <operation|*> <fault> [--times N] [--ms N]",
    about: "make a vendor of the sandbox fail (quote the *)",
    flags: [
      { name: "times", about: "how many requests it meets, 1 to 1000000; left out, until cleared" },
      { name: "ms", about: "the delay of slow, and the Retry-After of a 429, 0 to 600000" },
    ],
    words: [3, 3],
    async run(cli, read) {
      const [vendor = "", operation = "", fault = ""] = read.words;
      const sandbox = await sandboxOf(cli);
      const [times, ms] = [wholeNumber(read, "times", 1, 1_000_000), wholeNumber(read, "ms", 0, 600_000)];
      operationOf(sandbox, vendor, operation);
      oneOf(fault, Object.keys(sandbox.faults), "fault");
      const ask = { vendor, operation, fault, ...(times !== undefined && { times }), ...(ms !== undefined && { ms }) };
      const { body } = await cli.gateway.ask("PUT", "/sandbox/api/faults", ask);
      show(cli, read, body, () => cli.io.say(`${vendor} ${operation}: ${sandbox.faults[fault]}.`));
      return 0;
    },
  },
  {
    name: "faults clear",
    takes: "[<vendor> [<operation|*>]]",
    about: "let the vendors of the sandbox work again",
    words: [0, 2],
    async run(cli, read) {
      const [vendor, operation] = read.words;
      const sandbox = await sandboxOf(cli);
      const query = new URLSearchParams();
      if (vendor !== undefined) {
        operationOf(sandbox, vendor, operation ?? "*");
        query.set("vendor", vendor);
      }
      if (operation !== undefined) query.set("operation", operation);
      const { body } = await cli.gateway.ask("DELETE", `/sandbox/api/faults?${query}`);
      show(cli, read, body, () => cli.io.say("Cleared."));
      return 0;
    },
  },
];
