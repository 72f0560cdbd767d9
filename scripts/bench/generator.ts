/** The process that makes the load, and what it says of each round. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface Load {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Requests that each differ, in their turn, each sent once: instead of `headers` and `body`. */
  readonly each?: readonly { readonly headers: Readonly<Record<string, string>>; readonly body: string }[];
  readonly expect: readonly string[];
  readonly connections: number;
  /** It ends after this long, or after `most` requests. */
  readonly ms: number;
  readonly most: number;
}
export interface Loaded {
  readonly answers: number;
  readonly failures: number;
  /** The first wrong answers, cut short. */
  readonly wrong: readonly string[];
  /** A right one. */
  readonly sample: string;
  readonly ms: number;
  readonly p50: number;
  readonly p99: number;
  /** What the generator itself needed of a core. */
  readonly cpuMs: number;
}
export interface Generator {
  /** Throws if any answer was wrong: a benchmark of errors measures nothing. */
  load(ask: Load): Promise<Loaded>;
  stop(): Promise<void>;
}

export function startGenerator(): Generator {
  const child = fork(join(import.meta.dirname, "load.ts"), { execArgv: [] });
  return {
    async load(ask) {
      const answer = once(child, "message");
      child.send(ask);
      const [loaded] = (await answer) as [Loaded | { readonly error: string }];
      if ("error" in loaded) throw new Error(`the load on ${ask.url} broke: ${loaded.error}`);
      if (loaded.failures > 0)
        throw new Error(`${loaded.failures} of ${loaded.answers} answers of ${ask.url} were wrong: ${loaded.wrong[0]}`);
      return loaded;
    },
    async stop() {
      const gone = once(child, "exit");
      child.disconnect();
      child.kill();
      await gone;
    },
  };
}
