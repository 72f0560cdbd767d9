/** One running stack a state folder: two would write each other's databases to pieces. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CommandError } from "../command.ts";

export interface StateLock {
  /** Tells whoever comes second where this one is. */
  announce(url: string): void;
  release(): void;
}

const SQLITE_BUSY = 5;
const RUNNING = "running.json";

/**
 * Takes the folder, or says who has it. The lock is SQLite's on an open file, so the kernel drops it with the process that
 * holds it: a killed run leaves nothing to clean up, and a process id that was given to another program misleads no one.
 */
export function lockState(folder: string): StateLock {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, "running.lock"));
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!(error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY)) throw error;
    throw new CommandError(`A stack is already running on ${folder}${holder(folder)}. Stop that one first, or use it.`);
  }
  const announce = (url: string) => writeFileSync(join(folder, RUNNING), JSON.stringify({ pid: process.pid, url }));
  announce("");
  return { announce, release: () => database.isOpen && database.close() };
}

/** Where the stack that holds this folder answers, if one does. */
export function runningAt(folder: string): string | undefined {
  try {
    lockState(folder).release();
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return JSON.parse(readFileSync(join(folder, RUNNING), "utf8")).url;
  }
}

function holder(folder: string): string {
  if (!existsSync(join(folder, RUNNING))) return "";
  const { pid, url } = JSON.parse(readFileSync(join(folder, RUNNING), "utf8")) as { readonly pid: number; readonly url: string };
  return ` (process ${pid}${url === "" ? "" : `, ${url}`})`;
}
