/** `npm start`: every Worker on this machine, with a demo contractor, the sandbox in the place of the internet. */
import { existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError, command, readOptions } from "./command.ts";
import { bringGenerated } from "./local/generated.ts";
import { onKeyringChange } from "./local/keyring.ts";
import { lockState } from "./local/state-lock.ts";
import { projectRoot } from "./project.ts";
import { DEMO, type Seeded, seed } from "./seed.ts";
import { type Stack, startStack } from "./stack.ts";

const HELP = `npm start [-- options]

  --port N       the gateway's port (default 8787, or the variable PORT)
  --fresh        begin anew: forget every connection, key and call of earlier starts
  --egress URL   send each vendor request to URL/<vendor host>/<path>?<query> instead of to the sandbox
  --live         send vendor requests to the vendors themselves; the state is kept apart from the sandbox's
  --state DIR    keep the state in this folder (default .junction/state, or .junction/state-live)
  --help         this text
`;

interface Wishes {
  readonly port: number;
  readonly fresh: boolean;
  readonly egress: "sandbox" | "live" | URL;
  readonly stateDir: string;
}

/** Reads the command line; says in words what is wrong with it. */
export function readWishes(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Wishes | "help" {
  const flag = { type: "boolean" } as const;
  const value = { type: "string" } as const;
  const options = { port: value, egress: value, state: value, live: flag, fresh: flag, help: { ...flag, short: "h" } } as const;
  const { values, positionals } = readOptions(args, options, HELP);
  if (positionals.length > 0) throw new CommandError(`npm start takes options only, not "${positionals.join(" ")}"\n\n${HELP}`);
  if (values.help === true) return "help";
  const port = values.port ?? env["PORT"] ?? "8787";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) throw new CommandError(`"${port}" is no port: a whole number up to 65535`);
  if (values.live === true && values.egress !== undefined) throw new CommandError("--live and --egress exclude each other");
  const egress = values.live === true ? "live" : egressOf(values.egress);
  const stateDir = values.state === undefined ? stateOf(egress) : resolve(values.state);
  return { port: Number(port), fresh: values.fresh === true, egress, stateDir };
}

function egressOf(text: string | undefined): "sandbox" | URL {
  if (text === undefined) return "sandbox";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "")
    throw new CommandError(`--egress "${text}" is no URL such as http://localhost:9000/vendors`);
  return url;
}

/** True credentials never lie beside those of the sandbox. */
const stateOf = (egress: Wishes["egress"]): string => join(projectRoot, ".junction", egress === "live" ? "state-live" : "state");

async function main(wishes: Wishes): Promise<void> {
  const { port, egress, fresh, stateDir } = wishes;
  let running: Stack | undefined;
  endOnRequest(() => running);
  if (fresh) {
    lockState(stateDir).release(); // refuses while another stack uses it
    rmSync(stateDir, { recursive: true, force: true });
  }
  await bringGenerated(projectRoot);
  const { stack, seeded } = await begin({ port, stateDir, egress });
  onKeyringChange(stateDir, (keyring) => stack.vault.handOver(keyring));
  running = stack;
  console.info(welcome(stack.url, egress, seeded));
}

/** With requests going elsewhere, the demo's connections are still made with the sandbox, which knows the demo's credentials; once. */
async function begin(options: Omit<Wishes, "fresh">): Promise<{ readonly stack: Stack; readonly seeded: Seeded }> {
  const kept = join(options.stateDir, "demo.json");
  const seedIn = options.egress instanceof URL && !existsSync(kept) ? "sandbox" : options.egress;
  const first = await startStack({ ...options, egress: seedIn });
  try {
    const seeded = await seed(first, kept, { connect: seedIn === "sandbox" });
    if (seedIn === options.egress) return { stack: first, seeded };
    await first.dispose();
    return { stack: await startStack(options), seeded };
  } catch (error) {
    await first.dispose();
    throw error;
  }
}

/** Ends on Ctrl-C, on a polite kill, and when the process that started this one is gone; `running` is asked at that moment. */
function endOnRequest(running: () => Stack | undefined): void {
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await running()?.dispose();
    process.exit(0); // a runtime that was only just starting goes down with this process
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end());
  if (process.connected) process.on("disconnect", () => void end());
}

function welcome(url: string, egress: Wishes["egress"], { key, refused }: Seeded): string {
  const where =
    egress === "sandbox"
      ? `${url}/sandbox`
      : egress === "live"
        ? "off: requests go to the vendors themselves"
        : `off: requests go to ${egress.href}`;
  const troubles = Object.entries(refused).map(([vendor, why]) => `  not connected: ${vendor}: ${why}`);
  return [
    "",
    `Junction is ready (${(performance.now() / 1000).toFixed(1)} s). Ctrl-C ends it.`,
    "",
    `  Settings   ${url}/settings/integrations`,
    `  Sandbox    ${where}`,
    `  MCP        ${url}/mcp`,
    `  Agent key  ${key}   (contractor ${DEMO})`,
    ...troubles,
    "",
    "Give it to an agent:",
    `  claude mcp add --transport http junction ${url}/mcp --header "Authorization: Bearer ${key}"`,
    "Or call a tool yourself:",
    '  npm run junction -- call crm/send_sms --to +12025550147 --body "On our way"',
    "",
  ].join("\n");
}

if (import.meta.main) {
  await command(async () => {
    const wishes = readWishes(process.argv.slice(2), process.env);
    if (wishes === "help") console.info(HELP);
    else await main(wishes);
  });
}
