/** Runs the tools of node_modules under this very Node, their output passed through. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project.ts";

/** The script of a package's command. */
export function scriptOf(tool: string, command: string = tool): string {
  const folder = join(projectRoot, "node_modules", tool);
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly bin: string | Record<string, string> };
  const script = typeof bin === "string" ? bin : bin[command];
  if (script === undefined) throw new Error(`the package ${tool} has no command ${command}`);
  return join(folder, script);
}

/** Runs a package's command to its end; gives its exit code. */
export const run = (tool: string, args: readonly string[], { command = tool }: { readonly command?: string } = {}): Promise<number> =>
  spawned(process.execPath, [scriptOf(tool, command), ...args]);

/** Runs a program to its end; gives its exit code. A signal to this process reaches it too. */
export function spawned(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: projectRoot, stdio: "inherit" });
    const pass = (signal: NodeJS.Signals) => child.kill(signal);
    const lost = () => child.kill("SIGTERM"); // the bootstrap is gone
    process.on("SIGINT", pass).on("SIGTERM", pass).once("disconnect", lost);
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGINT", pass).off("SIGTERM", pass).off("disconnect", lost);
      resolve(code ?? 1);
    });
  });
}
