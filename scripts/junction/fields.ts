/** The fields of a connect form as flags: from the command line, a file, standard input, or by asking at a terminal. */
import { readFileSync, statSync } from "node:fs";
import type { CatalogVendor, CatalogWay } from "@junction/core";
import { askLine, readAll } from "./ask.ts";
import { type Flag, meant, type Read, UsageError } from "./flags.ts";
import { type Io, plain } from "./print.ts";

/** One way to connect, whether it is the vendor's first or a further one. */
export type Way = Pick<CatalogWay, "credentialType" | "fields" | "oauth">;
type Field = CatalogWay["fields"][number];

const WAY = "way";
const LARGEST_FILE_BYTES = 64 * 1024;

const waysOf = (vendor: CatalogVendor): readonly Way[] => [vendor, ...vendor.ways];
const flagName = ({ name }: Pick<Field, "name">): string => name.replaceAll("_", "-");

/** The flags of every way to connect the vendor; with several, each says whose it is. */
export function connectFlags(vendor: CatalogVendor): readonly Flag[] {
  const ways = waysOf(vendor);
  const several = ways.length > 1;
  const flags = ways.flatMap(({ credentialType, fields }) =>
    fields.flatMap((field) => fieldFlags(field, several ? ` with --${WAY} ${credentialType}` : "")),
  );
  const own = flags.filter(({ name }, at) => flags.findIndex((one) => one.name === name) === at);
  const [first] = ways;
  const choice = `one of ${ways.map(({ credentialType }) => credentialType).join(", ")}; left out, ${first?.credentialType}`;
  return several ? [{ name: WAY, about: choice }, ...own] : own;
}

function fieldFlags(field: Field, when = ""): readonly Flag[] {
  const { label, help, secret, optional, file } = field;
  const about = `${file === undefined ? "" : "path of a file with the "}${label}${help === undefined ? "" : `: ${help}`}${optional ? "" : ` (required${when})`}`;
  const flag: Flag = { name: flagName(field), about };
  return secret ? [flag, { name: `${flagName(field)}-stdin`, kind: "switch", about: `read ${label} from standard input` }] : [flag];
}

/** The way that `--way` names, or the vendor's first. Refuses flags that belong to another. */
export function wayOf(vendor: CatalogVendor, read: Read): Way {
  const ways = waysOf(vendor);
  const types = ways.map(({ credentialType }) => credentialType);
  const asked = read.one(WAY)?.replaceAll("-", "_");
  const way = ways.find(({ credentialType }) => asked === undefined || credentialType === asked);
  if (!way) throw new UsageError(`--${WAY} must be one of ${types.join(", ")}.${meant(asked ?? "", types)}`);
  const own = way.fields.map(({ name }) => name);
  for (const other of ways)
    for (const field of other.fields)
      if (!own.includes(field.name) && (read.one(flagName(field)) !== undefined || read.on(`${flagName(field)}-stdin`)))
        throw new UsageError(`--${flagName(field)} is for --${WAY} ${other.credentialType}.`);
  return way;
}

/** The form's fields: from flags, from standard input, and, at a terminal, by asking for those that were left out. */
export async function fieldsOf(io: Io, vendor: Pick<CatalogVendor, "name">, way: Way, read: Read): Promise<Record<string, string>> {
  const fields: Record<string, string> = {};
  const piped = way.fields.filter((field) => field.secret && read.on(`${flagName(field)}-stdin`));
  if (piped.length > 1) throw new UsageError("Standard input can hold one field: give one --…-stdin.");
  for (const field of way.fields) {
    const value = read.one(flagName(field));
    if (value !== undefined) fields[field.name] = field.file === undefined ? value : contentOf(value, flagName(field));
  }
  const [fromStdin] = piped;
  if (fromStdin) fields[fromStdin.name] = await readAll(io);
  const asking = io.input.isTTY === true && fromStdin === undefined;
  const noSecretYet = !way.fields.some(({ name, secret }) => secret && name in fields);
  for (const field of way.fields) {
    const { name, help, secret, optional } = field;
    if (name in fields || !asking || (optional && !(secret && noSecretYet))) continue;
    if (help !== undefined) io.say(help);
    fields[name] = await asked(io, field);
  }
  const lacking = way.fields.filter(({ name, optional }) => !optional && !fields[name]);
  if (lacking.length > 0)
    throw new UsageError(
      [
        `${vendor.name} needs more:`,
        ...lacking.flatMap((field) => fieldFlags(field).map(({ name, about }) => `  --${name}  ${about}`)),
      ].join("\n"),
    );
  return fields;
}

/** What has several lines is no answer to a question: its file is. */
async function asked(io: Io, field: Field): Promise<string> {
  const { label, secret, optional, file } = field;
  const question = `${plain(label)}${file === undefined ? "" : `, path of a ${file} file`}${optional ? " (Enter leaves it out)" : ""}: `;
  const line = await askLine(io, question, secret && file === undefined);
  return file === undefined || line === "" ? line : contentOf(line, flagName(field));
}

/** The path is never repeated: someone may have pasted the key itself. */
function contentOf(path: string, flag: string): string {
  try {
    if (statSync(path).size <= LARGEST_FILE_BYTES) return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw new UsageError(`--${flag} must be the path of a file; that one cannot be read (${String(code)}).`);
  }
  throw new UsageError(`--${flag} must be the path of a file of at most ${LARGEST_FILE_BYTES} bytes.`);
}
