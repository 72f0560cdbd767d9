/** Runs wrangler, the one program that speaks to Cloudflare. */
import { spawn } from "node:child_process";
import { CommandError } from "../command.ts";
import { projectRoot } from "../project.ts";
import { scriptOf } from "../run.ts";

export interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}
/** `input` goes to its standard input: the only way a secret may take. */
export type Wrangler = (args: readonly string[], input?: string) => Promise<Ran>;

/** Wrangler of node_modules, or the script that `JUNCTION_WRANGLER` names in its place. It asks no question. */
export const wranglerProgram = (env: Readonly<Record<string, string | undefined>>): Wrangler => {
  const script = env["JUNCTION_WRANGLER"] ?? scriptOf("wrangler");
  return (args, input = "") =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [script, ...args], {
        cwd: projectRoot,
        env: { ...env, CI: "true", WRANGLER_SEND_METRICS: "false", FORCE_COLOR: "0", NO_COLOR: "1" },
      });
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (chunk: Buffer) => {
        stdout += chunk.toString();
      });
      child.stderr.on("data", (chunk: Buffer) => {
        stderr += chunk.toString();
      });
      child.stdin.on("error", reject).end(input);
      child.once("error", reject);
      child.once("close", (code) => resolve({ ok: code === 0, stdout, stderr }));
    });
};

/** Runs it; what it said is the message if it fails. */
export async function must(wrangler: Wrangler, doing: string, args: readonly string[], input?: string): Promise<string> {
  const { ok, stdout, stderr } = await wrangler(args, input);
  if (!ok)
    throw new CommandError(
      `${doing} failed, and nothing after it was done. Mend what is said below, and run the same again.

wrangler ${args.join(" ")}
${stderr || stdout}`,
    );
  return stdout;
}

/** The JSON in what it printed: it may say hello around it. */
export function jsonIn(printed: string): unknown {
  const start = printed.search(/^[[{]/m);
  if (start < 0) throw new CommandError(`wrangler answered without JSON:\n${printed}`);
  return JSON.parse(printed.slice(start, Math.max(printed.lastIndexOf("]"), printed.lastIndexOf("}")) + 1));
}
