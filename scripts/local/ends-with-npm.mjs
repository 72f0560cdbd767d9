// Loaded first by a command that npm runs, or by the process that runs it: a killed npm leaves both, and the shell it runs scripts
// with, behind without a word. So this looks now and then, and ends the process as a polite kill would.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

if (process.env.npm_lifecycle_event !== undefined && process.platform !== "win32") {
  const shell = process.ppid;
  const npm = parentOf(shell);
  const isGone = () => process.ppid !== shell || (npm !== undefined && !isAlive(npm));
  setInterval(() => isGone() && process.kill(process.pid, "SIGTERM"), 250).unref();
}

function parentOf(pid) {
  try {
    // The second field is the program's name in parentheses, and may hold anything.
    return Number(readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\)/s, "").trim().split(" ")[1]);
  } catch {
    const asked = spawnSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }); // no /proc, as on macOS
    return Number(asked.stdout) || undefined;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
