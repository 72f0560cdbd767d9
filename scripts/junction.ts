/** `junction`: the mesh from a terminal, over the same API as everyone's. */
import { join } from "node:path";
import { account } from "./junction/account.ts";
import { alerts } from "./junction/alerts.ts";
import { approvals } from "./junction/approvals.ts";
import { type Command, readCommand, usage } from "./junction/command.ts";
import { connections } from "./junction/connections.ts";
import { events } from "./junction/events.ts";
import { faults } from "./junction/faults.ts";
import { type Flag, JSON_FLAG, meant, UsageError } from "./junction/flags.ts";
import { Failed, findGateway, type Problem, Refused } from "./junction/gateway.ts";
import { leads } from "./junction/leads.ts";
import { asJson, type Io, plain } from "./junction/print.ts";
import { runs } from "./junction/runs.ts";
import { subscriptions } from "./junction/subscriptions.ts";
import { tools } from "./junction/tools.ts";
import { webhook } from "./junction/webhook.ts";
import { workflows } from "./junction/workflows.ts";
import { projectRoot } from "./project.ts";

const COMMANDS: readonly Command[] = [
  ...tools,
  ...connections,
  ...webhook,
  ...alerts,
  ...approvals,
  ...events,
  ...subscriptions,
  ...workflows,
  ...runs,
  ...leads,
  ...account,
  ...faults,
];
/** Where a running stack leaves its address. */
const STATES: readonly string[] = ["state", "state-live"].map((folder) => join(projectRoot, ".junction", folder));

/** Runs one command line; gives its exit code: 0 fine, 1 refused or failed, 2 wrongly used. */
export async function junction(args: readonly string[], io: Io, states: readonly string[] = STATES): Promise<number> {
  try {
    return await obey(args, io, states);
  } catch (error) {
    if (error instanceof UsageError || error instanceof Failed) {
      io.say(error.message);
      return error instanceof UsageError ? 2 : 1;
    }
    if (!(error instanceof Refused)) throw error;
    if (args.includes("--json")) io.out(asJson(error.raw));
    for (const line of explained(error.problem)) io.say(line);
    return error.problem.kind === "InvalidArguments" || error.problem.fields !== undefined || misshapen(error.problem) ? 2 : 1;
  }
}

/** What was given is wrong in places; a checklist is not. */
const misshapen = ({ kind, issues }: Problem): boolean => kind === "InvalidRequest" && issues !== undefined;

async function obey(args: readonly string[], io: Io, states: readonly string[]): Promise<number> {
  const everywhere = args.filter((arg) => arg === "--json");
  const words = args.filter((arg) => arg !== "--json" && arg !== "--help");
  const help = args.includes("--help") || words.length === 0 || words[0] === "help";
  const named = words[0] === "help" ? words.slice(1) : words;
  if (named.length === 0) return overview(io);
  const { command, length } = commandOf(named);
  const rest = named.slice(length);
  if (help && (command.moreFlags === undefined || rest.length === 0)) return describe(io, command, []);
  // What is wrong with it can be said before anyone is asked, unless only the gateway knows the flags.
  if (command.moreFlags === undefined) readCommand(command, rest);
  else if (rest[0] === undefined || rest[0].startsWith("-")) throw new UsageError(`Usage: ${usage(command)}`);
  const cli = { io, gateway: await findGateway(io.env, states) };
  const flags = (await command.moreFlags?.(cli, rest[0] ?? "")) ?? [];
  return help ? describe(io, command, flags, rest[0]) : command.run(cli, readCommand(command, [...rest, ...everywhere], flags));
}

/** The command that the first word names, or the first two. */
function commandOf(words: readonly string[]): { readonly command: Command; readonly length: number } {
  for (const length of [2, 1]) {
    const command = COMMANDS.find(({ name }) => name === words.slice(0, length).join(" "));
    // `keys ad`: the second word was meant as part of the name.
    if (command && length === 1 && command.words[1] === 0 && words[1] !== undefined && !words[1].startsWith("-")) {
      const longer = COMMANDS.filter(({ name }) => name.startsWith(`${command.name} `)).map(({ name }) => name);
      if (longer.length > 0)
        throw new UsageError(
          `There is no command "${words.slice(0, 2).join(" ").slice(0, 60)}". There are: ${[command.name, ...longer].join(", ")}.`,
        );
    }
    if (command) return { command, length };
  }
  const names = COMMANDS.map(({ name }) => name);
  throw new UsageError(
    `There is no command "${(words[0] ?? "").slice(0, 60)}".${meant(words[0] ?? "", names)} \`junction help\` lists them.`,
  );
}

function overview(io: Io): number {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  io.out("junction <command>\n\n");
  for (const { name, about } of COMMANDS) io.out(`  ${name.padEnd(width)}  ${about}\n`);
  io.out(`
  junction help <command>    how a command is used
  --json                     with any command: the gateway's answer as it came

Without more, it speaks to the stack that runs on this machine, as the owner of the demo contractor.
JUNCTION_URL and JUNCTION_TOKEN (a session token) name another gateway.
Exit codes: 0 done, 1 refused or failed, 2 wrongly used; nothing was done then.
`);
  return 0;
}

function describe(io: Io, command: Command, more: readonly Flag[], subject = ""): number {
  const flags = [...(command.flags ?? []), ...more, JSON_FLAG];
  const width = Math.max(...flags.map(({ name }) => name.length)) + 2;
  io.out(`${usage(command)}\n\n${command.about}\n\n`);
  if (more.length > 0) io.out(`${plain(subject)} takes:\n\n`);
  const line = ({ name, about }: Flag) => io.out(`  ${`--${name}`.padEnd(width)}  ${plain(about)}\n`);
  for (const flag of more) line(flag);
  if (more.length > 0) io.out("\n");
  for (const flag of flags) if (!more.includes(flag)) line(flag);
  return 0;
}

/** What the API says of a refusal, a line each. A vendor's words stand in quotation marks, as its own. */
function explained({ message, fields, issues, vendor_said: said, next, retry_after_ms: wait, url, call }: Problem): string[] {
  const code = said && [said.status === 0 ? undefined : said.status, said.code].filter((part) => part !== undefined).join(" ");
  return [
    message,
    ...Object.entries(fields ?? {}).map(([name, allowed]) => `  ${name}: ${allowed}`),
    ...(issues ?? []).map(({ at, message: wrong, remedy }) =>
      [`  ${at}: ${wrong}`, remedy?.words, remedy?.url].filter((part) => part !== undefined && part !== null).join(" "),
    ),
    ...(said ? [`  The vendor's own words${code ? ` (${code})` : ""}: ${said.message === undefined ? "none" : `"${said.message}"`}`] : []),
    ...(next === undefined ? [] : [next]),
    ...(wait === undefined ? [] : [`Wait ${Math.ceil(wait / 1000)} s.`]),
    ...(url === undefined ? [] : [url]),
    ...(call === undefined ? [] : [`Call: ${call}`]),
  ];
}

if (import.meta.main) {
  const colour = process.stdout.isTTY === true && !process.env["NO_COLOR"];
  // Whoever reads a pipe may stop reading.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  const io: Io = {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    say: (words) => void process.stderr.write(`${words.split("\n").map(plain).join("\n")}\n`),
    prompt: (text) => void process.stderr.write(text),
    input: process.stdin,
    colour,
  };
  try {
    process.exitCode = await junction(process.argv.slice(2), io);
  } catch (error) {
    console.error(error); // a fault of ours keeps its stack
    process.exitCode = 1;
  }
}
