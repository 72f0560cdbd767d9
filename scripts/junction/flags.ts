/** Reads flags, and says of each wrong one which it is and what is allowed. Values are never repeated: one may be a secret. */
import { parseArgs } from "node:util";
import { closest, distance } from "fastest-levenshtein";

/** The command line is wrong: exit code 2, and nothing was done. */
export class UsageError extends Error {}

export interface Flag {
  /** As it is typed, without the dashes: `idempotency-key`. */
  readonly name: string;
  /** A switch stands alone; every other flag takes a value. */
  readonly kind?: "value" | "switch";
  /** May be given more than once. */
  readonly many?: boolean;
  /** What is allowed. */
  readonly about: string;
}

export interface Read {
  readonly words: readonly string[];
  one(name: string): string | undefined;
  all(name: string): readonly string[];
  /** Undefined where the switch was not given; false for `--no-name` and `--name=false`. */
  on(name: string): boolean | undefined;
}

export const JSON_FLAG: Flag = { name: "json", kind: "switch", about: "the gateway's answer as it came" };
export const HELP_FLAG: Flag = { name: "help", kind: "switch", about: "how the command is used" };

/** The flags and the other words of a command line. `command` is named in what is said of a wrong one. */
export function readFlags(args: readonly string[], given: readonly Flag[], command: string): Read {
  const flags = new Map([...given, JSON_FLAG, HELP_FLAG].map((flag) => [flag.name, flag]));
  const options = Object.fromEntries(
    [...flags.values()].map(({ name, kind, many = false }) => [
      name,
      { type: kind === "switch" ? ("boolean" as const) : ("string" as const), multiple: many },
    ]),
  );
  // A field's own name is as good as its flag: --amount_cents.
  const dashed = args.map((arg) => arg.replace(/^--[^=]+/, (name) => name.replaceAll("_", "-")));
  const { tokens } = parseArgs({ args: dashed, options, strict: false, allowPositionals: true, tokens: true });
  const words: string[] = [];
  const values = new Map<string, string[]>();
  const switches = new Map<string, boolean>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const { rawName, value, inlineValue } = token;
    const name = rawName.replace(/^--?/, "");
    const negated = name.startsWith("no-") ? flags.get(name.slice(3)) : undefined;
    const flag = rawName.startsWith("--") ? flags.get(name) : undefined;
    if (flag === undefined && negated?.kind === "switch" && value === undefined) switches.set(negated.name, false);
    else if (flag === undefined) throw unknownFlag(rawName, [...flags.values()], command);
    else if (flag.kind === "switch") {
      if (value !== undefined && value !== "true" && value !== "false")
        throw new UsageError(`--${name} stands alone, or says --${name}=true or --${name}=false.`);
      switches.set(name, value !== "false");
    } else {
      if (value === undefined) throw new UsageError(`--${name} needs a value: ${flag.about}.`);
      if (!inlineValue && value.startsWith("--"))
        throw new UsageError(`--${name} needs a value: ${flag.about}. One that begins with two dashes is given as --${name}=….`);
      const earlier = values.get(name) ?? [];
      if (earlier.length > 0 && !flag.many) throw new UsageError(`--${name} may be given once.`);
      values.set(name, [...earlier, value]);
    }
  }
  return {
    words,
    one: (name) => values.get(name)?.[0],
    all: (name) => values.get(name) ?? [],
    on: (name) => switches.get(name),
  };
}

function unknownFlag(rawName: string, flags: readonly Flag[], command: string): UsageError {
  const names = flags.map(({ name }) => `--${name}`);
  return new UsageError(`${command} has no flag ${rawName.slice(0, 60)}.${meant(rawName, names)} Allowed: ${names.join(", ")}.`);
}

/** ` Did you mean …?`, where one of the names is near; else nothing. */
export function meant(given: string, names: readonly string[]): string {
  if (names.length === 0) return "";
  const nearest = closest(given, [...names]);
  return distance(given, nearest) <= Math.max(2, nearest.length / 2) ? ` Did you mean ${nearest}?` : "";
}

/** A whole number within bounds. */
export function wholeNumber(read: Read, name: string, from: number, to: number): number | undefined {
  const text = read.one(name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < from || number > to) throw new UsageError(`--${name} must be a whole number from ${from} to ${to}.`);
  return number;
}
