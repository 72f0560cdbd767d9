/** The mesh as `npm start` starts it, in a process of its own that can be killed hard. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { projectRoot } from "../scripts/project.ts";
import { type Users, usersOf } from "./mesh.ts";

export interface Child extends Omit<Users, "key"> {
  /** The demo contractor's agent key. */
  readonly key: string;
  /** SIGKILL: no handler runs, nothing is flushed. */
  kill(): Promise<void>;
}

export async function startChild(stateDir: string): Promise<Child> {
  const child = spawn(process.execPath, [join(projectRoot, "scripts/start.ts"), "--port", "0", "--state", stateDir], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = await untilReady(child);
  const [url, key] = [/MCP +(http\S+)\/mcp/.exec(said)?.[1], /Agent key +(jn_\S+)/.exec(said)?.[1]];
  if (!url || !key) throw new Error(`the mesh did not say where it is:\n${said}`);
  const kill = async () => {
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return { ...usersOf(url), key, kill };
}

function untilReady(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (/Agent key +jn_\S+\s/.test(said)) resolve(said);
      });
    child.once("exit", (code) => reject(new Error(`the mesh ended (${code}) before it was ready:\n${said}`)));
  });
}
