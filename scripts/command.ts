/** What every command does alike: reads its options, and says in words what the person who ran it can mend. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Ends the command with these words and no stack trace. */
export class CommandError extends Error {}

/** Runs a command's body. What is no `CommandError` is a fault of ours, and keeps its stack. */
export async function command(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof CommandError ? error.message : error);
    process.exit(1);
  }
}

/** The options and words of a command line; an unknown option is answered with the help text. */
export function readOptions<const O extends ParseArgsOptionsConfig>(args: readonly string[], options: O, help: string) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new CommandError(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
  }
}
