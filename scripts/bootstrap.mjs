#!/usr/bin/env node
// The way into every command, on a machine that has Node and npm and nothing else: installs what the lockfile asks for, then
// runs scripts/<command>.ts with the Node the lockfile pins. Plain JavaScript, since it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const fail = (message) => {
  console.error(message);
  process.exit(1);
};
const read = (path) => readFileSync(join(root, path), "utf8");

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(
    `Junction needs Node 20 or newer, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org, then try again.`,
  );
}

const manifest = JSON.parse(read("package.json"));
// `npx junction call …` comes here as the bin of that name, with no command before its own arguments.
const called = basename(process.argv[1] ?? "").replace(/\.(mjs|cmd)$/, "");
const [command, ...args] = called === "junction" ? ["junction", ...process.argv.slice(2)] : process.argv.slice(2);
const commands = Object.values(manifest.scripts).flatMap((line) => /^node scripts\/bootstrap\.mjs ([a-z-]+)$/.exec(line)?.[1] ?? []);
if (command === undefined || !commands.includes(command)) {
  fail(`${command === undefined ? "Say which command to run" : `There is no command "${command}"`}: ${commands.join(", ")}.`);
}

install();
if (!existsSync(join(root, "scripts", `${command}.ts`))) fail(`scripts/${command}.ts is missing from this checkout.`);
run();

/** Brings node_modules to what the lockfile says; a stamp written last tells a whole installation from an interrupted one. */
function install() {
  const hash = createHash("sha256");
  for (const path of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) hash.update(read(path));
  const wanted = hash.digest("hex");
  const stamp = "node_modules/.junction-lock";
  if (existsSync(join(root, stamp)) && existsSync(join(root, "node_modules/.bin/node")) && read(stamp) === wanted) return;

  const pnpm = manifest.packageManager.split("+")[0];
  console.error(`Installing the packages of pnpm-lock.yaml with ${pnpm} (needed once, and after the lockfile changes) …`);
  // CI=true: pnpm asks no question, and a lockfile that does not fit is an error. Its report goes to stderr, as ours does.
  const { status, error } = spawnSync("npx", ["--yes", pnpm, "install", "--frozen-lockfile"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, CI: "true" },
    shell: process.platform === "win32",
  });
  if (error) fail(`npx could not be run (${error.message}). It comes with npm: install Node together with npm.`);
  if (status !== 0) fail("The installation failed; the reason stands above. The package registry must be reachable. Nothing was started.");
  writeFileSync(join(root, stamp), wanted);
}

function run() {
  const node = join(root, "node_modules/.bin", process.platform === "win32" ? "node.exe" : "node");
  const { flags, env } = settings();
  const endsWithNpm = pathToFileURL(join(root, "scripts/local/ends-with-npm.mjs")).href;
  const script = [join(root, "scripts", `${command}.ts`), ...args];
  // npm looks into node_modules/.bin first, so this is the pinned Node already, save at the very first start: it becomes the command,
  // and no process waits beside it, at sixty megabytes.
  if (process.execve !== undefined && process.platform !== "win32" && realpathSync(node) === realpathSync(process.execPath))
    process.execve(node, [node, ...flags, "--import", endsWithNpm, ...script], env);
  // The IPC channel is how the command learns that this process is gone, even by SIGKILL.
  const child = spawn(node, [...flags, ...script], { stdio: ["inherit", "inherit", "inherit", "ipc"], env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`The installed Node did not start (${error.message}). Delete node_modules and try again.`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
  void import(endsWithNpm);
}

/** What Node compiled is kept, for this process and those it starts. A start, which loads much and then waits for days, keeps no room for short-lived objects, and has glibc give back what was freed. */
function settings() {
  const env = { NODE_COMPILE_CACHE: join(root, ".junction/compiled"), ...process.env };
  if (command !== "start") return { flags: [], env };
  return { flags: ["--max-semi-space-size=1"], env: { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072", ...env } };
}
