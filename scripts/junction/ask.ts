/** Asks the person at the terminal, and reads a secret without showing it. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Failed } from "./gateway.ts";
import type { Io } from "./print.ts";

const LARGEST = 64 * 1024;

/** One line. A secret is not echoed: the terminal is read raw, and what readline would show goes nowhere. */
export async function askLine({ input, prompt }: Io, question: string, secret: boolean): Promise<string> {
  const output = new Writable({
    write: (chunk, _, done) => {
      if (!secret) prompt(String(chunk));
      done();
    },
  });
  if (secret) prompt(question);
  const lines = createInterface({ input, output, terminal: true });
  const interrupted = new AbortController();
  lines.once("SIGINT", () => interrupted.abort()).once("close", () => interrupted.abort());
  try {
    return await lines.question(secret ? "" : question, { signal: interrupted.signal });
  } catch (error) {
    if (interrupted.signal.aborted) throw new Failed("Given up. Nothing was stored.");
    throw error;
  } finally {
    lines.close();
    if (secret) prompt("\n");
  }
}

/** All of standard input, without the line's end. */
export async function readAll({ input }: Io): Promise<string> {
  let text = "";
  for await (const chunk of input) {
    text += String(chunk);
    if (text.length > LARGEST) break;
  }
  return text.replace(/\r?\n$/, "");
}
