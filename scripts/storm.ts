/** `npm run storm`: the long tests, `*.storm.ts`, which are too slow for every change. */
import { generate } from "./generate.ts";
import { projectRoot } from "./project.ts";
import { run } from "./run.ts";

await generate(projectRoot);
process.env["STORM"] = "1"; // vitest.config.ts reads it
process.exitCode = await run("vitest", ["run", "--passWithNoTests", ...process.argv.slice(2)]);
