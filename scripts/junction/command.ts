/** What a command is, and what it is handed. */
import type { Catalog } from "@junction/core";
import { type Flag, meant, type Read, readFlags, UsageError } from "./flags.ts";
import type { Gateway } from "./gateway.ts";
import { asJson, type Io } from "./print.ts";

export interface Cli {
  readonly io: Io;
  readonly gateway: Gateway;
}
export interface Command {
  /** One word or two: `keys add`. */
  readonly name: string;
  /** What follows the name: `<vendor> [--limit N]`. */
  readonly takes: string;
  readonly about: string;
  readonly flags?: readonly Flag[];
  /** How many words follow the name. */
  readonly words: readonly [least: number, most: number];
  /** Gives the exit code. */
  run(cli: Cli, read: Read): Promise<number>;
  /** The flags that only the gateway knows, by the first word after the name. */
  moreFlags?(cli: Cli, subject: string): Promise<readonly Flag[]>;
}

export const usage = ({ name, takes }: Command): string => `junction ${name}${takes === "" ? "" : ` ${takes}`}`;

/** Reads a command's own flags and words. */
export function readCommand(command: Command, args: readonly string[], more: readonly Flag[] = []): Read {
  const read = readFlags(args, [...(command.flags ?? []), ...more], command.name);
  const [least, most] = command.words;
  if (read.words.length < least || read.words.length > most)
    throw new UsageError(
      `${command.name} was given ${read.words.length} ${read.words.length === 1 ? "word" : "words"}. Usage: ${usage(command)}`,
    );
  return read;
}

/** Prints the answer as it came if `--json` asks for it, else as `readable` does. */
export function show({ io }: Cli, read: Read, answer: unknown, readable: () => void): void {
  if (read.on("json")) io.out(asJson(answer));
  else readable();
}

/** The vendor a word names. */
export function vendorOf({ vendors }: Catalog, id: string): Catalog["vendors"][number] {
  const vendor = vendors.find((one) => one.id === id);
  if (vendor) return vendor;
  const ids = vendors.map((one) => one.id);
  throw new UsageError(`There is no integration "${id.slice(0, 60)}".${meant(id, ids)} There are: ${ids.join(", ")}.`);
}

/** The tool a word names: by its id, or by its name on the wire. */
export function toolOf({ tools }: Catalog, name: string): Catalog["tools"][number] {
  const tool = tools.find(({ id }) => id === name || id.replace(/[/-]/g, "_") === name);
  if (tool) return tool;
  const ids = tools.map(({ id }) => id);
  throw new UsageError(`There is no tool "${name.slice(0, 60)}".${meant(name, ids)} \`junction tools\` lists them.`);
}
