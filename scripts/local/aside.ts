/** Work that needs a heavy package, in a process of its own: what it loads is gone with it, and a start that finds the work done never loads it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { CommandError } from "../command.ts";

/** Runs a script of this folder to its end; gives what it printed. A failure throws in its words. */
export const aside = (script: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [join(import.meta.dirname, script), ...args], options, (error, stdout, stderr) => {
      if (error) reject(new CommandError(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
