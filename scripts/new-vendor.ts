/** `pnpm new:vendor <id> --auth api_key | basic | oauth2`: a vendor and its emulator that keep every law as they stand. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError, command, readOptions } from "./command.ts";
import { generate } from "./generate.ts";
import { emulatorFile } from "./new-vendor/emulator.ts";
import { AUTHS, logoFile, type NewVendor, vendorFile } from "./new-vendor/vendor.ts";
import { badVendorId, projectRoot } from "./project.ts";
import { run } from "./run.ts";

const HELP = `pnpm new:vendor <id> --auth ${AUTHS.join(" | ")} [--name "Acme"]

  <id>    lower-case words joined by dashes, such as google-calendar: the vendor's folder, Worker and route
  --auth  how the vendor knows who asks: a key sent as a bearer token, a user and password, or a grant at its own page
  --name  as people write it; left out, the id with capitals
`;

/** Reads the command line; says in words what is wrong with it. */
export function readNewVendor(root: string, args: readonly string[]): NewVendor {
  const { values, positionals } = readOptions(args, { auth: { type: "string" }, name: { type: "string" } }, HELP);
  const [id, ...others] = positionals;
  if (id === undefined || others.length > 0) throw new CommandError(HELP);
  const bad = badVendorId(id);
  if (bad !== undefined) throw new CommandError(bad);
  if (existsSync(join(root, "workers", id))) throw new CommandError(`workers/${id} exists already`);
  const auth = AUTHS.find((each) => each === values.auth);
  if (auth === undefined)
    throw new CommandError(
      values.auth === undefined
        ? `Say how it is authenticated: --auth ${AUTHS.join(" | ")}`
        : `--auth "${values.auth}" is none of ${AUTHS.join(", ")}`,
    );
  const name =
    values.name ??
    id
      .split("-")
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(" ");
  if (!/^[\p{L}\p{N}][\p{L}\p{N} .&+-]{0,39}$/u.test(name))
    throw new CommandError(`--name "${name}" is no name: letters, digits, spaces and . & + - alone, 40 at most`);
  return { id, name, auth };
}

/** Writes the folder; gives the paths it wrote. */
export function writeVendor(root: string, vendor: NewVendor): string[] {
  const { id } = vendor;
  const files = {
    [`workers/${id}/${id}.ts`]: vendorFile(vendor),
    [`workers/${id}/${id}.emulator.ts`]: emulatorFile(vendor),
    [`workers/${id}/logo.svg`]: logoFile(vendor),
  };
  mkdirSync(join(root, "workers", id), { recursive: true });
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content, { flag: "wx" });
  return Object.keys(files);
}

if (import.meta.main) {
  await command(async () => {
    const vendor = readNewVendor(projectRoot, process.argv.slice(2));
    const wrote = writeVendor(projectRoot, vendor);
    await run("@biomejs/biome", ["check", "--write", "--log-level=error", `workers/${vendor.id}`], { command: "biome" });
    wrote.push(...(await generate(projectRoot)));
    console.info(
      `${wrote.map((path) => `wrote ${path}`).join("\n")}\n\nIt keeps every law as it stands: VENDORS=${vendor.id} npm test -- workers/contract.test.ts`,
    );
  });
}
