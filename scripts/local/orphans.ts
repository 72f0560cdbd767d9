/** Sees to it that no runtime outlives this process, even one that is killed without a chance to clean up. */
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { basename } from "node:path";

// Told "+ id" of each runtime that starts and "- id" of each that ends; kills what is left when there is no one to tell it more.
const WATCH = `
pids=""
while read -r change pid; do
  left=""
  for each in $pids; do [ "$each" = "$pid" ] || left="$left $each"; done
  pids="$left"
  [ "$change" = "+" ] && pids="$pids $pid"
done
[ -z "$pids" ] || kill -9 $pids 2>/dev/null`;

let watching = false;

/**
 * Starts a shell that knows each workerd this process spawns, and kills them when its input ends: the kernel closes that pipe
 * however this process dies. A session of its own keeps the terminal's Ctrl-C from it.
 */
export function killRuntimesWithThisProcess(): void {
  if (watching || process.platform === "win32") return;
  watching = true;
  const shell = spawn("sh", ["-c", WATCH], { stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.unref();
  const tell = (change: "+" | "-", child: ChildProcess) => shell.stdin.writable && shell.stdin.write(`${change} ${child.pid}\n`);
  subscribe("child_process", (message) => {
    const { process: child } = message as { readonly process: ChildProcess };
    // Published before the process exists: its id is known a moment later.
    queueMicrotask(() => {
      if (child.pid === undefined || !basename(child.spawnfile).startsWith("workerd")) return;
      tell("+", child);
      child.once("exit", () => tell("-", child));
    });
  });
}
