/** What the runtime's process has used, as Linux counts it; elsewhere nothing is known. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** The workerd processes this one started. */
export function runtimes(): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(read(`/proc/${name}/stat`)) ?? [];
      return command === "workerd" && Number(parent) === process.pid;
    })
    .map(Number);
}

/** Milliseconds of CPU over all threads so far. */
export function cpuMs(pid: number | undefined): number {
  if (pid === undefined || !existsSync(`/proc/${pid}/task`)) return Number.NaN;
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
    Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] ?? 0),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

/** Resident memory, MiB. */
export function memoryMiB(pid: number | undefined): number {
  const [, kib] = pid === undefined ? [] : (/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? []);
  return kib === undefined ? Number.NaN : Number(kib) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}
