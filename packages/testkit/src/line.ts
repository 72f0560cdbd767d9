/** The line from a test to the rig's Worker: one kept connection for each of what goes on at once, and one round trip for an ask. */
import { Agent, request } from "node:http";
import type { Passed, Rule } from "./behaviour.ts";
import type { SampleFiles } from "./files.ts";
import type { Arrived } from "./sent.ts";

/** What a call gave back, or how it threw. */
export interface Told<T> {
  readonly value?: T;
  readonly threw?: string;
}

/** What a method is asked, with what only the rig's Worker can make of it. */
export interface Asked {
  /** A delivery's body, given as text, arrives as bytes. */
  readonly delivery?: { readonly body: string };
  /** A capability by the time the vendor has it. */
  readonly files?: SampleFiles;
}
/** One method of a bound Worker, asked many things at once. */
export interface Ask {
  readonly binding: string;
  readonly method: string;
  readonly asks: readonly Asked[];
  /** Whose requests are met by the rule, and told with the answer. */
  readonly vendor?: string;
  readonly rule?: Rule | undefined;
}
export interface Answers<T> {
  readonly told: readonly Told<T>[];
  /** The vendor's requests since the last ask of it. */
  readonly sent: readonly Arrived[];
}

export interface Line {
  send(method: string, path: string, headers: Readonly<Record<string, string>>, body?: string | Uint8Array): Promise<Passed>;
  close(): void;
}
/** Its idle connections end before the runtime would end them, so that none ends just as it is used again. */
const IDLE_MS = 2000;

export function openLine({ hostname, port }: URL): Line {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  return {
    send: (method, path, headers, body) =>
      new Promise((resolve, reject) => {
        const asking = request({ agent, hostname, port, method, path, headers: { host: "rig", ...headers } }, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const bytes = Buffer.concat(chunks);
            const answered = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
            resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(answered), body: bytes.toString("utf8"), bytes });
          });
        });
        asking.on("error", reject);
        asking.end(body);
      }),
    close: () => agent.destroy(),
  };
}
