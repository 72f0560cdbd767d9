/** `npm run check`: format, lint, types, who imports whom, and that what is committed is what the code generates. */
import { spawnSync } from "node:child_process";
import { COMMITTED, generate } from "./generate.ts";
import { projectRoot } from "./project.ts";
import { run } from "./run.ts";

const STEPS: readonly (readonly [name: string, step: () => Promise<number>])[] = [
  ["format and lint", () => run("@biomejs/biome", ["check", "--error-on-warnings", "."], { command: "biome" })],
  ["types", () => run("typescript", ["-p", "."], { command: "tsc" })],
  ["types of the settings app", () => run("typescript", ["-p", "packages/settings-ui"], { command: "tsc" })],
  [
    "who imports whom",
    () =>
      run("dependency-cruiser", ["--config", ".dependency-cruiser.mjs", "packages", "workers", "mcp-gateway", "scripts", "tests"], {
        command: "depcruise",
      }),
  ],
  ["what is generated", upToDate],
];

/** What is committed must be what the code generates: nothing is left to write, and git knows every page. */
async function upToDate(): Promise<number> {
  const changed = await generate(projectRoot);
  const loose = [
    ...changed,
    ...git("diff", "--name-only", "--", ...COMMITTED),
    ...git("ls-files", "--others", "--exclude-standard", "--", ...COMMITTED),
  ];
  for (const path of new Set(loose)) console.error(`${path} is not what is committed: look at it, and commit it`);
  return loose.length === 0 ? 0 : 1;
}

/** The paths git names; none where this is no clone, such as an unpacked archive. */
function git(...args: string[]): string[] {
  const { status, stdout } = spawnSync("git", args, { cwd: projectRoot, encoding: "utf8" });
  return status === 0 ? stdout.split("\n").filter((path) => path !== "") : [];
}

let failed = 0;
for (const [name, step] of STEPS) {
  const code = await step();
  console.info(`${code === 0 ? "ok  " : "FAIL"} ${name}`);
  if (code !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
